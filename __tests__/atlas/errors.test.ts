import { expect, it } from '@jest/globals'
import { isNotFound } from '../../src/atlas/errors.js'
import { conflict, lost, notExecuted, rejected, throttled, untrusted } from '../support/scripted-client.js'

it('isNotFound accepts only a rejection with status 404', () => {
  expect(isNotFound(rejected(404))).toBe(true)
  const others = [
    rejected(400),
    rejected(410),
    conflict(),
    throttled(),
    notExecuted(),
    lost(),
    untrusted(true),
  ]
  for (const error of [...others, new Error('HTTP 404'), 404, undefined])
    expect(isNotFound(error)).toBe(false)
})
