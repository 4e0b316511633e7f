import { describe, expect, it } from '@jest/globals'
import { isNotFound } from '../../src/atlas/errors.js'
import { conflict, lost, notSent, refused, tryLater, untrusted } from '../support/scripted-client.js'

describe('whether Atlas says that there is no such thing', () => {
  it.each([
    [true, refused(404)],
    [false, refused(400)],
    [false, refused(410)],
    [false, conflict()],
    [false, tryLater()],
    [false, notSent()],
    [false, lost()],
    [false, untrusted(true)],
    [false, new Error('HTTP 404')],
    [false, 404],
    [false, undefined],
  ])('%s: %s', (expected, error) => {
    expect(isNotFound(error)).toBe(expected)
  })
})
