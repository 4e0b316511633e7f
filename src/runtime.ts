/** Time as the core sees it; the simulation puts a virtual one in its place. */
export interface Clock {
  /** Monotonic milliseconds from an arbitrary origin. */
  now(): number
  /** Calls `act` once, `ms` milliseconds from now, unless what is returned is called before. */
  setTimeout(ms: number, act: () => void): () => void
}

/** Randomness as the core sees it. */
export interface Random {
  /** A number in [0, 1), for jitter. */
  fraction(): number
  /** Unpredictable lower-case hexadecimal digits, two for each byte. */
  hex(bytes: number): string
}

/** Where the core tells what it does; each call is one line or one annotation. */
export interface Logger {
  debug(message: string): void
  info(message: string): void
  /** An annotation that asks for attention without being a problem. */
  notice(message: string): void
  warning(message: string): void
}
