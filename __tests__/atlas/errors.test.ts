import { expect, it } from '@jest/globals'
import { isNotFound } from '../../src/atlas/errors.js'
import { conflict, lost, rejected } from '../support/scripted-client.js'

it('isNotFound accepts only a rejection with status 404', () => {
  expect(isNotFound(rejected(404))).toBe(true)
  for (const error of [rejected(400), rejected(410), conflict(), lost(), new Error('HTTP 404'), undefined])
    expect(isNotFound(error)).toBe(false)
})
