import { readFileSync } from 'node:fs'
import { expect, it } from '@jest/globals'
import { type DigestInput, digestResponse } from '../../emulator/digest-authenticator.js'

interface Vector extends DigestInput {
  readonly source: string
  readonly response: string
}

const vectors: readonly Vector[] = JSON.parse(
  readFileSync(new URL('../fixtures/digest-vectors.json', import.meta.url), 'utf8'),
)

it.each(vectors)(
  'the emulator computes the response of $source with $algorithm',
  ({ response, ...vector }) => {
    expect(digestResponse(vector)).toBe(response)
  },
)
