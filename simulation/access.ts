import { demo } from '../emulator/config.js'
import type { ApiKey, Credentials, ServiceAccount } from '../src/atlas/credentials.js'
import type { SeededRandom } from './seeded-random.js'

/** The emulator's default API key. */
export const demoKey: ApiKey = {
  kind: 'apiKey',
  publicKey: demo.publicKey,
  privateKey: demo.privateKey,
}

/** The emulator's default service account. */
export const demoAccount: ServiceAccount = {
  kind: 'serviceAccount',
  clientId: demo.clientId,
  clientSecret: demo.clientSecret,
}

/** The credentials of a step, and the end of its tokens. */
export interface Access {
  readonly credentials: Credentials
  /** When Atlas expires all tokens, in milliseconds from the start. */
  readonly tokensExpireAtMs: readonly number[]
}

const SERVICE_ACCOUNT_SHARE = 0.35

/** Draws an API key, or less often a service account. */
export function drawAccess(random: SeededRandom, durationMs: number): Access {
  const isAccount = random.chance(SERVICE_ACCOUNT_SHARE)
  const tokensExpireAtMs: number[] = []
  while (random.chance(0.3)) tokensExpireAtMs.push(random.between(0, durationMs * 1.5))
  return {
    credentials: isAccount ? demoAccount : demoKey,
    tokensExpireAtMs,
  }
}
