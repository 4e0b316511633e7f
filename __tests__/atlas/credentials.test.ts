import { expect, it } from '@jest/globals'
import { demoAccount, demoKey } from '../../simulation/access.js'
import { describeCredentials } from '../../src/atlas/credentials.js'

it('credentials are named by kind and public half', () => {
  expect(describeCredentials(demoKey)).toBe(`API key ${demoKey.publicKey}`)
  expect(describeCredentials(demoAccount)).toBe(`service account ${demoAccount.clientId}`)
})
