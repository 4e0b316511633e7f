import { type AtlasConfig, demo } from './config.js'
import { type EmulatorRequest, type EmulatorResponse, type Headers, jsonResponse } from './http.js'
import type { RateLimiter } from './rate-limit.js'
import type { TokenOperation } from './routes.js'

export interface TokenRecord {
  readonly value: string
  readonly isAlive: boolean
}

/** The demo's service account: OAuth 2.0 client credentials grant (RFC 6749 section 4.4) and token revocation (RFC 7009). */
export class ServiceAccounts {
  readonly #config: AtlasConfig
  readonly #limiter: RateLimiter
  readonly #randomHex: (bytes: number) => string
  /** When each token ever issued expires, in milliseconds since 1970, oldest first. 0 for a revoked token. */
  readonly #tokens = new Map<string, number>()

  constructor(config: AtlasConfig, limiter: RateLimiter, randomHex: (bytes: number) => string) {
    this.#config = config
    this.#limiter = limiter
    this.#randomHex = randomHex
  }

  /** Issues or revokes a token. `now` is in milliseconds since 1970. */
  execute({ kind }: TokenOperation, request: EmulatorRequest, now: number): EmulatorResponse {
    if (kind === 'token') {
      const limit = this.#limiter.count('token', '/api/oauth/token', now)
      if (limit.error !== undefined) return limit.error.toResponse(limit.headers)
    }
    if (!this.hasSecret(request)) return this.refuse()
    const form = new URLSearchParams(request.body)
    if (kind === 'revoke') {
      // Succeeds even if there is no such token (RFC 7009 section 2.2).
      this.#revoke(form.get('token') ?? '')
      return jsonResponse(200, {})
    }
    if (form.get('grant_type') !== 'client_credentials')
      return oauthError(400, 'invalid_request', 'grant_type must be client_credentials.')
    const { tokenSeconds } = this.#config
    const value = this.#randomToken()
    this.#tokens.set(value, now + tokenSeconds * 1000)
    const issued = { access_token: value, expires_in: tokenSeconds, token_type: 'Bearer' }
    return jsonResponse(200, issued, { 'Cache-Control': 'no-store' })
  }

  /** True for a request with the client ID and secret (RFC 6749 section 2.3.1). */
  hasSecret(request: EmulatorRequest): boolean {
    return parseBasic(request) === `${demo.clientId}:${demo.clientSecret}`
  }

  /** False if the token is unknown, expired, or revoked. */
  isAlive(token: string, now: number): boolean {
    return (this.#tokens.get(token) ?? 0) > now
  }

  /** The 401 for a missing or wrong client ID or secret. */
  refuse(): EmulatorResponse {
    const description = 'The client id or the client secret is wrong.'
    return oauthError(401, 'invalid_client', description, { 'WWW-Authenticate': 'Basic realm="oauth"' })
  }

  records(now: number): readonly TokenRecord[] {
    return [...this.#tokens.keys()].map((value) => ({ value, isAlive: this.isAlive(value, now) }))
  }

  expireAll(): void {
    for (const token of this.#tokens.keys()) this.#revoke(token)
  }

  #revoke(token: string): void {
    if (this.#tokens.has(token)) this.#tokens.set(token, 0)
  }

  /** About 800 characters in base64url and dots, like Atlas's tokens. */
  #randomToken(): string {
    const random = () => Buffer.from(this.#randomHex(30), 'hex').toString('base64url')
    return Array.from({ length: 20 }, random).join('.')
  }
}

/** An error in the format of RFC 6749 section 5.2, which differs from Atlas's format. */
export function oauthError(
  status: number,
  error: string,
  description: string,
  headers: Headers = {},
): EmulatorResponse {
  const body = { error, error_description: description }
  return jsonResponse(status, body, { 'Cache-Control': 'no-store', ...headers })
}

/** The name and password in an `Authorization: Basic` header (RFC 7617). Undefined for any other header. */
function parseBasic({ headers: { authorization = '' } }: EmulatorRequest): string | undefined {
  const [, encoded] = /^\s*basic +([A-Za-z0-9+/]+={0,2})\s*$/i.exec(authorization) ?? []
  return encoded && Buffer.from(encoded, 'base64').toString('utf8')
}
