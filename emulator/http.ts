/** A complete request, with header names in lowercase. */
export interface EmulatorRequest {
  readonly method: string
  /** Path and query as sent. */
  readonly target: string
  readonly headers: Headers
  readonly body: string
}

export interface EmulatorResponse {
  readonly status: number
  readonly headers: Headers
  readonly body: string
}

export type Headers = Readonly<Record<string, string>>

export type JsonObject = Readonly<Record<string, unknown>>

/** A response, and what the network does to it. */
export interface DeliveredResponse {
  /** Has the status 0 if it does not arrive. */
  readonly response: EmulatorResponse
  /** The whole response arrives, the connection is reset, or nothing happens. */
  readonly delivery: 'whole' | 'reset' | 'hang'
  /** Milliseconds before the response arrives. */
  readonly delayMs: number
}

export function jsonResponse(status: number, body: unknown, headers: Headers = {}): EmulatorResponse {
  return { status, headers: { 'Content-Type': 'application/json', ...headers }, body: JSON.stringify(body) }
}

/** True for an object that is neither null nor an array. */
export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** Authentication scheme. `basic` is used by the token endpoints only. */
export type Scheme = 'digest' | 'bearer' | 'basic'
