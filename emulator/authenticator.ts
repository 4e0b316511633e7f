import type { AtlasConfig, Principal } from './config.js'
import { DigestAuthenticator, type Verdict } from './digest-authenticator.js'
import { unauthorizedBody } from './errors.js'
import { type EmulatorRequest, type EmulatorResponse, jsonResponse, type Scheme } from './http.js'
import { isTokenOperation, type Operation } from './routes.js'
import type { ServiceAccounts } from './service-accounts.js'

/** Checks the credentials of a request by their scheme, or by the scheme that the operation requires. */
export class Authenticator {
  readonly #anyone: Principal | undefined
  readonly #digest: DigestAuthenticator
  readonly #accounts: ServiceAccounts

  constructor(config: AtlasConfig, accounts: ServiceAccounts, randomHex: (bytes: number) => string) {
    this.#anyone = config.authentication === 'none' ? config.keys[0] : undefined
    this.#digest = new DigestAuthenticator(config, randomHex)
    this.#accounts = accounts
  }

  /** Authenticates a request. `now` is in milliseconds since 1970. */
  check(request: EmulatorRequest, operation: Operation | undefined, now: number): Verdict {
    if (operation !== undefined && isTokenOperation(operation))
      return { scheme: 'basic', principal: this.#accounts.findBySecret(request) }
    if (this.#anyone !== undefined) return { scheme: 'digest', principal: this.#anyone }
    const { authorization = '' } = request.headers
    if (!/^\s*bearer\b/i.test(authorization)) return this.#digest.check(request, now)
    const [, token = ''] = /^\s*bearer +(\S+)\s*$/i.exec(authorization) ?? []
    return { scheme: 'bearer', principal: this.#accounts.findByToken(token, now) }
  }

  /** The 401 for a scheme. `stale` applies to digest only. */
  refuse(scheme: Scheme, stale: boolean, now: number): EmulatorResponse {
    if (scheme === 'basic') return this.#accounts.refuse()
    if (scheme === 'digest') return this.#digest.refuse(stale, now)
    return jsonResponse(401, unauthorizedBody, { 'WWW-Authenticate': 'Bearer error="invalid_token"' })
  }
}
