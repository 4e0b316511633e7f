import { describe, expect, it } from '@jest/globals'
import { hasOwnDescription, isChanged, withTag } from '../../src/snapshot/tag.js'
import { snapshot } from '../support/scripted-client.js'

const TAG = '[as-0a1b2c3d]'

describe('the tag', () => {
  it.each([
    [withTag('before deploy', TAG), true],
    ['before deploy [as-0a1b2c3d]', true],
    ['before deploy [as-0a1b2c3d] (keep)', true],
    ['nightly before deploy [as-0a1b2c3d]', true],
    ['nightly before deploy [as-0a1b2c3d] (keep)', false],
    ['a copy of [as-0a1b2c3d] (keep)', false],
    ['before deploy [as-0a1b2c3e]', false],
    ['before deploy as-0a1b2c3d', false],
    ['before deploy', false],
    [undefined, false],
  ])('identifies the own snapshot by its end, or by all that was sent: %j, %s', (description, expected) => {
    const sent = { description: withTag('before deploy', TAG), tag: TAG } as const
    expect(hasOwnDescription(snapshot({ description }), sent)).toBe(expected)
  })
})

describe('a changed description', () => {
  const sent = withTag('a'.repeat(70), TAG)
  const own = { description: sent, tag: TAG } as const

  it.each([
    ['the first 64 characters', sent.slice(0, 64), true],
    ['all but the tag', sent.slice(0, 70), true],
    ['all but the last character', sent.slice(0, -1), true],
    // A shorter text can be from another step.
    ['the first 63 characters', sent.slice(0, 63), false],
    ['the whole text', sent, false],
    ['more than the whole text', `${sent}.`, false],
    ['all but the first character', sent.slice(1), false],
    ['the tag in the middle', `[prod] ${sent}.`, true],
    ['another text', 'b'.repeat(70), false],
    ['an empty text', '', false],
    ['no description', undefined, false],
  ])('is recognized from %s: %j, %s', (_, description, cut) => {
    expect(isChanged(snapshot({ description }), own)).toBe(cut)
  })
})
