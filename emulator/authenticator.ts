import { BearerAuthenticator } from './bearer-authenticator.js'
import type { ClientAuthenticator } from './client-authenticator.js'
import type { AtlasConfig } from './config.js'
import type { Holder } from './credentials.js'
import { DigestAuthenticator } from './digest-authenticator.js'
import type { EmulatorAnswer, EmulatorRequest } from './http.js'
import { isOfTokens, type Operation } from './routes.js'
import type { TokenBook } from './tokens.js'
import { accepted, type Scheme, type Verdict } from './verdict.js'

/** Checks a request's credentials by the scheme that they are in, or that its operation asks for. */
export class Authenticator {
  readonly #anyone: Holder | undefined
  readonly #digest: DigestAuthenticator
  readonly #bearer: BearerAuthenticator
  readonly #clients: ClientAuthenticator

  constructor(
    config: AtlasConfig,
    clients: ClientAuthenticator,
    tokens: TokenBook,
    randomHex: (bytes: number) => string,
  ) {
    this.#anyone = config.authentication === 'none' ? config.keys[0] : undefined
    this.#digest = new DigestAuthenticator(config, randomHex)
    this.#bearer = new BearerAuthenticator(tokens)
    this.#clients = clients
  }

  /** Whose request it is; `now` in milliseconds since 1970. */
  check(request: EmulatorRequest, operation: Operation | undefined, now: number): Verdict {
    if (operation !== undefined && isOfTokens(operation)) return this.#clients.check(request)
    if (this.#anyone !== undefined) return accepted('digest', this.#anyone)
    const { authorization = '' } = request.headers
    return /^\s*bearer\b/i.test(authorization)
      ? this.#bearer.check(authorization, now)
      : this.#digest.check(request, now)
  }

  /** The 401 to credentials of a scheme; `stale` is of a digest. */
  refuse(scheme: Scheme, stale: boolean, now: number): EmulatorAnswer {
    if (scheme === 'basic') return this.#clients.refuse(now)
    return scheme === 'bearer' ? this.#bearer.refuse(now) : this.#digest.challenge(stale, now)
  }
}
