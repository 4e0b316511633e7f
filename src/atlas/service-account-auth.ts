import { errorMessage } from '../action-error.js'
import type { Clock, Logger } from '../runtime.js'
import { TITLES } from '../titles.js'
import type { ServiceAccount } from './credentials.js'
import { isAtlas, parseErrorResponse } from './error-response.js'
import { AtlasError, couldNot, type Meaning } from './errors.js'
import type { AtlasResponse, HttpRequest, HttpResponse, Send, SendAuthenticated } from './http.js'
import { parseJsonObject } from './json.js'
import { assertNotAborted } from './network-errors.js'
import { isRoleMissing } from './remedies.js'
import { asNotExecuted, noUsableResponse, toAtlasError } from './response-errors.js'

/** A token is renewed this long, or this share of its lifetime, before it expires, whichever is shorter. */
const REFRESH_MARGIN_MS = 60_000
const REFRESH_MARGIN_FRACTION = 0.1
/** What an `Authorization` header can contain, in a length that servers accept. */
const USABLE_TOKEN = /^[\x21-\x7e]{1,8192}$/
const BEARER = /^bearer$/i
/** Statuses about the service account. Any other status means that this is not Atlas's token endpoint. */
const ACCOUNT_ERROR_STATUSES: readonly number[] = [400, 401, 402, 403]
const WITHOUT_TOKEN: readonly Meaning[] = ['rejected', 'notAtlas', 'conflict']

/** What authentication needs from outside. */
export interface AuthDependencies {
  readonly clock: Clock
  /** Milliseconds since 1970. */
  readonly wallClock: () => number
  readonly logger: Logger
  /** Called with every new secret before anything can log it. */
  readonly setSecret: (secret: string) => void
}

interface ServiceAccountAuthOptions extends AuthDependencies {
  /** Origin of Atlas. */
  readonly baseUrl: string
  readonly account: ServiceAccount
  /** For requests with a token. */
  readonly send: Send
  /** For requests for a token. It has no grace period, because an unused token does no harm. */
  readonly sendTokenRequest: Send
}

interface AccessToken {
  readonly value: string
  /** Milliseconds on the clock. */
  readonly refreshAt: number
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
   * @throws AtlasError like `Send`. Without a token, it is `notExecuted` or `throttled` if a retry can succeed, and
   *   `noToken` or `untrusted` if it can't.
   */
  readonly send: SendAuthenticated = async (request, signal) => {
    const first = await this.#sendWithToken(request, signal)
    const { response } = first
    if (response.status !== 401 || isRoleMissing(parseErrorResponse(response))) return first
    // To a POST, a gateway can respond with a challenge after Atlas executed it. To repeat a read is harmless.
    const isTokenRejected = isAtlas(response) || (request.method === 'GET' && hasBearerChallenge(response))
    if (!isTokenRejected) return first
    this.#cached = undefined
    return this.#sendWithToken(request, signal)
  }

  /** Revokes the token if there is one. Never throws, because a token that is not revoked still expires. */
  async close(signal: AbortSignal): Promise<void> {
    if (this.#cached === undefined) return
    const { sendTokenRequest, logger } = this.#options
    const form = { token: this.#cached.value, token_type_hint: 'access_token' }
    this.#cached = undefined
    // The server might have closed the idle connection, and this request is not repeated.
    const request = { ...this.#tokenRequest('revoke the access token', 'revoke', form), newConnection: true }
    try {
      assertSuccess(await sendTokenRequest(request, signal), request, this.#options.wallClock())
      logger.debug('Revoked the access token.')
    } catch (error) {
      logger.debug(`The access token remains valid until it expires. ${errorMessage(error)}`)
    }
  }

  async #sendWithToken(request: HttpRequest, signal: AbortSignal): Promise<AtlasResponse> {
    const { clock, send } = this.#options
    if (this.#cached === undefined || clock.now() >= this.#cached.refreshAt)
      this.#cached = await this.#fetchToken(signal)
    const authorization = `Bearer ${this.#cached.value}`
    const response = await send({ ...request, headers: { ...request.headers, authorization } }, signal)
    return { response, authenticated: true, credential: 'serviceAccount' }
  }

  async #fetchToken(signal: AbortSignal): Promise<AccessToken> {
    const { clock, wallClock, sendTokenRequest, setSecret } = this.#options
    const request = this.#tokenRequest('get an access token', 'token', { grant_type: 'client_credentials' })
    assertNotAborted(request, signal)
    // The token's lifetime can start as early as this.
    const requestedAt = clock.now()
    const response = await sendTokenRequest(request, signal).catch((error: unknown) => {
      throw asNotExecuted(error)
    })
    assertSuccess(response, request, wallClock())
    const token = parseToken(response)
    if (token === undefined) {
      const reason = `the response (HTTP ${response.status}) contains no valid access token`
      throw noUsableResponse(couldNot(request.purpose, reason), false)
    }
    const { value, lifetimeMs } = token
    setSecret(value)
    const marginMs = Math.min(REFRESH_MARGIN_MS, lifetimeMs * REFRESH_MARGIN_FRACTION)
    return { value, refreshAt: requestedAt + lifetimeMs - marginMs }
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

/** Callers must not mistake an error of the token request for an error of the request that needs the token. */
function assertSuccess(response: HttpResponse, request: HttpRequest, now: number): void {
  if (response.status >= 200 && response.status <= 299) return
  const error = toAtlasError({ response, authenticated: false, credential: 'serviceAccount' }, request, now)
  if (!WITHOUT_TOKEN.includes(error.meaning)) throw error
  const isAboutAccount = error.meaning !== 'conflict' && ACCOUNT_ERROR_STATUSES.includes(response.status)
  throw new AtlasError('noToken', {
    title: isAboutAccount ? error.title : TITLES.noAccessToken,
    message: error.message,
    remedy: isAboutAccount
      ? error.remedy
      : `Check base-url. The token endpoint of Atlas there is ${request.url.pathname}.`,
    cause: error,
  })
}

/** The token with its lifetime in milliseconds, `undefined` if there is no valid one. */
function parseToken({ body }: HttpResponse): { value: string; lifetimeMs: number } | undefined {
  const parsed = parseJsonObject(body) ?? {}
  const { access_token: value, token_type: type = 'bearer', expires_in: seconds } = parsed
  if (typeof value !== 'string' || !USABLE_TOKEN.test(value)) return undefined
  if (typeof type !== 'string' || !BEARER.test(type)) return undefined
  const isLimited = typeof seconds === 'number' && seconds > 0
  return { value, lifetimeMs: isLimited ? seconds * 1000 : Number.POSITIVE_INFINITY }
}
