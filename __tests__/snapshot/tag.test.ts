import { expect, it } from '@jest/globals'
import { createTag, isOwn, withTag } from '../../src/snapshot/tag.js'
import { snapshot } from '../support/scripted-client.js'

const TAG = createTag({ hex: (bytes) => '0a1b2c3d4e5f'.slice(0, 2 * bytes), fraction: () => 0 })

it('the tag has 8 random digits, and starts the description, where no cut can hide it', () => {
  expect(TAG).toBe('[as-0a1b2c3d]')
  expect(withTag('before deploy', TAG)).toBe('[as-0a1b2c3d] before deploy')
})

it.each([
  [withTag('before deploy', TAG), true],
  [withTag('before deploy', TAG).slice(0, 20), true],
  [TAG, true],
  // Atlas might put a text before it.
  [`[prod] ${TAG}`, true],
  ['[as-0a1b2c3e] before deploy', false],
  ['as-0a1b2c3d before deploy', false],
  [undefined, false],
])('a snapshot belongs to the step if its description contains the tag: %j, %s', (description, expected) => {
  expect(isOwn(snapshot({ description }), TAG)).toBe(expected)
})
