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

/** The result for credentials without digest, which are valid if they have an owner. */
export function toAuthResult(scheme: Scheme, principal: Principal | undefined): AuthResult {
  return principal === undefined ? refused(scheme) : { kind: 'accepted', scheme, principal, nonceUses: 0 }
}

/** The result for missing or wrong credentials. */
export function refused(scheme: Scheme, stale = false): AuthResult {
  return { kind: 'refused', scheme, stale }
}
