import { errorMessage } from '../failure.js'
import type { Clock, Logger } from '../ports.js'
import type { TokenEndpoint } from './token-endpoint.js'

/** How long before its end a token is renewed: so long at most, and no larger share of its life. */
const REFRESH_MARGIN_MS = 60_000
const REFRESH_MARGIN_FRACTION = 0.1

/** A service account's access token from its first use to its revocation. */
export class TokenSession {
  readonly #endpoint: TokenEndpoint
  readonly #clock: Clock
  readonly #logger: Logger
  #cached: { readonly value: string; readonly renewAt: number } | undefined

  constructor(endpoint: TokenEndpoint, { clock, logger }: { clock: Clock; logger: Logger }) {
    this.#endpoint = endpoint
    this.#clock = clock
    this.#logger = logger
  }

  /**
   * A token that has not run out, a new one where there is none.
   *
   * @throws AtlasError as `mint` does
   */
  async token(signal: AbortSignal): Promise<string> {
    if (this.#cached !== undefined && this.#clock.now() < this.#cached.renewAt) return this.#cached.value
    return this.#fetch(signal)
  }

  /** Gives up a token that Atlas refuses, unless it has been replaced already. */
  invalidate(token: string): void {
    if (this.#cached?.value === token) this.#cached = undefined
  }

  /** Has the token revoked, if there is one; that this fails is no more than a debug line, since tokens run out. */
  async close(signal: AbortSignal): Promise<void> {
    if (this.#cached === undefined) return
    const { value } = this.#cached
    this.#cached = undefined
    try {
      await this.#endpoint.revoke(value, signal)
      this.#logger.debug('The access token is revoked.')
    } catch (error) {
      this.#logger.debug(`The access token is not revoked, and runs out by itself. ${errorMessage(error)}`)
    }
  }

  async #fetch(signal: AbortSignal): Promise<string> {
    // Its life may begin as soon as it is asked for; what the answer takes is part of it.
    const askedAt = this.#clock.now()
    const { value, lifetimeMs = Number.POSITIVE_INFINITY } = await this.#endpoint.fetchToken(signal)
    const marginMs = Math.min(REFRESH_MARGIN_MS, lifetimeMs * REFRESH_MARGIN_FRACTION)
    this.#cached = { value, renewAt: askedAt + lifetimeMs - marginMs }
    return value
  }
}
