import type { AtlasOptions } from '../emulator/atlas.js'
import { demo } from '../emulator/config.js'
import type { ApiKey, Credentials, ServiceAccount } from '../src/atlas/credentials.js'
import type { SeededRandom } from './seeded-random.js'

/** The key pair that the emulator knows. */
export const demoKey: ApiKey = {
  kind: 'apiKey',
  publicKey: demo.publicKey,
  privateKey: demo.privateKey,
}

/** The service account that the emulator knows. */
export const demoAccount: ServiceAccount = {
  kind: 'serviceAccount',
  clientId: demo.clientId,
  clientSecret: demo.clientSecret,
}

/** What a step proves itself with, and what becomes of its tokens. */
export interface Access {
  readonly credentials: Credentials
  /** How Atlas gives tokens. */
  readonly atlas: Pick<AtlasOptions, 'tokenSeconds' | 'rateLimits'>
  /** When Atlas forgets every token, in milliseconds from the start. */
  readonly tokensExpireAtMs: readonly number[]
}

const SERVICE_ACCOUNT_SHARE = 0.35

/** Three ways through the network, each ten times as slow as usual and half as slow again, and some. */
const MAX_TRAVELS = 50

/** Mostly an API key; else a service account, whose tokens are too short for many a wait. */
export function drawAccess(
  random: SeededRandom,
  travelMs: number,
  durationMs: number,
  overrides: Partial<Access> | undefined,
): Access {
  const isAccount = random.chance(SERVICE_ACCOUNT_SHARE)
  // A token that runs out on its way to its first use is of no use to anybody.
  const shortest = (travelMs * MAX_TRAVELS) / 1000
  const tokenSeconds = random.chance(0.2) ? 3600 : Math.max(shortest, random.magnitude(1, 300))
  const tight = random.chance(0.1) ? { token: { capacity: 2, refillPerMinute: 6 } } : {}
  const tokensExpireAtMs: number[] = []
  while (random.chance(0.3)) tokensExpireAtMs.push(random.between(0, durationMs * 1.5))
  return {
    credentials: isAccount ? demoAccount : demoKey,
    atlas: { tokenSeconds, rateLimits: tight },
    tokensExpireAtMs,
    ...overrides,
  }
}
