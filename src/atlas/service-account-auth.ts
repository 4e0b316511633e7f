import { errorMessage } from '../action-error.js'
import { parseJsonObject } from '../json.js'
import type { Clock, Logger } from '../ports.js'
import type { ServiceAccount } from './credentials.js'
import { parseErrorResponse, toRequestError } from './error-response.js'
import { RequestError } from './errors.js'
import {
  type Exchange,
  type HttpRequest,
  type HttpResponse,
  type Send,
  type SendAuthenticated,
  withCredentials,
} from './http.js'
import { FAILURES, isMissingRole } from './responses.js'

/** The share of a token's lifetime after which it is renewed. */
const RENEWAL_FRACTION = 0.9
/** What an `Authorization` header can contain. */
const USABLE_TOKEN = /^[\x21-\x7e]+$/

/** What authentication needs from outside. */
export interface AuthDependencies {
  readonly clock: Clock
  readonly logger: Logger
  /** Called with every new secret before anything can log it. */
  readonly setSecret: (secret: string) => void
}

interface ServiceAccountAuthOptions extends AuthDependencies {
  /** Origin of Atlas. */
  readonly baseUrl: string
  readonly account: ServiceAccount
  readonly send: Send
}

interface AccessToken {
  readonly value: string
  /** Milliseconds on the clock. */
  readonly renewAt: number
}

/**
 * Adds Bearer tokens (RFC 6750) to `Send`. It gets them with client credentials (RFC 6749 section 4.4) and revokes the last
 * one at the end (RFC 7009). Each request can replace a rejected token once.
 */
export class ServiceAccountAuth {
  readonly #options: ServiceAccountAuthOptions
  readonly #basic: string
  #cached: AccessToken | undefined

  constructor(options: ServiceAccountAuthOptions) {
    const { account, setSecret } = options
    this.#options = options
    this.#basic = Buffer.from(`${account.clientId}:${account.clientSecret}`).toString('base64')
    setSecret(this.#basic)
  }

  /**
   * Gets a token first if necessary.
   *
   * @throws RequestError like `Send`, or that of the request for a token, without which Atlas executes nothing
   */
  readonly send: SendAuthenticated = async (request, signal) => {
    const first = await this.#sendWithToken(request, signal)
    const { response, isProvenAtlas } = first
    if (response.status !== 401) return first
    const error = parseErrorResponse(response)
    const rejectsToken = (isProvenAtlas || error.isAtlas) && !isMissingRole(error)
    if (!rejectsToken) return first
    this.#cached = undefined
    return this.#sendWithToken(request, signal)
  }

  /** Revokes the token if there is one. Never throws, because a token that is not revoked still expires. */
  async close(signal: AbortSignal): Promise<void> {
    if (this.#cached === undefined) return
    const { send, logger } = this.#options
    const form = { token: this.#cached.value, token_type_hint: 'access_token' }
    this.#cached = undefined
    const request = this.#tokenRequest('revoke the access token', 'revoke', form)
    try {
      assertSuccess(request, await send(request, signal))
      logger.debug('Revoked the access token.')
    } catch (error) {
      logger.debug(`The access token remains valid until it expires. ${errorMessage(error)}`)
    }
  }

  async #sendWithToken(request: HttpRequest, signal: AbortSignal): Promise<Exchange> {
    const { clock, send } = this.#options
    if (this.#cached === undefined || clock.now() >= this.#cached.renewAt)
      this.#cached = await this.#fetchToken(signal)
    const sent = withCredentials(request, `Bearer ${this.#cached.value}`)
    const response = await send(sent, signal)
    const isProvenAtlas = response.status === 401 && hasBearerChallenge(response)
    return { request: sent, response, credential: 'serviceAccount', isProvenAtlas }
  }

  async #fetchToken(signal: AbortSignal): Promise<AccessToken> {
    const { clock, send, setSecret } = this.#options
    const request = this.#tokenRequest('get an access token', 'token', { grant_type: 'client_credentials' })
    // If a server refuses this request, the old token is not revoked, which would send it the client secret again.
    this.#cached = undefined
    // The token's lifetime can start as early as this.
    const requestedAt = clock.now()
    const response = await send(request, signal)
    assertSuccess(request, response)
    const { access_token: value, expires_in: seconds } = parseJsonObject(response.body) ?? {}
    if (typeof value !== 'string' || !USABLE_TOKEN.test(value)) {
      const reason = `the response (HTTP ${response.status}) contains no valid access token`
      throw new RequestError(request, reason, FAILURES.noValidResponse)
    }
    setSecret(value)
    const lifetimeMs = typeof seconds === 'number' && seconds > 0 ? seconds * 1000 : Number.POSITIVE_INFINITY
    return { value, renewAt: requestedAt + lifetimeMs * RENEWAL_FRACTION }
  }

  #tokenRequest(purpose: string, path: string, form: Readonly<Record<string, string>>): HttpRequest {
    return {
      purpose,
      method: 'POST',
      url: new URL(`/api/oauth/${path}`, this.#options.baseUrl),
      headers: {
        accept: 'application/json',
        'content-type': 'application/x-www-form-urlencoded',
        authorization: `Basic ${this.#basic}`,
      },
      body: new URLSearchParams(form).toString(),
    }
  }
}

/** RFC 6750 section 3. It can follow the challenge of another scheme in the same line. */
function hasBearerChallenge({ headers }: HttpResponse): boolean {
  return (headers['www-authenticate'] ?? []).some((line) => /(^|,)\s*bearer\b/i.test(line))
}

/** @throws RequestError for a response other than 2xx */
function assertSuccess(request: HttpRequest, response: HttpResponse): void {
  if (response.status >= 200 && response.status <= 299) return
  // Only an OAuth 2.0 server sends such an error (RFC 6749 section 5.2).
  const isProvenAtlas = parseErrorResponse(response).errorCode !== undefined
  throw toRequestError({ request, response, credential: 'serviceAccount', isProvenAtlas })
}
