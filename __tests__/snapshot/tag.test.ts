import { describe, expect, it } from '@jest/globals'
import { createTag, hasTag, isTruncated, withTag } from '../../src/snapshot/tag.js'
import { snapshot } from '../support/scripted-client.js'

const TAG = '[as-0a1b2c3d]'

describe('the tag', () => {
  it('has eight random hexadecimal digits', () => {
    const drawn: number[] = []
    const hex = (bytes: number) => {
      drawn.push(bytes)
      return '0a1b2c3d'
    }
    expect(createTag({ hex, fraction: () => 0 })).toBe(TAG)
    expect(drawn).toEqual([4])
  })

  it.each([
    [withTag('before deploy', TAG), true],
    ['before deploy [as-0a1b2c3d]', true],
    ['before deploy [as-0a1b2c3d] (keep)', false],
    ['before deploy [as-0a1b2c3e]', false],
    ['before deploy as-0a1b2c3d', false],
    ['before deploy', false],
    [undefined, false],
  ])('is at the end of the description %j: %s', (description, expected) => {
    expect(hasTag(snapshot({ description }), TAG)).toBe(expected)
  })
})

describe('a truncated description', () => {
  const sent = withTag('a'.repeat(70), TAG)

  it.each([
    ['the first 64 characters', sent.slice(0, 64), true],
    ['all but the tag', sent.slice(0, 70), true],
    ['all but the last character', sent.slice(0, -1), true],
    // A shorter text can be from another step.
    ['the first 63 characters', sent.slice(0, 63), false],
    ['the whole text', sent, false],
    ['more than the whole text', `${sent}.`, false],
    ['the end', sent.slice(1), false],
    ['another text', 'b'.repeat(70), false],
    ['an empty text', '', false],
    ['no description', undefined, false],
  ])('is recognized from %s: %j, %s', (_, description, cut) => {
    expect(isTruncated(snapshot({ description }), sent)).toBe(cut)
  })
})
