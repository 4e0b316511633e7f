import { type AuthResult, accepted, refused } from './auth-result.js'
import type { AtlasConfig, Principal, ServiceAccount } from './config.js'
import { DigestAuthenticator } from './digest-authenticator.js'
import { errorResponse, errors, htmlResponse, unauthorizedBody } from './errors.js'
import { type EmulatorRequest, type EmulatorResponse, jsonResponse, type Scheme } from './http.js'
import { isTokenOperation, type Operation } from './routes.js'
import type { TokenStore } from './token-store.js'

/** Checks the credentials of a request by their scheme, or by the scheme that the operation requires. */
export class Authenticator {
  readonly #anyone: Principal | undefined
  readonly #digest: DigestAuthenticator
  readonly #bearer: BearerAuthenticator
  readonly #clients: ClientAuthenticator

  constructor(
    config: AtlasConfig,
    clients: ClientAuthenticator,
    tokens: TokenStore,
    randomHex: (bytes: number) => string,
  ) {
    this.#anyone = config.authentication === 'none' ? config.keys[0] : undefined
    this.#digest = new DigestAuthenticator(config, randomHex)
    this.#bearer = new BearerAuthenticator(tokens, config.tokenRefusal)
    this.#clients = clients
  }

  /** Authenticates a request. `now` is in milliseconds since 1970. */
  check(request: EmulatorRequest, operation: Operation | undefined, now: number): AuthResult {
    if (operation !== undefined && isTokenOperation(operation)) return this.#clients.check(request)
    if (this.#anyone !== undefined) return accepted('digest', this.#anyone)
    const { authorization = '' } = request.headers
    return /^\s*bearer\b/i.test(authorization)
      ? this.#bearer.check(authorization, now)
      : this.#digest.check(request, now)
  }

  /** The 401 for a scheme. `stale` applies to digest only. */
  refuse(scheme: Scheme, stale: boolean, request: EmulatorRequest, now: number): EmulatorResponse {
    if (scheme === 'basic') return this.#clients.refuse(now)
    return scheme === 'bearer' ? this.#bearer.refuse(now) : this.#digest.challenge(request, stale, now)
  }

  /** The 401 that repeats the nonce of the request. */
  repeatChallenge(request: EmulatorRequest, now: number): EmulatorResponse {
    return this.#digest.repeatChallenge(request, now)
  }
}

/** Checks bearer tokens (RFC 6750). */
class BearerAuthenticator {
  readonly #tokens: TokenStore
  readonly #refusal: AtlasConfig['tokenRefusal']

  constructor(tokens: TokenStore, refusal: AtlasConfig['tokenRefusal']) {
    this.#tokens = tokens
    this.#refusal = refusal
  }

  /** Checks an `Authorization` header. `now` is in milliseconds since 1970. */
  check(authorization: string, now: number): AuthResult {
    const token = /^\s*bearer +(\S+)\s*$/i.exec(authorization)?.[1]
    const account = token === undefined ? undefined : this.#tokens.account(token, now)
    return account === undefined ? refused('bearer') : accepted('bearer', account)
  }

  /** The 401 for a token that is unknown, expired, or revoked. */
  refuse(now: number): EmulatorResponse {
    const error = errors.invalidToken()
    if (this.#refusal === 'code') return errorResponse(error, now)
    return this.#refusal === 'plain'
      ? jsonResponse(error.status, unauthorizedBody, now, error.headers)
      : htmlResponse(error.status, now, error.headers)
  }
}

/** Checks client ID and secret of a service account, for the token endpoints only (RFC 6749 section 2.3.1). */
export class ClientAuthenticator {
  readonly #accounts: readonly ServiceAccount[]

  constructor(accounts: readonly ServiceAccount[]) {
    this.#accounts = accounts
  }

  check(request: EmulatorRequest): AuthResult {
    const account = this.account(request)
    return account === undefined ? refused('basic') : accepted('basic', account)
  }

  /** The account with the client ID and secret in the request. */
  account({ headers }: EmulatorRequest): ServiceAccount | undefined {
    const given = basicCredentials(headers['authorization'] ?? '')
    return this.#accounts.find(
      ({ clientId, clientSecret }) => given?.name === clientId && given.password === clientSecret,
    )
  }

  /** The 401 for a missing or wrong client ID or secret. `now` is in milliseconds since 1970. */
  refuse(now: number): EmulatorResponse {
    const description = 'The client id or the client secret is wrong.'
    return oauthError(401, 'invalid_client', description, now, { 'WWW-Authenticate': 'Basic realm="oauth"' })
  }
}

/** An error in the format of RFC 6749 section 5.2, which differs from Atlas's format. */
export function oauthError(
  status: number,
  error: string,
  description: string,
  now: number,
  headers: Readonly<Record<string, string>> = {},
): EmulatorResponse {
  const body = { error, error_description: description }
  return jsonResponse(status, body, now, { 'Cache-Control': 'no-store', ...headers })
}

/** The name and password in an `Authorization: Basic` header (RFC 7617). Undefined for any other header. */
export function basicCredentials(
  header: string,
): { readonly name: string; readonly password: string } | undefined {
  const encoded = /^\s*basic +([A-Za-z0-9+/]+={0,2})\s*$/i.exec(header)?.[1]
  if (encoded === undefined) return undefined
  const text = Buffer.from(encoded, 'base64').toString('utf8')
  const colon = text.indexOf(':')
  return colon < 0 ? undefined : { name: text.slice(0, colon), password: text.slice(colon + 1) }
}
