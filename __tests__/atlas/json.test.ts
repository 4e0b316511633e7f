import { describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import { asString, asStrings, isJsonObject, parseJson } from '../../src/atlas/json.js'
import { assertProperty } from '../support/assertions.js'

describe('JSON', () => {
  it('parses to its value, and to nothing where it is none', () => {
    expect(parseJson('{"a": [1, null]}')).toEqual({ a: [1, null] })
    expect(parseJson('null')).toBeNull()
    for (const text of ['', ' ', '{', '<html>', "{'a': 1}", 'undefined', '{"a": 1'])
      expect(parseJson(text)).toBeUndefined()
  })

  it('of any text is a value or nothing', () => {
    assertProperty(
      fc.property(fc.oneof(fc.string({ unit: 'binary' }), fc.json()), (text) => {
        const value = parseJson(text)
        if (value === undefined) return
        const again = JSON.stringify(value)
        expect(JSON.stringify(parseJson(again))).toBe(again)
      }),
    )
  })

  it('tells objects from everything else', () => {
    expect(isJsonObject({})).toBe(true)
    for (const value of [null, [], 'text', 1, true, undefined]) expect(isJsonObject(value)).toBe(false)
  })

  it('tells strings and lists of strings from everything else', () => {
    expect(asString('')).toBe('')
    expect(asString(1)).toBeUndefined()
    expect(asStrings([])).toEqual([])
    expect(asStrings(['a', 'b'])).toEqual(['a', 'b'])
    for (const value of [['a', 1], 'a', { 0: 'a', length: 1 }, null]) expect(asStrings(value)).toBeUndefined()
  })
})
