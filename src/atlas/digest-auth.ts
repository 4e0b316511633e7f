import type { Random } from '../ports.js'
import type { ApiKey } from './credentials.js'
import { type DigestChallenge, digestAuthorization, parseChallenge } from './digest.js'
import { parseErrorResponse } from './error-response.js'
import { RequestError } from './errors.js'
import {
  type HttpRequest,
  requestTarget,
  type Send,
  type SendAuthenticated,
  withCredentials,
} from './http.js'
import { FAILURES, isMissingRole } from './responses.js'

const CNONCE_BYTES = 16
/** How many challenges of one request are answered. */
const MAX_CHALLENGES = 3

/**
 * Adds digest authentication (RFC 7616) to `Send`. Like other clients, it signs each request with the last challenge and an
 * incremented `nc`, and answers a new challenge at once.
 */
export class DigestAuth {
  readonly #send: Send
  readonly #key: ApiKey
  readonly #random: Random
  #challenge: DigestChallenge | undefined
  /** How many requests have used the challenge. */
  #nc = 0

  constructor(send: Send, key: ApiKey, random: Random) {
    this.#send = send
    this.#key = key
    this.#random = random
  }

  /**
   * Returns a 401 that rejects the key or its role, or that has no supported challenge, instead of throwing it.
   *
   * @throws RequestError like `Send`, and `notExecuted` if the server rejects too many answers in a row
   */
  readonly send: SendAuthenticated = async (request, signal) => {
    for (let challenges = 0; ; challenges++) {
      const sent = this.#sign(request)
      const response = await this.#send(sent, signal)
      const exchange = { request: sent, response, credential: 'apiKey', isProvenAtlas: false } as const
      if (response.status !== 401) return exchange
      if (isMissingRole(parseErrorResponse(response))) return exchange
      const challenge = parseChallenge(response.headers['www-authenticate'] ?? [])
      if (challenge === undefined) return exchange
      this.#challenge = challenge
      this.#nc = 0
      // A challenge of an earlier request can be too old. A new one can't, so the server rejects the key.
      if (challenges > 0 && !challenge.stale) return { ...exchange, isProvenAtlas: true }
      if (challenges === MAX_CHALLENGES) {
        const reason = `Atlas rejected the responses to ${MAX_CHALLENGES} digest challenges in a row as stale`
        const failure = { ...FAILURES.noValidResponse, meaning: 'notExecuted' } as const
        throw new RequestError(sent, reason, failure)
      }
    }
  }

  /** The request with credentials, if there is a challenge. */
  #sign(request: HttpRequest): HttpRequest {
    if (this.#challenge === undefined) return request
    const { publicKey: username, privateKey: password } = this.#key
    this.#nc += 1
    const authorization = digestAuthorization(
      this.#challenge,
      { username, password },
      { method: request.method, uri: requestTarget(request.url) },
      { nc: this.#nc, cnonce: this.#random.hex(CNONCE_BYTES) },
    )
    return withCredentials(request, authorization)
  }
}
