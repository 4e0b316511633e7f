import type { EmulatorRequest, EmulatorResponse } from '../emulator/http.js'

/** A cache between the step and Atlas, which follows RFC 9111. Times are in virtual milliseconds. */
export class Cache {
  readonly #maxAgeMs: number
  readonly #stored = new Map<string, { readonly at: number; readonly response: EmulatorResponse }>()

  constructor(maxAgeMs: number) {
    this.#maxAgeMs = maxAgeMs
  }

  /** The stored response to a GET with credentials, unless the request asks for a new one. */
  find({ method, target, headers }: EmulatorRequest, now: number): EmulatorResponse | undefined {
    const stored = this.#stored.get(target)
    const isUsable = method === 'GET' && 'authorization' in headers && headers['cache-control'] !== 'no-cache'
    if (stored === undefined || !isUsable || now - stored.at > this.#maxAgeMs) return undefined
    const age = String(Math.floor((now - stored.at) / 1000))
    return { ...stored.response, headers: { ...stored.response.headers, Age: age } }
  }

  store({ method, target }: EmulatorRequest, response: EmulatorResponse, now: number): void {
    if (method === 'GET' && response.status === 200) this.#stored.set(target, { at: now, response })
  }
}
