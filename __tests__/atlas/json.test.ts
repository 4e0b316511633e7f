import { expect, it } from '@jest/globals'
import { isJsonObject } from '../../src/atlas/json.js'

it('isJsonObject accepts only a value in braces', () => {
  expect(isJsonObject({})).toBe(true)
  for (const value of [null, [], 'text', 1, true, undefined]) expect(isJsonObject(value)).toBe(false)
})
