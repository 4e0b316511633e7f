import type { EmulatorRequest, EmulatorResponse } from '../emulator/http.js'
import type { FaultName } from './faults.js'
import type { SeededRandom } from './seeded-random.js'

/** What stands between the step and Atlas. It follows RFC 9110 and RFC 9111. */
export interface GatewayProfile {
  /** How long a cache serves a response to a GET without `Cache-Control: no-cache`. 0 without a cache. */
  readonly cacheSeconds: number
  /** `Age` of the responses that the cache forwards. */
  readonly ageSeconds: number
  /** Responses to requests without `Accept-Encoding: identity` are compressed, which the step can't read. */
  readonly compresses: boolean
}

export function drawGateway(random: SeededRandom): GatewayProfile {
  return {
    cacheSeconds: random.chance(0.1) ? random.magnitude(5, 20_000) : 0,
    ageSeconds: random.pick([0, 0, 2, 5]),
    compresses: random.chance(0.01),
  }
}

/** Caches and compresses responses. */
export class Gateway {
  readonly #profile: GatewayProfile
  /** Virtual milliseconds. */
  readonly #now: () => number
  readonly #stored = new Map<string, { readonly at: number; readonly response: EmulatorResponse }>()

  constructor(profile: GatewayProfile, now: () => number) {
    this.#profile = profile
    this.#now = now
  }

  /** The stored response to a request. */
  find({ method, target, headers }: EmulatorRequest): EmulatorResponse | undefined {
    const stored = this.#stored.get(target)
    if (method !== 'GET' || stored === undefined || !('authorization' in headers)) return undefined
    if (headers['cache-control']?.includes('no-cache') === true) return undefined
    const age = (this.#now() - stored.at) / 1000
    if (age > this.#profile.cacheSeconds) return undefined
    return withHeaders(stored.response, { Age: String(Math.floor(age)) })
  }

  /** Forwards a response of Atlas. */
  pass(
    { method, target, headers }: EmulatorRequest,
    response: EmulatorResponse,
    fault: FaultName | undefined,
  ): EmulatorResponse {
    const { cacheSeconds, ageSeconds, compresses } = this.#profile
    const isCached = cacheSeconds > 0 && method === 'GET' && response.status === 200
    if (isCached && fault === undefined) this.#stored.set(target, { at: this.#now(), response })
    const isReadable = !compresses || headers['accept-encoding']?.includes('identity') === true
    const passed = isReadable
      ? response
      : { ...withHeaders(response, { 'Content-Encoding': 'gzip' }), body: '\u001f\ufffd\b' }
    if (!isCached || ageSeconds === 0) return passed
    const date = new Date(Date.parse(String(response.headers['Date'])) - ageSeconds * 1000).toUTCString()
    return withHeaders(passed, { Date: date, Age: String(ageSeconds) })
  }
}

function withHeaders(response: EmulatorResponse, headers: EmulatorResponse['headers']): EmulatorResponse {
  return { ...response, headers: { ...response.headers, ...headers } }
}
