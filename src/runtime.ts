/** Time as the core sees it. Tests put a virtual clock in its place. */
export interface Clock {
  /** Monotonic milliseconds from an arbitrary origin. */
  now(): number
  /** Calls `callback` once after `ms` milliseconds, unless the returned function is called before. */
  setTimeout(ms: number, callback: () => void): () => void
}

/** Randomness as the core sees it. */
export interface Random {
  /** A number in [0, 1), for jitter. */
  fraction(): number
  /** Unpredictable lower-case hexadecimal digits, two for each byte. */
  hex(bytes: number): string
}

/** The log as the core sees it. Each call is one line or one annotation. */
export interface Logger {
  debug(message: string): void
  info(message: string): void
  /** An annotation that asks for attention without being a problem. */
  notice(message: string): void
  warning(message: string): void
}
