import type { DigestConfig } from './digest-config.js'

interface Nonce {
  readonly issuedAt: number
  readonly counts: Set<number>
  uses: number
}

/** What a nonce is worth: the first two lead to a challenge with and without `stale=true`. */
export type NonceVerdict = 'stale' | 'refused' | { readonly uses: number }

/**
 * The nonces given out. Rules as in Jetty's DigestAuthenticator: one that is unknown or too old, or an `nc` at the
 * limit, is stale; an `nc` seen before is refused without `stale=true`, as is one that is no number; any order of
 * `nc` will do. Zero, which Jetty lets pass, is refused.
 */
export class NonceBook {
  readonly #config: DigestConfig
  readonly #random: () => string
  readonly #nonces = new Map<string, Nonce>()

  constructor(config: DigestConfig, random: () => string) {
    this.#config = config
    this.#random = random
  }

  /** A new nonce of 32 base64 characters. */
  issue(now: number): string {
    this.#forgetOld(now)
    const nonce = Buffer.from(this.#random(), 'hex').toString('base64')
    this.#nonces.set(nonce, { issuedAt: now, counts: new Set(), uses: 0 })
    return nonce
  }

  /** Judges one use of a nonce and notes it. Without `nc` (RFC 2069) only the age counts. */
  use(value: string, nc: string | undefined, now: number): NonceVerdict {
    this.#forgetOld(now)
    const nonce = this.#nonces.get(value)
    if (nonce === undefined) return 'stale'
    if (nc !== undefined) {
      if (!/^[0-9a-f]{1,8}$/i.test(nc)) return 'refused'
      const count = Number.parseInt(nc, 16)
      if (count >= this.#config.maxNonceCount) return 'stale'
      if (count === 0 || nonce.counts.has(count)) return 'refused'
      nonce.counts.add(count)
    }
    nonce.uses += 1
    const { nonceReuse } = this.#config
    if (nonce.uses > 1 && nonceReuse !== 'counted') return nonceReuse
    return { uses: nonce.uses }
  }

  #forgetOld(now: number): void {
    const oldest = now - this.#config.nonceMaxAgeSeconds * 1000
    for (const [value, nonce] of this.#nonces) {
      if (nonce.issuedAt >= oldest) return
      this.#nonces.delete(value)
    }
  }
}
