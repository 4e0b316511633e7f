import type { ServiceAccount } from './config.js'

interface Token {
  readonly account: ServiceAccount
  readonly expiresAt: number
}

export interface TokenRecord {
  readonly value: string
  readonly isAlive: boolean
}

/** Bytes in the three parts of a token. As base64, they are as long as Atlas's tokens, about 800 characters. */
const PARTS = [48, 320, 256] as const
const DRAWN_AT_ONCE = 32

/** Bearer tokens. Times are in milliseconds since 1970. */
export class TokenStore {
  readonly lifeSeconds: number
  readonly #randomHex: (bytes: number) => string
  readonly #tokens = new Map<string, Token>()
  readonly #issued: string[] = []

  constructor(lifeSeconds: number, randomHex: (bytes: number) => string) {
    this.lifeSeconds = lifeSeconds
    this.#randomHex = randomHex
  }

  /** Issues a token: three random parts in base64url, separated by dots. */
  issue(account: ServiceAccount, now: number): string {
    this.#forgetExpired(now)
    const token = PARTS.map((bytes) => this.#random(bytes).toString('base64url')).join('.')
    this.#issued.push(token)
    this.#tokens.set(token, { account, expiresAt: now + this.lifeSeconds * 1000 })
    return token
  }

  /** The account of a token. Undefined if the token is unknown, expired, or revoked. */
  account(token: string, now: number): ServiceAccount | undefined {
    this.#forgetExpired(now)
    return this.#tokens.get(token)?.account
  }

  /** All tokens ever issued, oldest first. */
  records(now: number): readonly TokenRecord[] {
    this.#forgetExpired(now)
    return this.#issued.map((value) => ({ value, isAlive: this.#tokens.has(value) }))
  }

  /** Revokes a token. True if it was valid. */
  revoke(token: string): boolean {
    return this.#tokens.delete(token)
  }

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
