import { errorMessage } from '../failure.js'
import type { Clock, Logger } from '../runtime.js'
import { TITLES } from '../titles.js'
import type { ServiceAccount } from './credentials.js'
import { ConflictError, NonAtlasResponseError, RejectedError, TokenRequestError } from './errors.js'
import type { AtlasResponse, HttpRequest, HttpResponse, Send, SendAuthenticated } from './http.js'
import { isJsonObject, parseJson } from './json.js'
import { assertNotAborted } from './network-errors.js'
import { isRoleMissing } from './remedies.js'
import { asNotExecuted, noUsableResponse, parseErrorResponse, toAtlasError } from './response-errors.js'

/** A token is renewed before it expires, by this much or by this share of its life, whichever is less. */
const REFRESH_MARGIN_MS = 60_000
const REFRESH_MARGIN_FRACTION = 0.1
/** What an `Authorization` header can carry, no longer than servers read. */
const USABLE_TOKEN = /^[\x21-\x7e]{1,8192}$/
const BEARER = /^bearer$/i
/** Statuses about the service account. Any other means that this is no token endpoint of Atlas. */
const ACCOUNT_ERROR_STATUSES: readonly number[] = [400, 401, 402, 403]

/** What a service account's authentication needs. */
interface ServiceAccountAuthOptions {
  /** Origin of Atlas. */
  readonly baseUrl: string
  readonly account: ServiceAccount
  /** For the requests about snapshots. */
  readonly send: Send
  /** For the requests about tokens: without a grace period, because nothing is lost with a token. */
  readonly sendTokenRequest: Send
  readonly clock: Clock
  /** Milliseconds since 1970. */
  readonly wallClock: () => number
  readonly logger: Logger
  /** Told of every secret that is made here, before anything else can log it. */
  readonly setSecret: (secret: string) => void
}

interface AccessToken {
  readonly value: string
  /** On the clock. */
  readonly refreshAt: number
}

/**
 * Bearer tokens (RFC 6750) around `Send`, fetched by client credentials (RFC 6749 section 4.4) and revoked at the end
 * (RFC 7009). A rejected token is replaced once for each request.
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
   * Without a token the request is not sent.
   *
   * @throws NotExecutedError, ThrottledError if another try for a token can succeed
   * @throws TokenRequestError if it can't
   * @throws UntrustedResponseError if the responder can't be trusted
   */
  readonly send: SendAuthenticated = async (request, signal) => {
    const response = await this.#sendWithToken(request, signal)
    if (response.status !== 401 || isRoleMissing(parseErrorResponse(response)))
      return toAtlasResponse(response, true)
    this.#cached = undefined
    return toAtlasResponse(await this.#sendWithToken(request, signal), true)
  }

  /** Revokes the token, if there is one. Never throws: a token that can't be revoked expires by itself. */
  async close(signal: AbortSignal): Promise<void> {
    if (this.#cached === undefined) return
    const { sendTokenRequest, logger } = this.#options
    const form = { token: this.#cached.value, token_type_hint: 'access_token' }
    this.#cached = undefined
    const request = this.#tokenRequest('Revoking the access token', 'revoke', form)
    try {
      assertSuccess(await sendTokenRequest(request, signal), request, this.#options.wallClock())
      logger.debug('The access token is revoked.')
    } catch (error) {
      logger.debug(`The access token is not revoked, and runs out by itself. ${errorMessage(error)}`)
    }
  }

  async #sendWithToken(request: HttpRequest, signal: AbortSignal): Promise<HttpResponse> {
    const { clock, send } = this.#options
    if (this.#cached === undefined || clock.now() >= this.#cached.refreshAt)
      this.#cached = await this.#fetchToken(signal)
    const authorization = `Bearer ${this.#cached.value}`
    return send({ ...request, headers: { ...request.headers, authorization } }, signal)
  }

  async #fetchToken(signal: AbortSignal): Promise<AccessToken> {
    const { clock, wallClock, sendTokenRequest, setSecret } = this.#options
    const request = this.#tokenRequest('Getting an access token', 'token', {
      grant_type: 'client_credentials',
    })
    assertNotAborted(request, signal)
    // The token's life can begin as soon as it is requested.
    const requestedAt = clock.now()
    const response = await sendTokenRequest(request, signal).catch((error: unknown) => {
      throw asNotExecuted(error)
    })
    assertSuccess(response, request, wallClock())
    const token = parseToken(response)
    if (token === undefined) {
      const message = `${request.purpose}: the answer (HTTP ${response.status}) holds no token.`
      throw noUsableResponse(message, false)
    }
    setSecret(token.value)
    const { value, lifetimeMs } = token
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

function toAtlasResponse(response: HttpResponse, authenticated: boolean): AtlasResponse {
  return { response, authenticated, credential: 'serviceAccount' }
}

/** An error about a token must not look like one about the request that the token is for. */
function assertSuccess(response: HttpResponse, { purpose, url }: HttpRequest, now: number): void {
  if (response.status >= 200 && response.status <= 299) return
  const error = toAtlasError(toAtlasResponse(response, false), purpose, now)
  const isRejected = error instanceof RejectedError || error instanceof NonAtlasResponseError
  if (isRejected && ACCOUNT_ERROR_STATUSES.includes(response.status)) {
    const { title, message, remedy } = error
    throw new TokenRequestError({ title, message, remedy, cause: error })
  }
  if (!(isRejected || error instanceof ConflictError)) throw error
  throw new TokenRequestError({
    title: TITLES.noAccessToken,
    message: error.message,
    remedy: `Check base-url: Atlas has to answer at ${url.pathname} there.`,
    cause: error,
  })
}

/** The token with its life in milliseconds, `undefined` if there is none that can be used. */
function parseToken({ body }: HttpResponse): { value: string; lifetimeMs: number } | undefined {
  const parsed = parseJson(body)
  if (!isJsonObject(parsed)) return undefined
  const { access_token: value, token_type: type = 'bearer', expires_in: seconds } = parsed
  if (typeof value !== 'string' || !USABLE_TOKEN.test(value)) return undefined
  if (typeof type !== 'string' || !BEARER.test(type)) return undefined
  const isLimited = typeof seconds === 'number' && seconds > 0
  return { value, lifetimeMs: isLimited ? seconds * 1000 : Number.POSITIVE_INFINITY }
}
