import type { ServiceAccount } from './config.js'

interface Token {
  readonly account: ServiceAccount
  readonly expiresAt: number
}

/** A token that was issued. */
export interface TokenRecord {
  readonly value: string
  readonly isAlive: boolean
}

/** Bytes of a token's three parts: together some 800 characters, the length that Atlas's tokens have. */
const PARTS = [48, 320, 256] as const
const DRAWN_AT_ONCE = 32

/** The bearer tokens that are alive. Instants in milliseconds since 1970. */
export class TokenStore {
  readonly lifeSeconds: number
  readonly #randomHex: (bytes: number) => string
  readonly #tokens = new Map<string, Token>()
  readonly #issued: string[] = []

  constructor(lifeSeconds: number, randomHex: (bytes: number) => string) {
    this.lifeSeconds = lifeSeconds
    this.#randomHex = randomHex
  }

  /** A new token: three parts in base64url with dots between, which mean nothing. */
  issue(account: ServiceAccount, now: number): string {
    this.#forgetExpired(now)
    const token = PARTS.map((bytes) => this.#random(bytes).toString('base64url')).join('.')
    this.#issued.push(token)
    this.#tokens.set(token, { account, expiresAt: now + this.lifeSeconds * 1000 })
    return token
  }

  /** Whose token it is; undefined for one that is unknown, has expired or was revoked. */
  account(token: string, now: number): ServiceAccount | undefined {
    this.#forgetExpired(now)
    return this.#tokens.get(token)?.account
  }

  /** Every token there ever was, in the order given. */
  records(now: number): readonly TokenRecord[] {
    this.#forgetExpired(now)
    return this.#issued.map((value) => ({ value, isAlive: this.#tokens.has(value) }))
  }

  /** Ends one token; true if it was alive. */
  revoke(token: string): boolean {
    return this.#tokens.delete(token)
  }

  /** Ends all of them. */
  clear(): void {
    this.#tokens.clear()
  }

  #random(bytes: number): Buffer {
    let hex = ''
    while (hex.length < bytes * 2) hex += this.#randomHex(DRAWN_AT_ONCE)
    return Buffer.from(hex, 'hex').subarray(0, bytes)
  }

  #forgetExpired(now: number): void {
    for (const [value, { expiresAt }] of this.#tokens) {
      if (expiresAt > now) return
      this.#tokens.delete(value)
    }
  }
}
