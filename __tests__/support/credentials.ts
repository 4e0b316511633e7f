import { demo } from '../../emulator/config.js'
import type { ApiKey, ServiceAccount } from '../../src/atlas/credentials.js'

/** The key pair that the emulator knows. */
export const demoKey: ApiKey = {
  kind: 'API key',
  publicKey: demo.publicKey,
  privateKey: demo.privateKey,
}

/** The service account that the emulator knows. */
export const demoAccount: ServiceAccount = {
  kind: 'service account',
  clientId: demo.clientId,
  clientSecret: demo.clientSecret,
}
