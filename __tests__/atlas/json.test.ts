import { describe, expect, it } from '@jest/globals'
import { asString, asStrings, isJsonObject, parseJson } from '../../src/atlas/json.js'

describe('JSON helpers', () => {
  it('parse JSON, and return undefined for any other text', () => {
    expect(parseJson('{"a": [1, null]}')).toStrictEqual({ a: [1, null] })
    expect(parseJson('null')).toBeNull()
    for (const text of ['', ' ', '{', '<html>', "{'a': 1}", 'undefined', '{"a": 1'])
      expect(parseJson(text)).toBeUndefined()
  })

  it('accept only a value in braces as an object', () => {
    expect(isJsonObject({})).toBe(true)
    for (const value of [null, [], 'text', 1, true, undefined]) expect(isJsonObject(value)).toBe(false)
  })

  it('accept a list of strings only if every item is a string', () => {
    expect(asString('')).toBe('')
    expect(asString(1)).toBeUndefined()
    expect(asStrings([])).toStrictEqual([])
    expect(asStrings(['a', 'b'])).toStrictEqual(['a', 'b'])
    for (const value of [['a', 1], 'a', { 0: 'a', length: 1 }, null]) expect(asStrings(value)).toBeUndefined()
  })
})
