import type { EndpointGroup, RateLimit } from './config.js'
import { type AtlasError, errors } from './errors.js'

/** A token bucket that refills evenly. Times are in milliseconds. */
class TokenBucket {
  readonly #limit: RateLimit
  #tokens: number
  #at: number

  constructor(limit: RateLimit, now: number) {
    this.#limit = limit
    this.#tokens = limit.capacity
    this.#at = now
  }

  /** Takes a token. Returns the whole tokens left, or the whole seconds until there is one. */
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

/** Headers for the response, and the error if the rate limit is exceeded. */
interface Allowance {
  readonly headers: Readonly<Record<string, string>>
  readonly error?: AtlasError
}

export class RateLimiter {
  readonly #limits: Readonly<Record<EndpointGroup, RateLimit>>
  readonly #buckets = new Map<string, TokenBucket>()

  constructor(limits: Readonly<Record<EndpointGroup, RateLimit>>) {
    this.#limits = limits
  }

  /** Counts a request. `owner` selects the bucket if the group has one per owner. */
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
