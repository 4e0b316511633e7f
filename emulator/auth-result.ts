import type { Principal } from './config.js'
import type { Scheme } from './http.js'
/** Result of authentication. */
export type AuthResult =
  | {
      readonly kind: 'accepted'
      readonly scheme: Scheme
      readonly principal: Principal
      /** Uses of the nonce, including this one. 0 without digest. */
      readonly nonceUses: number
    }
  | {
      readonly kind: 'refused'
      readonly scheme: Scheme
      /** Digest only: the nonce is the reason for the rejection. */
      readonly stale: boolean
    }

/** The result for valid credentials without digest. */
export function accepted(scheme: Scheme, principal: Principal): AuthResult {
  return { kind: 'accepted', scheme, principal, nonceUses: 0 }
}

/** The result for missing or wrong credentials. */
export function refused(scheme: Scheme, stale = false): AuthResult {
  return { kind: 'refused', scheme, stale }
}
