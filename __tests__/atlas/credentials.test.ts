import { expect, it } from '@jest/globals'
import { demoAccount, demoKey } from '../../simulation/access.js'
import { credentialLabel, describeCredentials } from '../../src/atlas/credentials.js'

it('describes credentials by their kind and public part', () => {
  expect(describeCredentials(demoKey)).toBe(`${credentialLabel('apiKey')} ${demoKey.publicKey}`)
  expect(describeCredentials(demoAccount)).toBe(
    `${credentialLabel('serviceAccount')} ${demoAccount.clientId}`,
  )
  expect(credentialLabel('apiKey')).not.toBe(credentialLabel('serviceAccount'))
})
