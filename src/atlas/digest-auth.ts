import type { Random } from '../runtime.js'
import { TITLES } from '../titles.js'
import type { ApiKey } from './credentials.js'
import { type DigestChallenge, digestAuthorization, parseChallenge } from './digest.js'
import { formatErrorResponse, parseErrorResponse } from './error-response.js'
import { type AtlasError, couldNot, NonAtlasResponseError, RejectedError } from './errors.js'
import {
  type AtlasResponse,
  type HttpRequest,
  type HttpResponse,
  requestTarget,
  type Send,
  type SendAuthenticated,
} from './http.js'
import { isRoleMissing } from './remedies.js'
import { asNotExecuted, provesRejection } from './response-errors.js'

const CNONCE_BYTES = 16
/** How often a request is repeated because its nonce was rejected. */
const MAX_NEW_NONCES = 3

const PROXY_REMEDY = 'Check that no proxy between the runner and Atlas caches or mixes up responses.'

/**
 * Adds digest authentication (RFC 7616) to `Send`. A read reuses the nonce and increments `nc`. A POST starts without
 * credentials to get a new nonce, so a 401 cannot mean an old nonce.
 */
export class DigestAuth {
  readonly #send: Send
  readonly #key: ApiKey
  readonly #random: Random
  #challenge: DigestChallenge | undefined
  #nonce: string | undefined
  /** How many requests have used the nonce. */
  #nc = 0
  /** Atlas's challenge resembles Jetty's, which can be reused with a higher `nc`. Other servers can reject that. */
  #reusesNonce = true

  constructor(send: Send, key: ApiKey, random: Random) {
    this.#send = send
    this.#key = key
    this.#random = random
  }

  /**
   * Returns a final 401 instead of throwing it.
   *
   * @throws RejectedError if Atlas supports no challenge, or rejects too many nonces in a row
   * @throws NonAtlasResponseError if a 401 has no new nonce, or no challenge and no error code
   */
  readonly send: SendAuthenticated = async (request, signal) => {
    if (request.method === 'POST' || !this.#reusesNonce) this.#challenge = undefined
    let fresh = false
    for (let newNonces = 0; ; newNonces++) {
      let challenge = this.#challenge
      if (challenge === undefined) {
        const response = await this.#sendUnauthenticated(request, signal)
        if (response.status !== 401) return toAtlasResponse(response, false)
        challenge = this.#updateChallenge(response)
        if (challenge === undefined) throw noChallengeError(request, response)
        fresh = true
      }
      const response = await this.#send(this.#sign(request, challenge), signal)
      const result = toAtlasResponse(response, true)
      if (response.status !== 401 || isRoleMissing(parseErrorResponse(response))) return result
      const next = this.#updateChallenge(response)
      // Atlas rejects credentials with a new nonce. A response with the same nonce or none is from a cache or proxy.
      const isStray = next === undefined ? !hasErrorCode(response) : next.nonce === challenge.nonce
      if (fresh && isStray) throw noNewNonceError(request, response)
      if (!provesRejection(result, request)) return result
      // A challenge for another realm shows that the answered one was from another server, such as a gateway.
      const isNonceRejected = next?.stale === true || (next !== undefined && next.realm !== challenge.realm)
      if (fresh && !isNonceRejected) return result
      if (newNonces === MAX_NEW_NONCES) throw noncesRejectedError(request, response)
      if (!isNonceRejected) this.#reusesNonce = false
      fresh = next !== undefined
    }
  }

  async #sendUnauthenticated(request: HttpRequest, signal: AbortSignal): Promise<HttpResponse> {
    try {
      return await this.#send(request, signal)
    } catch (error) {
      throw asNotExecuted(error)
    }
  }

  /** Stores and returns the challenge of a 401, `undefined` if there is no supported one. */
  #updateChallenge(response: HttpResponse): DigestChallenge | undefined {
    const challenge = parseChallenge(response.headers['www-authenticate'] ?? [])
    // If the server repeats the nonce, it has already counted its uses.
    if (challenge !== undefined && challenge.nonce !== this.#nonce) {
      this.#nonce = challenge.nonce
      this.#nc = 0
    }
    this.#challenge = challenge
    return challenge
  }

  #sign(request: HttpRequest, challenge: DigestChallenge): HttpRequest {
    const { publicKey: username, privateKey: password } = this.#key
    this.#nc += 1
    const authorization = digestAuthorization(
      challenge,
      { username, password },
      { method: request.method, uri: requestTarget(request.url) },
      { nc: this.#nc, cnonce: this.#random.hex(CNONCE_BYTES) },
    )
    return { ...request, headers: { ...request.headers, authorization } }
  }
}

function toAtlasResponse(response: HttpResponse, authenticated: boolean): AtlasResponse {
  return { response, authenticated, credential: 'apiKey' }
}

function noChallengeError({ purpose }: HttpRequest, response: HttpResponse): AtlasError {
  const error = parseErrorResponse(response)
  const report = {
    title: TITLES.digestNotOffered,
    message: couldNot(
      purpose,
      `the response (${formatErrorResponse(error)}) contains no supported digest challenge`,
    ),
    remedy:
      'Check base-url, and check that no proxy responds instead of Atlas. This action never uses Basic authentication with an API key.',
  }
  // A gateway's page has no error code.
  return error.errorCode === undefined
    ? new NonAtlasResponseError(report, false)
    : new RejectedError(report, error)
}

function hasErrorCode(response: HttpResponse): boolean {
  return parseErrorResponse(response).errorCode !== undefined
}

function noNewNonceError({ purpose }: HttpRequest, response: HttpResponse): NonAtlasResponseError {
  return new NonAtlasResponseError(
    {
      title: TITLES.nonceRejected,
      message: couldNot(
        purpose,
        `the response (${formatErrorResponse(parseErrorResponse(response))}) contains no new digest nonce`,
      ),
      remedy: PROXY_REMEDY,
    },
    true,
  )
}

function noncesRejectedError({ purpose }: HttpRequest, response: HttpResponse): RejectedError {
  return new RejectedError(
    {
      title: TITLES.nonceRejected,
      message: couldNot(purpose, `Atlas rejected ${MAX_NEW_NONCES + 1} digest nonces in a row`),
      remedy: PROXY_REMEDY,
    },
    parseErrorResponse(response),
  )
}
