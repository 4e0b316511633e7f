import type { ErrorReport } from '../action-error.js'
import type { Random } from '../runtime.js'
import { TITLES } from '../titles.js'
import type { ApiKey } from './credentials.js'
import { type DigestChallenge, digestAuthorization, parseChallenge } from './digest.js'
import { formatErrorResponse, isAtlas, parseErrorResponse } from './error-response.js'
import { AtlasError, couldNot } from './errors.js'
import {
  type AtlasResponse,
  type HttpRequest,
  type HttpResponse,
  header,
  requestTarget,
  type Send,
  type SendAuthenticated,
} from './http.js'
import { isRoleMissing } from './remedies.js'
import { asNotExecuted } from './response-errors.js'

const CNONCE_BYTES = 16
/** How often a request is repeated at once because its nonce was rejected. */
const MAX_NEW_NONCES = 3

/**
 * Adds digest authentication (RFC 7616) to `Send`. A read reuses the nonce and increments `nc`. A POST starts without
 * credentials to get a new nonce, on a new connection that both of its requests use, because a nonce can belong to one.
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
   * Returns a 401 that rejects the key or its role, instead of throwing it.
   *
   * @throws AtlasError `notExecuted` if too many nonces in a row are stale, which is no rejection of the key
   * @throws AtlasError `notAtlas` if a 401 has no supported challenge, or might not be Atlas's
   */
  readonly send: SendAuthenticated = async (request, signal) => {
    if (request.method === 'POST' || !this.#reusesNonce) this.#challenge = undefined
    const { newConnection: _, ...onKeptConnection } = request
    // After the first request, the others use its connection.
    let unsigned = request
    /** Whether no earlier request has used the nonce. */
    let isFresh = false
    for (let newNonces = 0; newNonces <= MAX_NEW_NONCES; newNonces++) {
      if (this.#challenge === undefined) {
        const response = await this.#send(request, signal).catch((error: unknown) => {
          throw asNotExecuted(error)
        })
        if (response.status !== 401) return toAtlasResponse(response, false)
        this.#challenge = this.#parseChallenge(response)
        if (this.#challenge === undefined) throw noChallengeError(request, response)
        isFresh = true
        unsigned = onKeptConnection
      }
      const used = this.#challenge
      const response = await this.#send(this.#sign(unsigned, used), signal)
      unsigned = onKeptConnection
      if (response.status !== 401 || isRoleMissing(parseErrorResponse(response)))
        return toAtlasResponse(response, true)
      const next = this.#parseChallenge(response)
      // A repeated nonce has already been used.
      this.#challenge = next?.nonce === used.nonce ? undefined : next
      const rejected = findRejected(request, response, used, next)
      if (isFresh && rejected === 'key') return toAtlasResponse(response, true)
      if (isFresh && rejected === undefined) {
        const reason = describeMissing(response, 'new digest nonce from Atlas')
        throw new AtlasError('notAtlas', nonceReport(request, reason), true)
      }
      // After a reused nonce, only `stale` shows that the server supports reuse. The key can still be right.
      if (rejected !== 'nonce') this.#reusesNonce = false
      isFresh = this.#challenge !== undefined
    }
    const reason = `Atlas rejected ${MAX_NEW_NONCES + 1} digest nonces in a row`
    throw new AtlasError('notExecuted', nonceReport(request, reason))
  }

  /** The challenge of a 401, `undefined` if there is no supported one. */
  #parseChallenge(response: HttpResponse): DigestChallenge | undefined {
    const challenge = parseChallenge(response.headers['www-authenticate'] ?? [])
    // If the server repeats the nonce, it has already counted its uses.
    if (challenge !== undefined && challenge.nonce !== this.#nonce) {
      this.#nonce = challenge.nonce
      this.#nc = 0
    }
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

/**
 * What Atlas rejects with a 401 to a fresh nonce. `undefined` if the response might be from a cache or another server, after
 * Atlas executed the request. Atlas was recorded to send its error, or no body at all. A page proves nothing to a POST, but
 * to repeat a read is harmless.
 */
function findRejected(
  { method }: HttpRequest,
  response: HttpResponse,
  used: DigestChallenge,
  next: DigestChallenge | undefined,
): 'nonce' | 'key' | undefined {
  if (next === undefined) return isAtlas(response) ? 'key' : undefined
  // The challenge in use was from another server, such as a gateway.
  const isOtherRealm = next.realm !== used.realm
  const isEmpty = response.body === '' && header(response, 'content-type') === undefined
  const isFromAtlas = isAtlas(response) || (isEmpty && !isOtherRealm) || method === 'GET'
  if (next.nonce === used.nonce || !isFromAtlas) return undefined
  return next.stale || isOtherRealm ? 'nonce' : 'key'
}

function noChallengeError({ purpose }: HttpRequest, response: HttpResponse): AtlasError {
  const report = {
    title: TITLES.digestNotOffered,
    message: couldNot(purpose, describeMissing(response, 'supported digest challenge')),
    remedy:
      'Check base-url, and check that no proxy responds instead of Atlas. This action never uses Basic authentication with an API key.',
  }
  return new AtlasError('notAtlas', report)
}

function describeMissing(response: HttpResponse, what: string): string {
  return `the response (${formatErrorResponse(parseErrorResponse(response))}) contains no ${what}`
}

function nonceReport({ purpose }: HttpRequest, reason: string): ErrorReport {
  return {
    title: TITLES.nonceRejected,
    message: couldNot(purpose, reason),
    remedy: 'Check that no proxy between the runner and Atlas caches or mixes up responses.',
  }
}
