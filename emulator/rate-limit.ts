import type { EndpointGroup, RateLimit } from './config.js'
import { type AtlasError, errors } from './errors.js'

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

/** What came of asking for a token: headers for the answer, and the error if there is none left. */
export interface Allowance {
  readonly headers: Readonly<Record<string, string>>
  readonly error?: AtlasError
}

/** The buckets of every group of endpoints. */
export class RateLimiter {
  readonly #limits: Readonly<Record<EndpointGroup, RateLimit>>
  readonly #buckets = new Map<string, TokenBucket>()

  constructor(limits: Readonly<Record<EndpointGroup, RateLimit>>) {
    this.#limits = limits
  }

  /** Counts one request; `owner` is whose bucket it is, where not all share one. */
  count(group: EndpointGroup, path: string, now: number, owner = ''): Allowance {
    const limit = this.#limits[group]
    const taken = this.#bucket(group, owner, now).take(now)
    const headers = { 'RateLimit-Limit': String(limit.capacity) }
    if ('remaining' in taken)
      return { headers: { ...headers, 'RateLimit-Remaining': String(taken.remaining) } }
    const { retryAfterSeconds } = taken
    return {
      headers: { ...headers, 'RateLimit-Remaining': '0', 'Retry-After': String(retryAfterSeconds) },
      error: errors.rateLimited(path, retryAfterSeconds, limit),
    }
  }

  #bucket(group: EndpointGroup, owner: string, now: number): TokenBucket {
    const name = `${group} ${owner}`
    const bucket = this.#buckets.get(name) ?? new TokenBucket(this.#limits[group], now)
    this.#buckets.set(name, bucket)
    return bucket
  }
}
