/** A complete request, with header names in lowercase. */
export interface EmulatorRequest {
  readonly method: string
  /** Path and query as sent. */
  readonly target: string
  readonly headers: Headers
  readonly body: string
  /** The emulator's origin, for links. */
  readonly origin?: string
  /** Identifies the connection. The same value means the same connection. */
  readonly connection?: object
}

/** A response. A list of header values becomes several header lines. */
export interface EmulatorResponse {
  readonly status: number
  readonly headers: Readonly<Record<string, string | readonly string[]>>
  readonly body: string
}

export type Headers = Readonly<Record<string, string>>

export type JsonObject = Readonly<Record<string, unknown>>

/** What the network does to a response. */
type Delivery =
  | { readonly kind: 'whole' }
  /** The connection is reset before the response arrives. */
  | { readonly kind: 'reset' }
  | { readonly kind: 'hang' }
  /** Headers and half of the body arrive, then the connection breaks. */
  | { readonly kind: 'cut' }
  /** The body arrives one byte at a time. */
  | { readonly kind: 'drip'; readonly everyMs: number }

/** A response, its delivery, and the milliseconds before the delivery starts. */
export interface DeliveredResponse {
  readonly response: EmulatorResponse
  readonly delivery: Delivery
  readonly delayMs: number
}

export function jsonResponse(
  status: number,
  body: unknown,
  headers: EmulatorResponse['headers'] = {},
): EmulatorResponse {
  return { status, headers: { 'Content-Type': 'application/json', ...headers }, body: JSON.stringify(body) }
}

/** True for an object that is neither null nor an array. */
export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** Authentication scheme. `basic` is used by the token endpoints only. */
export type Scheme = 'digest' | 'bearer' | 'basic'
