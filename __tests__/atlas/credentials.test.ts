import { expect, it } from '@jest/globals'
import { publicNameOf } from '../../src/atlas/credentials.js'
import { demoAccount, demoKey } from '../support/credentials.js'

it('credentials are named by kind and public half', () => {
  expect(publicNameOf(demoKey)).toBe(`API key ${demoKey.publicKey}`)
  expect(publicNameOf(demoAccount)).toBe(`service account ${demoAccount.clientId}`)
})
