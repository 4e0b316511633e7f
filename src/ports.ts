/** The clock that the core uses. Tests use a virtual one. */
export interface Clock {
  /** Monotonic milliseconds from an arbitrary origin. */
  now(): number
  /** Calls `callback` once after `ms` milliseconds. The returned function cancels the call. */
  setTimeout(ms: number, callback: () => void): () => void
}

/** The random numbers that the core uses. */
export interface Random {
  /** A number in [0, 1), for jitter. */
  fraction(): number
  /** Unpredictable lowercase hexadecimal digits, two for each byte. */
  hex(bytes: number): string
}

/** The log that the core uses. Each call writes one line or one annotation. */
export interface Logger {
  debug(message: string): void
  info(message: string): void
  /** Writes an annotation that is not about a problem. */
  notice(message: string): void
  warning(message: string): void
}
