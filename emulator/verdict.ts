import type { Holder } from './credentials.js'

/** How a request proves whose it is; `basic` only at the token endpoints. */
export type Scheme = 'digest' | 'bearer' | 'basic'

/** Whose request it is, or why it is nobody's. */
export type Verdict =
  | {
      readonly kind: 'accepted'
      readonly scheme: Scheme
      readonly holder: Holder
      /** Of a digest. */
      readonly nc: number | undefined
      /** How often the nonce has been used, this time included; 0 without a digest. */
      readonly nonceUses: number
      /** `Authentication-Info` for an answer with this body, where it is switched on. */
      readonly info: (body: string) => Readonly<Record<string, string>>
    }
  | {
      readonly kind: 'refused'
      readonly scheme: Scheme
      /** Of a digest: it is the nonce's age that is wrong. */
      readonly stale: boolean
      readonly nc: number | undefined
    }

/** The verdict on credentials that are right, without what belongs to a digest. */
export function accepted(scheme: Scheme, holder: Holder): Verdict {
  return { kind: 'accepted', scheme, holder, nc: undefined, nonceUses: 0, info: () => ({}) }
}

/** The verdict on credentials that are missing or wrong. */
export function refused(scheme: Scheme, nc?: number, stale = false): Verdict {
  return { kind: 'refused', scheme, stale, nc }
}
