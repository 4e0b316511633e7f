import { type DigestConfig, digestAlgorithms } from '../../emulator/digest-config.js'
import type { Dice } from './dice.js'

/** A form of digest authentication that the client has to cope with: mostly Atlas's own, else any other. */
export function drawDigest(dice: Dice): Partial<DigestConfig> {
  if (dice.chance(0.6)) return {}
  const authenticationInfo = dice.chance(0.4)
  return {
    algorithms: dice.chance(0.5) ? [dice.pick(digestAlgorithms)] : ['SHA-256', 'MD5'],
    qop: dice.pick([['auth'], ['auth-int'], ['auth', 'auth-int'], []]),
    nonceReuse: dice.pick(['counted', 'stale', 'refused']),
    nonceMaxAgeSeconds: dice.pick([40, 60, 3600]),
    opaque: dice.chance(0.3) ? 'b3BhcXVl' : undefined,
    userhash: dice.chance(0.2),
    charset: dice.chance(0.3),
    joined: dice.chance(0.3),
    authenticationInfo,
    nextNonce: authenticationInfo && dice.chance(0.5),
  }
}
