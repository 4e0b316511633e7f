import { describe, expect, it } from '@jest/globals'
import { createTag, hasTag, isTruncated, withTag } from '../../src/snapshot/tag.js'
import { snapshot } from '../support/scripted-client.js'

const TAG = '[as-0a1b2c3d]'

describe('the tag', () => {
  it('is eight random hexadecimal digits in a frame', () => {
    const asked: number[] = []
    const hex = (bytes: number) => {
      asked.push(bytes)
      return '0a1b2c3d'
    }
    expect(createTag({ hex, fraction: () => 0 })).toBe(TAG)
    expect(asked).toEqual([4])
  })

  it('ends the description, after a space', () => {
    expect(withTag('before deploy', TAG)).toBe('before deploy [as-0a1b2c3d]')
  })

  it.each([
    ['a description that ends in it', 'before deploy [as-0a1b2c3d]', true],
    ['a description that somebody wrote on', 'before deploy [as-0a1b2c3d] (keep)', true],
    ['another tag', 'before deploy [as-0a1b2c3e]', false],
    ['the digits alone', 'before deploy as-0a1b2c3d', false],
    ['the same description without it', 'before deploy', false],
    ['no description', undefined, false],
  ])('is looked for in %s', (_, description, bears) => {
    expect(hasTag(snapshot({ description }), TAG)).toBe(bears)
  })
})

describe('a description that was cut short', () => {
  const sent = withTag('a'.repeat(70), TAG)

  it.each([
    ['the first 64 characters', sent.slice(0, 64), true],
    ['all but the tag', sent.slice(0, 70), true],
    ['all but the last character', sent.slice(0, -1), true],
    ['the first 63 characters', sent.slice(0, 63), false],
    ['the whole', sent, false],
    ['more than the whole', `${sent}.`, false],
    ['the end', sent.slice(1), false],
    ['another text of that length', 'b'.repeat(70), false],
    ['nothing', '', false],
    ['none', undefined, false],
  ])('may be %s: %j', (_, description, cut) => {
    expect(isTruncated(snapshot({ description }), sent)).toBe(cut)
  })

  it('cannot be told from somebody else of a short one', () => {
    expect(isTruncated(snapshot({ description: 'before' }), withTag('before deploy', TAG))).toBe(false)
  })
})
