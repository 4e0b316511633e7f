import { parseAuthenticationInfo, type SignedParts, verifyRspauth } from './authentication-info.js'
import { authorization } from './authorization.js'
import { parseChallenges } from './challenge.js'
import { chooseChallenge, type DigestChallenge, isSendable } from './digest-challenge.js'
import type { DigestRequest, SessionSeed, User } from './response.js'

/** A request's Authorization header, and what is needed to check the server's answer to it. */
export interface SignedRequest extends SignedParts {
  /** The value of the Authorization header */
  readonly header: string
}

/**
 * One protection space (RFC 7616 section 3.3) and one user of it: the challenge that is held, its nonce and how
 * often it was used. Several requests may be under way at once.
 */
export class DigestSession {
  readonly #user: User
  readonly #newCnonce: () => string
  #challenge: DigestChallenge | undefined
  #nonce: string | undefined
  #nc = 0
  #seed: SessionSeed | undefined

  constructor(user: User, newCnonce: () => string) {
    this.#user = user
    this.#newCnonce = newCnonce
  }

  /** Whether a nonce is held, so that a request can be signed without asking for a challenge first */
  get ready(): boolean {
    return this.#challenge !== undefined
  }

  /** Gives up the nonce, so that the next request goes without credentials and brings a new one */
  forget(): void {
    this.#challenge = undefined
  }

  /**
   * Takes the challenge of a 401, given its WWW-Authenticate lines. Undefined if they hold none that can be
   * answered; the session is then not ready. Nothing is thrown.
   */
  challenge(headerLines: readonly string[]): { readonly stale: boolean } | undefined {
    this.#challenge = chooseChallenge(parseChallenges(headerLines))
    // A challenge ends the session of the one before it (section 3.4.2).
    this.#seed = undefined
    if (this.#challenge === undefined) return undefined
    this.#useNonce(this.#challenge.nonce)
    return { stale: this.#challenge.stale }
  }

  /** Signs the next request on the nonce that is held. Throws if none is. */
  sign(request: DigestRequest): SignedRequest {
    if (this.#challenge === undefined || this.#nonce === undefined) {
      throw new Error('A request cannot be signed before the server has sent a digest challenge.')
    }
    const challenge = { ...this.#challenge, nonce: this.#nonce }
    const counts = this.#count(challenge)
    const header = authorization(challenge, this.#user, request, counts)
    return { header, challenge, uri: request.uri, counts }
  }

  /**
   * Reads the Authentication-Info of the answer to a signed request, lines joined by commas. False if the server
   * tried to prove that it knows the password, and failed (RFC 7616 section 3.5): the answer is not to be
   * trusted, and its nonce is not taken. Otherwise true, and a `nextnonce` is in use from now on.
   */
  accept(signed: SignedRequest, authenticationInfo: string | undefined, responseBody: string): boolean {
    const info = parseAuthenticationInfo(authenticationInfo ?? '')
    if (!verifyRspauth(info, signed, this.#user, responseBody)) return false
    // An answer to a request on an older nonce comes too late to say what follows on the present one.
    const current = this.ready && signed.challenge.nonce === this.#nonce
    if (current && info.nextnonce && isSendable(info.nextnonce)) this.#useNonce(info.nextnonce)
    return true
  }

  #count(challenge: DigestChallenge) {
    this.#nc += 1
    if (!challenge.algorithm.session) return { nc: this.#nc, cnonce: this.#newCnonce() }
    // RFC 7616 makes the session key from the first request's nonce and cnonce, most servers from those of each
    // request; as long as neither changes both come to the same, hence no fresh cnonce here.
    this.#seed ??= { nonce: challenge.nonce, cnonce: this.#newCnonce() }
    return { nc: this.#nc, cnonce: this.#seed.cnonce, session: this.#seed }
  }

  // The count belongs to the nonce: a server that hands out the same one again has seen it counted up.
  #useNonce(nonce: string): void {
    if (nonce !== this.#nonce) this.#nc = 0
    this.#nonce = nonce
  }
}
