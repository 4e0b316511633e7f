import type { RateLimit } from './config.js'

/** A token bucket that fills up evenly. Instants in milliseconds. */
export class TokenBucket {
  readonly #limit: RateLimit
  #tokens: number
  #at: number

  constructor(limit: RateLimit, now: number) {
    this.#limit = limit
    this.#tokens = limit.capacity
    this.#at = now
  }

  /** Takes a token: how many whole ones are left, or in how many whole seconds there will be one. */
  take(now: number): { readonly remaining: number } | { readonly retryAfterSeconds: number } {
    const { capacity, refillPerMinute } = this.#limit
    const refilled = (Math.max(0, now - this.#at) * refillPerMinute) / 60_000
    this.#tokens = Math.min(capacity, this.#tokens + refilled)
    this.#at = Math.max(now, this.#at)
    if (this.#tokens >= 1) {
      this.#tokens -= 1
      return { remaining: Math.floor(this.#tokens) }
    }
    const seconds = refillPerMinute > 0 ? Math.ceil(((1 - this.#tokens) * 60) / refillPerMinute) : 3600
    return { retryAfterSeconds: Math.max(1, seconds) }
  }
}
