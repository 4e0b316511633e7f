import type { AtlasOptions } from '../../emulator/atlas.js'
import type { Credentials } from '../../src/atlas/credentials.js'
import { demoAccount, demoKey } from '../support/credentials.js'
import type { Dice } from './dice.js'

/** What a step proves itself with, and what becomes of its tokens. */
export interface Access {
  readonly credentials: Credentials
  /** How Atlas gives tokens. */
  readonly atlas: Pick<AtlasOptions, 'tokenSeconds' | 'rateLimits'>
  /** When Atlas forgets every token, in milliseconds from the start. */
  readonly forgetsAtMs: readonly number[]
}

const SHARE_OF_ACCOUNTS = 0.35
/** Three ways through the network, each ten times as slow as usual and half as slow again, and some. */
const SLOWEST_TRAVELS = 50

/** Mostly an API key; else a service account, whose tokens are too short for many a wait. */
export function drawAccess(
  dice: Dice,
  travelMs: number,
  durationMs: number,
  bent: Partial<Access> | undefined,
): Access {
  const isAccount = dice.chance(SHARE_OF_ACCOUNTS)
  // A token that runs out on its way to its first use is of no use to anybody.
  const shortest = (travelMs * SLOWEST_TRAVELS) / 1000
  const tokenSeconds = dice.chance(0.2) ? 3600 : Math.max(shortest, dice.magnitude(1, 300))
  const tight = dice.chance(0.1) ? { token: { capacity: 2, refillPerMinute: 6 } } : {}
  const forgetsAtMs: number[] = []
  while (dice.chance(0.3)) forgetsAtMs.push(dice.between(0, durationMs * 1.5))
  return {
    credentials: isAccount ? demoAccount : demoKey,
    atlas: { tokenSeconds, rateLimits: tight },
    forgetsAtMs,
    ...bent,
  }
}
