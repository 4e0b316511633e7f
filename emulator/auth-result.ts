import type { Principal } from './config.js'
import type { Scheme } from './http.js'
/** Whose request it is, or why it is refused. */
export type AuthResult =
  | {
      readonly kind: 'accepted'
      readonly scheme: Scheme
      readonly principal: Principal
      /** Of a digest. */
      readonly nc: number | undefined
      /** How often the nonce has been used, this time included. 0 without a digest. */
      readonly nonceUses: number
    }
  | {
      readonly kind: 'refused'
      readonly scheme: Scheme
      /** Of a digest: only the nonce was too old. */
      readonly stale: boolean
      readonly nc: number | undefined
    }

/** The result for right credentials that are no digest. */
export function accepted(scheme: Scheme, principal: Principal): AuthResult {
  return { kind: 'accepted', scheme, principal, nc: undefined, nonceUses: 0 }
}

/** The result for missing or wrong credentials. */
export function refused(scheme: Scheme, nc?: number, stale = false): AuthResult {
  return { kind: 'refused', scheme, stale, nc }
}
