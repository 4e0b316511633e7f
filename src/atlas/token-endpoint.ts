import { asNotExecuted, noUsableResponse, toAtlasError } from './answer.js'
import type { ServiceAccount } from './credentials.js'
import { ConflictError, RejectedError, TokenRequestError } from './errors.js'
import type { HttpRequest, HttpResponse, Send } from './http.js'
import { isJsonObject, parseJson } from './json.js'
import { assertNotAborted } from './transport.js'

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
