import type { Random } from '../runtime.js'
import { TITLES } from '../titles.js'
import type { ApiKey } from './credentials.js'
import { type DigestChallenge, digestAuthorization, parseChallenge } from './digest.js'
import { NonAtlasResponseError, RejectedError } from './errors.js'
import {
  type AtlasResponse,
  type HttpRequest,
  type HttpResponse,
  requestTarget,
  type Send,
  type SendAuthenticated,
} from './http.js'
import { isRoleMissing } from './remedies.js'
import { asNotExecuted, formatErrorResponse, parseErrorResponse } from './response-errors.js'

const CNONCE_BYTES = 16
/** How often in a row a request is sent again because its nonce was rejected. */
const MAX_NEW_NONCES = 3

const PROXY_REMEDY = 'Check that no proxy between the runner and Atlas keeps or mixes up answers.'

/**
 * Digest authentication (RFC 7616) around `Send`. A read reuses the nonce with a counted-up `nc`. A POST starts without
 * credentials, so that its nonce is fresh and a 401 to it means what it says.
 */
export class DigestAuth {
  readonly #send: Send
  readonly #key: ApiKey
  readonly #random: Random
  #challenge: DigestChallenge | undefined
  #nonce: string | undefined
  /** How many requests have used the nonce. */
  #nc = 0
  /** Atlas's header has the shape of Jetty's, which accepts a counted-up `nc`. Another server can reject it. */
  #reusesNonce = true

  constructor(send: Send, key: ApiKey, random: Random) {
    this.#send = send
    this.#key = key
    this.#random = random
  }

  /**
   * A 401 that stands is returned.
   *
   * @throws RejectedError if no challenge can be answered
   * @throws NonAtlasResponseError if a 401 has no new nonce
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
      if (response.status !== 401 || isRoleMissing(parseErrorResponse(response)))
        return toAtlasResponse(response, true)
      const next = this.#updateChallenge(response)
      // A server rejects credentials with a new nonce. The same one, or none, comes from a cache or a proxy.
      const isStray = next === undefined ? !hasErrorCode(response) : next.nonce === challenge.nonce
      if (fresh && isStray) throw noNewNonceError(request, response)
      if (fresh && next?.stale !== true) return toAtlasResponse(response, true)
      if (newNonces === MAX_NEW_NONCES) throw noncesRejectedError(request, response)
      if (next?.stale !== true) this.#reusesNonce = false
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

  /** Takes the challenge of a 401, `undefined` if there is none that can be answered. */
  #updateChallenge(response: HttpResponse): DigestChallenge | undefined {
    const challenge = parseChallenge(response.headers['www-authenticate'] ?? [])
    // A server that sends the same nonce again has seen it counted up.
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

function noChallengeError({ purpose }: HttpRequest, response: HttpResponse): RejectedError {
  const error = parseErrorResponse(response)
  return new RejectedError(
    {
      title: TITLES.digestNotOffered,
      message: `${purpose}: ${formatErrorResponse(error)}, without a digest challenge that can be answered.`,
      remedy:
        'Check base-url, and that no proxy answers in place of Atlas; Basic authentication is never used.',
    },
    error,
  )
}

function hasErrorCode(response: HttpResponse): boolean {
  return parseErrorResponse(response).errorCode !== undefined
}

function noNewNonceError({ purpose }: HttpRequest, response: HttpResponse): NonAtlasResponseError {
  return new NonAtlasResponseError(
    {
      title: TITLES.nonceRejected,
      message: `${purpose}: ${formatErrorResponse(parseErrorResponse(response))}, without a new digest nonce.`,
      remedy: PROXY_REMEDY,
    },
    true,
  )
}

function noncesRejectedError({ purpose }: HttpRequest, response: HttpResponse): RejectedError {
  return new RejectedError(
    {
      title: TITLES.nonceRejected,
      message: `${purpose}: one digest nonce after the other was refused as stale.`,
      remedy: PROXY_REMEDY,
    },
    parseErrorResponse(response),
  )
}
