import { basicCredentials, type ClientAuthenticator, oauthError } from './authenticator.js'
import type { ServiceAccount } from './config.js'
import { errorResponse } from './errors.js'
import {
  type EmulatorRequest,
  type EmulatorResponse,
  type Executed,
  jsonResponse,
  mediaType,
} from './http.js'
import type { RateLimiter } from './rate-limit.js'
import type { TokenOperation } from './routes.js'
import type { TokenStore } from './token-store.js'

/** OAuth 2.0 client credentials grant (RFC 6749 section 4.4) and token revocation (RFC 7009). */
export class TokenEndpoint {
  readonly #clients: ClientAuthenticator
  readonly #tokens: TokenStore
  readonly #limiter: RateLimiter

  constructor(clients: ClientAuthenticator, tokens: TokenStore, limiter: RateLimiter) {
    this.#clients = clients
    this.#tokens = tokens
    this.#limiter = limiter
  }

  /** Issues or revokes a token. `now` is in milliseconds since 1970. */
  execute({ kind }: TokenOperation, request: EmulatorRequest, now: number): Executed {
    const { headers, body } = request
    if (kind === 'token') {
      const client = basicCredentials(headers['authorization'] ?? '')?.name
      const limit = this.#limiter.count('token', '/api/oauth/token', now, client)
      if (limit.error !== undefined) return unchanged(errorResponse(limit.error, now, limit.headers))
    }
    const account = this.#clients.account(request)
    if (account === undefined) return unchanged(this.#clients.refuse(now))
    if (mediaType(headers['content-type'] ?? '') !== 'application/x-www-form-urlencoded')
      return unchanged(invalid('The body must be application/x-www-form-urlencoded.', now))
    const form = new URLSearchParams(body)
    return kind === 'token' ? this.#mint(form, account, now) : this.#revoke(form, account, now)
  }

  #mint(form: URLSearchParams, account: ServiceAccount, now: number): Executed {
    if (onlyValue(form, 'grant_type') !== 'client_credentials')
      return unchanged(invalid('grant_type must be client_credentials.', now))
    const minted = {
      access_token: this.#tokens.issue(account, now),
      expires_in: this.#tokens.lifeSeconds,
      token_type: 'Bearer',
    }
    return { response: jsonResponse(200, minted, now, { 'Cache-Control': 'no-store' }), changed: true }
  }

  /** Revokes a token of the account. Succeeds even if there is no such token (RFC 7009 section 2.2). */
  #revoke(form: URLSearchParams, account: ServiceAccount, now: number): Executed {
    const token = onlyValue(form, 'token')
    if (token === undefined) return unchanged(invalid('token must occur exactly once.', now))
    const changed = this.#tokens.account(token, now) === account && this.#tokens.revoke(token)
    return { response: jsonResponse(200, {}, now), changed }
  }
}

function invalid(description: string, now: number): EmulatorResponse {
  return oauthError(400, 'invalid_request', description, now)
}

function unchanged(response: EmulatorResponse): Executed {
  return { response, changed: false }
}

/** The value of a field that occurs exactly once and is not empty (RFC 6749 section 3.2). */
function onlyValue(form: URLSearchParams, name: string): string | undefined {
  const [value, ...more] = form.getAll(name)
  return value === undefined || value === '' || more.length > 0 ? undefined : value
}
