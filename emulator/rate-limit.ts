import type { RateLimit } from './config.js'
import { RejectionError } from './errors.js'
import type { EndpointGroup } from './routes.js'

/** A token bucket that refills evenly. */
interface Bucket {
  tokens: number
  /** Milliseconds since 1970. */
  filledAt: number
}

export class RateLimiter {
  readonly #limits: Readonly<Record<EndpointGroup, RateLimit>>
  readonly #buckets = new Map<EndpointGroup, Bucket>()

  constructor(limits: Readonly<Record<EndpointGroup, RateLimit>>) {
    this.#limits = limits
  }

  /** Counts a request. Returns headers for the response, and the error if the rate limit is exceeded. */
  count(group: EndpointGroup, path: string, now: number) {
    const limit = this.#limits[group]
    const { capacity, refillPerMinute } = limit
    const bucket = this.#refilled(group, limit, now)
    const isAllowed = bucket.tokens >= 1
    if (isAllowed) bucket.tokens -= 1
    const headers = {
      'RateLimit-Limit': String(capacity),
      'RateLimit-Remaining': String(Math.floor(bucket.tokens)),
    }
    if (isAllowed) return { headers }
    const retryAfter = Math.max(1, Math.ceil(((1 - bucket.tokens) * 60) / refillPerMinute))
    return {
      headers: { ...headers, 'Retry-After': String(retryAfter) },
      error: new RejectionError('RATE_LIMITED_TOKEN_BUCKET', path, capacity, refillPerMinute),
    }
  }

  #refilled(group: EndpointGroup, { capacity, refillPerMinute }: RateLimit, now: number): Bucket {
    const bucket = this.#buckets.get(group) ?? { tokens: capacity, filledAt: now }
    this.#buckets.set(group, bucket)
    const elapsed = Math.max(0, now - bucket.filledAt)
    bucket.tokens = Math.min(capacity, bucket.tokens + (elapsed * refillPerMinute) / 60_000)
    bucket.filledAt += elapsed
    return bucket
  }
}
