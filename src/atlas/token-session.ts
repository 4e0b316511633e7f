import { messageOf } from '../failure.js'
import type { Clock, Logger } from '../ports.js'
import type { TokenEndpoint } from './token-endpoint.js'

/** How long before its end a token is renewed: so long at most, and no larger share of its life. */
const MARGIN_MS = 60_000
const MARGIN_SHARE = 0.1

/** A service account's access token from its first use to its revocation. */
export class TokenSession {
  readonly #endpoint: TokenEndpoint
  readonly #clock: Clock
  readonly #logger: Logger
  #held: { readonly value: string; readonly renewAt: number } | undefined

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
    if (this.#held !== undefined && this.#clock.now() < this.#held.renewAt) return this.#held.value
    return this.#mint(signal)
  }

  /** Gives up a token that Atlas refuses, unless it has been replaced already. */
  forget(token: string): void {
    if (this.#held?.value === token) this.#held = undefined
  }

  /** Has the token revoked, if there is one; that this fails is no more than a debug line, since tokens run out. */
  async release(signal: AbortSignal): Promise<void> {
    if (this.#held === undefined) return
    const { value } = this.#held
    this.#held = undefined
    try {
      await this.#endpoint.revoke(value, signal)
      this.#logger.debug('The access token is revoked.')
    } catch (error) {
      this.#logger.debug(`The access token is not revoked, and runs out by itself. ${messageOf(error)}`)
    }
  }

  async #mint(signal: AbortSignal): Promise<string> {
    // Its life may begin as soon as it is asked for; what the answer takes is part of it.
    const askedAt = this.#clock.now()
    const { value, lifetimeMs = Number.POSITIVE_INFINITY } = await this.#endpoint.mint(signal)
    const marginMs = Math.min(MARGIN_MS, lifetimeMs * MARGIN_SHARE)
    this.#held = { value, renewAt: askedAt + lifetimeMs - marginMs }
    return value
  }
}
