import { errorMessage } from '../failure.js'
import type { Clock, Logger } from '../runtime.js'
import type { ServiceAccount } from './credentials.js'
import { ConflictError, RejectedError, TokenRequestError } from './errors.js'
import type { HttpRequest, HttpResponse, Send, SendAuthenticated } from './http.js'
import { isJsonObject, parseJson } from './json.js'
import { assertNotAborted } from './middleware.js'
import { isRoleMissing } from './remedies.js'
import { asNotExecuted, noUsableResponse, parseErrorResponse, toAtlasError } from './response-errors.js'

/**
 * A service account's access token (RFC 6750) around the seam. A token that is refused is replaced by a new one, once a
 * request; a 401 to that one stands.
 *
 * @throws AtlasError as the session does if it gets no token: then the request was not sent, or was refused with a 401
 */
export function bearerAuthenticator(send: Send, session: TokenSession): SendAuthenticated {
  return async (request, signal) => {
    const token = await session.token(signal)
    const response = await send(bearing(token, request), signal)
    if (response.status !== 401 || isRoleMissing(parseErrorResponse(response)))
      return { response, authenticated: true, credential: 'service account' }
    session.invalidate(token)
    const again = await send(bearing(await session.token(signal), request), signal)
    return { response: again, authenticated: true, credential: 'service account' }
  }
}

function bearing(token: string, request: HttpRequest): HttpRequest {
  return { ...request, headers: { ...request.headers, authorization: `Bearer ${token}` } }
}

/** How long before its end a token is renewed: so long at most, and no larger share of its life. */
const REFRESH_MARGIN_MS = 60_000
const REFRESH_MARGIN_FRACTION = 0.1

/** A service account's access token from its first use to its revocation. */
export class TokenSession {
  readonly #endpoint: TokenEndpoint
  readonly #clock: Clock
  readonly #logger: Logger
  #cached: { readonly value: string; readonly renewAt: number } | undefined

  constructor(endpoint: TokenEndpoint, { clock, logger }: { clock: Clock; logger: Logger }) {
    this.#endpoint = endpoint
    this.#clock = clock
    this.#logger = logger
  }

