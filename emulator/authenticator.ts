import type { AtlasConfig, Principal } from './config.js'
import { DigestAuthenticator, type Verdict } from './digest-authenticator.js'
import { unauthorizedBody } from './errors.js'
import { type EmulatorRequest, type EmulatorResponse, jsonResponse, type Scheme } from './http.js'
import { isTokenOperation, type Operation } from './routes.js'
import type { ServiceAccounts } from './service-accounts.js'

const PROJECT_OWNER: Principal = {}

/** Checks the credentials of a request by their scheme, or by the scheme that the operation requires. */
export class Authenticator {
  readonly #isOpen: boolean
  readonly #digest: DigestAuthenticator
  readonly #accounts: ServiceAccounts

  constructor(config: AtlasConfig, accounts: ServiceAccounts, randomHex: (bytes: number) => string) {
    this.#isOpen = config.authentication === 'none'
    this.#digest = new DigestAuthenticator(config, randomHex)
    this.#accounts = accounts
  }

  /** Authenticates a request. `now` is in milliseconds since 1970. */
  check(request: EmulatorRequest, operation: Operation | undefined, now: number): Verdict {
    if (operation !== undefined && isTokenOperation(operation))
      return { scheme: 'basic', principal: this.#accounts.hasSecret(request) ? PROJECT_OWNER : undefined }
    if (this.#isOpen) return { scheme: 'digest', principal: PROJECT_OWNER }
    const { authorization = '' } = request.headers
    if (!/^\s*bearer\b/i.test(authorization)) return this.#digest.check(request, now)
    const [, token = ''] = /^\s*bearer +(\S+)\s*$/i.exec(authorization) ?? []
    return { scheme: 'bearer', principal: this.#accounts.isAlive(token, now) ? PROJECT_OWNER : undefined }
  }

  /** The 401 for a scheme. `stale` applies to digest only. */
  refuse(scheme: Scheme, stale: boolean, now: number): EmulatorResponse {
    if (scheme === 'basic') return this.#accounts.refuse()
    if (scheme === 'digest') return this.#digest.refuse(stale, now)
    return jsonResponse(401, unauthorizedBody, { 'WWW-Authenticate': 'Bearer error="invalid_token"' })
  }
}
