import { expect, it } from '@jest/globals'
import { isNotFound } from '../../src/atlas/errors.js'
import { conflict, lost, notSent, refused, tryLater, untrusted } from '../support/scripted-client.js'

it('isNotFound accepts only a rejection with status 404', () => {
  expect(isNotFound(refused(404))).toBe(true)
  const others = [refused(400), refused(410), conflict(), tryLater(), notSent(), lost(), untrusted(true)]
  for (const error of [...others, new Error('HTTP 404'), 404, undefined])
    expect(isNotFound(error)).toBe(false)
})