  /**
   * A token that has not run out, a new one where there is none.
   *
   * @throws AtlasError as `mint` does
   */
  async token(signal: AbortSignal): Promise<string> {
    if (this.#cached !== undefined && this.#clock.now() < this.#cached.renewAt) return this.#cached.value
    return this.#fetch(signal)
  }

  /** Gives up a token that Atlas refuses, unless it has been replaced already. */
  invalidate(token: string): void {
    if (this.#cached?.value === token) this.#cached = undefined
  }

  /** Has the token revoked, if there is one; that this fails is no more than a debug line, since tokens run out. */
  async close(signal: AbortSignal): Promise<void> {
    if (this.#cached === undefined) return
    const { value } = this.#cached
    this.#cached = undefined
    try {
      await this.#endpoint.revoke(value, signal)
      this.#logger.debug('The access token is revoked.')
    } catch (error) {
      this.#logger.debug(`The access token is not revoked, and runs out by itself. ${errorMessage(error)}`)
    }
  }

  async #fetch(signal: AbortSignal): Promise<string> {
    // Its life may begin as soon as it is asked for; what the answer takes is part of it.
    const askedAt = this.#clock.now()
    const { value, lifetimeMs = Number.POSITIVE_INFINITY } = await this.#endpoint.fetchToken(signal)
    const marginMs = Math.min(REFRESH_MARGIN_MS, lifetimeMs * REFRESH_MARGIN_FRACTION)
    this.#cached = { value, renewAt: askedAt + lifetimeMs - marginMs }
    return value
  }
}

/** An access token as the endpoint gave it. */
export interface AccessToken {
  readonly value: string
  /** Milliseconds from when it was asked for, `undefined` where the endpoint did not say. */
  readonly lifetimeMs: number | undefined
}

/** Atlas's OAuth 2.0 endpoints; each call is one request, never repeated here. */
export interface TokenEndpoint {
  /**
   * Gets a token by client credentials (RFC 6749 section 4.4), and has it masked before anybody sees it. What fails
   * here says nothing about the request that the token is for, but that it was not sent.
   *
   * @throws NotExecutedError, ThrottledError if another try may succeed
   * @throws TokenRequestError if it will not
   * @throws UntrustedResponseError if what answered must not be talked to
   */
  fetchToken(signal: AbortSignal): Promise<AccessToken>
  /**
   * Makes Atlas forget a token (RFC 7009).
   *
   * @throws AtlasError if no answer says that it did
   */
  revoke(token: string, signal: AbortSignal): Promise<void>
}

/** What an `Authorization` header can carry, at most as long as servers read one. */
const USABLE_TOKEN = /^[\x21-\x7e]{1,8192}$/
const BEARER = /^bearer$/i
/** Refusals that are about the service account; any other means that no token endpoint of Atlas answered. */
const ACCOUNT_ERROR_STATUSES: readonly number[] = [400, 401, 402, 403]

/**
 * @param send with a time limit, and without a second of grace: a token that nobody waits for is of no use
 * @param setSecret told of every secret that is made here, before anything else can show it
 */
export function createTokenEndpoint(
  baseUrl: string,
  { clientId, clientSecret }: ServiceAccount,
  { send, setSecret }: { send: Send; setSecret: (secret: string) => void },
): TokenEndpoint {
  const basic = Buffer.from(`${clientId}:${clientSecret}`).toString('base64')
  setSecret(basic)
  const post = (purpose: string, path: string, form: Readonly<Record<string, string>>): HttpRequest => ({
    purpose,
    method: 'POST',
    url: new URL(`/api/oauth/${path}`, baseUrl),
    headers: {
      accept: 'application/json',
      'content-type': 'application/x-www-form-urlencoded',
      authorization: `Basic ${basic}`,
    },
    body: new URLSearchParams(form).toString(),
  })

  return {
    fetchToken: async (signal) => {
      const request = post('Getting an access token', 'token', { grant_type: 'client_credentials' })
      assertNotAborted(request, signal)
      const answer = await send(request, signal).catch((error: unknown) => {
        throw asNotExecuted(error)
      })
      assertSuccess(answer, request)
      const token = parseToken(answer)
      if (token === undefined)
        throw noUsableResponse(
          `${request.purpose}: the answer (HTTP ${answer.status}) holds no token.`,
          false,
        )
      setSecret(token.value)
      return token
    },
    revoke: async (token, signal) => {
      const form = { token, token_type_hint: 'access_token' }
      const request = post('Revoking the access token', 'revoke', form)
      assertSuccess(await send(request, signal), request)
    },
  }
}

function assertSuccess(response: HttpResponse, { purpose, url }: HttpRequest): void {
  if (response.status >= 200 && response.status <= 299) return
  const error = toAtlasError({ response, authenticated: false, credential: 'service account' }, purpose)
  // The same answer to the request itself would say something about what it asked for; here it does not.
  if (error instanceof RejectedError && ACCOUNT_ERROR_STATUSES.includes(response.status)) {
    const { title, message, remedy } = error
    throw new TokenRequestError({ title, message, remedy, cause: error })
  }
  if (!(error instanceof RejectedError || error instanceof ConflictError)) throw error
  throw new TokenRequestError({
    title: 'Atlas gives no access token',
    message: error.message,
    remedy: `Check base-url: Atlas has to answer at ${url.pathname} there.`,
    cause: error,
  })
}

/** `undefined` where there is none that can be used. */
function parseToken({ body }: HttpResponse): AccessToken | undefined {
  const parsed = parseJson(body)
  if (!isJsonObject(parsed)) return undefined
  const { access_token: value, token_type: type = 'bearer', expires_in: seconds } = parsed
  if (typeof value !== 'string' || !USABLE_TOKEN.test(value)) return undefined
  if (typeof type !== 'string' || !BEARER.test(type)) return undefined
  return { value, lifetimeMs: typeof seconds === 'number' && seconds > 0 ? seconds * 1000 : undefined }
}
