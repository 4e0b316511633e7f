import { errorAnswer } from './error-answer.js'
import { errors } from './errors.js'
import type { EmulatorAnswer } from './http.js'
import type { TokenBook } from './tokens.js'
import { accepted, refused, type Verdict } from './verdict.js'

/** Checks bearer tokens (RFC 6750). */
export class BearerAuthenticator {
  readonly #tokens: TokenBook

  constructor(tokens: TokenBook) {
    this.#tokens = tokens
  }

  /** Judges an `Authorization` header; `now` in milliseconds since 1970. */
  check(authorization: string, now: number): Verdict {
    const token = /^\s*bearer +(\S+)\s*$/i.exec(authorization)?.[1]
    const account = token === undefined ? undefined : this.#tokens.holder(token, now)
    return account === undefined ? refused('bearer') : accepted('bearer', account)
  }

  /** The 401 to a token that is unknown, has expired or was revoked. */
  refuse(now: number): EmulatorAnswer {
    return errorAnswer(errors.invalidToken(), now)
  }
}
