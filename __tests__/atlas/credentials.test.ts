import { expect, it } from '@jest/globals'
import { demoAccount, demoKey } from '../../simulation/access.js'
import { credentialLabel, describeCredentials } from '../../src/atlas/credentials.js'

it('credentials are described by their kind and their public half', () => {
  expect(describeCredentials(demoKey)).toBe(`${credentialLabel('apiKey')} ${demoKey.publicKey}`)
  expect(describeCredentials(demoAccount)).toBe(
    `${credentialLabel('serviceAccount')} ${demoAccount.clientId}`,
  )
  expect(credentialLabel('apiKey')).not.toBe(credentialLabel('serviceAccount'))
})
