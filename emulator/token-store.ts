import type { ServiceAccount } from './config.js'

interface Token {
  readonly account: ServiceAccount
  /** 0 for a revoked token. */
  expiresAt: number
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
  /** All tokens ever issued, oldest first. */
  readonly #tokens = new Map<string, Token>()

  constructor(lifeSeconds: number, randomHex: (bytes: number) => string) {
    this.lifeSeconds = lifeSeconds
    this.#randomHex = randomHex
  }

  /** Issues a token: three random parts in base64url, separated by dots. */
  issue(account: ServiceAccount, now: number): string {
    const token = PARTS.map((bytes) => this.#random(bytes).toString('base64url')).join('.')
    this.#tokens.set(token, { account, expiresAt: now + this.lifeSeconds * 1000 })
    return token
  }

  /** The account of a token. Undefined if the token is unknown, expired, or revoked. */
  account(value: string, now: number): ServiceAccount | undefined {
    const token = this.#tokens.get(value)
    return token !== undefined && token.expiresAt > now ? token.account : undefined
  }

  records(now: number): readonly TokenRecord[] {
    return [...this.#tokens].map(([value, { expiresAt }]) => ({ value, isAlive: expiresAt > now }))
  }

  revoke(value: string): void {
    const token = this.#tokens.get(value)
    if (token !== undefined) token.expiresAt = 0
  }

  revokeAll(): void {
    for (const token of this.#tokens.values()) token.expiresAt = 0
  }

  #random(bytes: number): Buffer {
    let hex = ''
    while (hex.length < bytes * 2) hex += this.#randomHex(DRAWN_AT_ONCE)
    return Buffer.from(hex, 'hex').subarray(0, bytes)
  }
}
