export const digestAlgorithms = [
  'MD5',
  'MD5-sess',
  'SHA-256',
  'SHA-256-sess',
  'SHA-512-256',
  'SHA-512-256-sess',
] as const
export type DigestAlgorithm = (typeof digestAlgorithms)[number]

export const qops = ['auth', 'auth-int'] as const
export type Qop = (typeof qops)[number]

export const nonceReuses = ['counted', 'stale', 'refused'] as const
export type NonceReuse = (typeof nonceReuses)[number]

/** How the digest challenge looks and how strictly answers to it are checked. */
export interface DigestConfig {
  readonly realm: string
  /** One challenge each, in this order. */
  readonly algorithms: readonly DigestAlgorithm[]
  /** Empty: the challenge has no `qop`, which is RFC 2069's form. */
  readonly qop: readonly Qop[]
  readonly nonceMaxAgeSeconds: number
  /** An `nc` of this or more makes a nonce stale, as in Jetty. */
  readonly maxNonceCount: number
  /**
   * `counted`: a nonce may be used again with another `nc`. `stale`: every further use is answered
   * `stale=true`. `refused`: every further use is answered by a plain challenge.
   */
  readonly nonceReuse: NonceReuse
  readonly opaque: string | undefined
  readonly userhash: boolean
  /** Announces `charset=UTF-8`; without it names and passwords are hashed as ISO 8859-1. */
  readonly charset: boolean
  /** Several challenges in one header line instead of one line each. */
  readonly joined: boolean
  /** Sends `Authentication-Info` with `rspauth`. */
  readonly authenticationInfo: boolean
  /** Adds `nextnonce` to it. */
  readonly nextNonce: boolean
}
