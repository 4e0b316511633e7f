import type { ServiceAccount } from './config.js'
import { errorResponse } from './errors.js'
import { type EmulatorRequest, type EmulatorResponse, type Headers, jsonResponse } from './http.js'
import type { RateLimiter } from './rate-limit.js'
import type { TokenOperation } from './routes.js'
import type { TokenStore } from './token-store.js'

/** OAuth 2.0 client credentials grant (RFC 6749 section 4.4) and token revocation (RFC 7009). */
export class TokenEndpoint {
  readonly #accounts: readonly ServiceAccount[]
  readonly #tokens: TokenStore
  readonly #limiter: RateLimiter

  constructor(accounts: readonly ServiceAccount[], tokens: TokenStore, limiter: RateLimiter) {
    this.#accounts = accounts
    this.#tokens = tokens
    this.#limiter = limiter
  }

  /** Issues or revokes a token. `now` is in milliseconds since 1970. */
  execute({ kind }: TokenOperation, request: EmulatorRequest, now: number): EmulatorResponse {
    if (kind === 'token') {
      const client = parseBasic(request)?.name
      const limit = this.#limiter.count('token', '/api/oauth/token', now, client)
      if (limit.error !== undefined) return errorResponse(limit.error, limit.headers)
    }
    const account = this.findAccount(request)
    if (account === undefined) return this.refuse()
    const form = new URLSearchParams(request.body)
    if (kind === 'revoke') {
      const token = form.get('token') ?? ''
      // Succeeds even if there is no such token (RFC 7009 section 2.2).
      if (this.#tokens.account(token, now) === account) this.#tokens.revoke(token)
      return jsonResponse(200, {})
    }
    if (form.get('grant_type') !== 'client_credentials')
      return oauthError(400, 'invalid_request', 'grant_type must be client_credentials.')
    const issued = {
      access_token: this.#tokens.issue(account, now),
      expires_in: this.#tokens.lifeSeconds,
      token_type: 'Bearer',
    }
    return jsonResponse(200, issued, { 'Cache-Control': 'no-store' })
  }

  /** The account with the client ID and secret in the request (RFC 6749 section 2.3.1). */
  findAccount(request: EmulatorRequest): ServiceAccount | undefined {
    const given = parseBasic(request)
    return this.#accounts.find(
      ({ clientId, clientSecret }) => given?.name === clientId && given.password === clientSecret,
    )
  }

  /** The 401 for a missing or wrong client ID or secret. */
  refuse(): EmulatorResponse {
    const description = 'The client id or the client secret is wrong.'
    return oauthError(401, 'invalid_client', description, { 'WWW-Authenticate': 'Basic realm="oauth"' })
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
function parseBasic({ headers: { authorization = '' } }: EmulatorRequest) {
  const [, encoded] = /^\s*basic +([A-Za-z0-9+/]+={0,2})\s*$/i.exec(authorization) ?? []
  if (encoded === undefined) return undefined
  const [name = '', password] = Buffer.from(encoded, 'base64').toString('utf8').split(/:(.*)/s)
  return password === undefined ? undefined : { name, password }
}
