/** A request as it reached the emulator: already read whole, header names in lower case. */
export interface EmulatorRequest {
  readonly method: string
  /** Path and query as sent. */
  readonly target: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
  /** Whose request it is by its address; this machine's own unless given. */
  readonly remoteAddress?: string
  /** Origin of the emulator, for links. */
  readonly origin?: string
}

/** An answer as Atlas would give it. A list of values becomes as many header lines. */
export interface EmulatorResponse {
  readonly status: number
  readonly headers: Readonly<Record<string, string | readonly string[]>>
  readonly body: string
}

/** An answer, and whether giving it changed the state. */
export interface Executed {
  readonly response: EmulatorResponse
  readonly changed: boolean
}

/** What the network does with an answer. */
export type Delivery =
  /** It arrives as it is. */
  | { readonly kind: 'whole' }
  /** The connection is reset before a byte of it arrives. */
  | { readonly kind: 'reset' }
  /** The same, and no other connection is accepted for so long. */
  | { readonly kind: 'refuse'; readonly forMs: number }
  /** Nothing ever arrives. */
  | { readonly kind: 'hang' }
  /** Headers and half of the body arrive, then the connection breaks. */
  | { readonly kind: 'cut' }
  /** The body arrives a byte at a time. */
  | { readonly kind: 'drip'; readonly everyMs: number }

/** An answer, the way it travels, and how long it takes before it starts to (milliseconds). */
export interface DeliveredResponse {
  readonly response: EmulatorResponse
  readonly delivery: Delivery
  readonly delayMs: number
}

/** A JSON answer with the `Date` of the emulator's clock (milliseconds since 1970). */
export function jsonResponse(
  status: number,
  body: unknown,
  nowMs: number,
  headers: Readonly<Record<string, string | readonly string[]>> = {},
): EmulatorResponse {
  return {
    status,
    headers: { 'Content-Type': 'application/json', Date: new Date(nowMs).toUTCString(), ...headers },
    body: JSON.stringify(body),
  }
}

/** The media type of a header value without its parameters, in lower case. */
export function mediaType(value: string): string {
  return (value.split(';', 1)[0] ?? '').trim().toLowerCase()
}

/** True for a JSON object: not null, not an array. */
export function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** How a request is authenticated. `basic` only at the token endpoints. */
export type Scheme = 'digest' | 'bearer' | 'basic'
