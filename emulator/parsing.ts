/** Invalid user input: a fault or a flag. */
export class UsageError extends Error {
  override readonly name = 'UsageError'
}

/** Parses a number without a sign. Throws a UsageError for anything else. */
export function parseNumber(what: string, text: string): number {
  if (!/^\d+(\.\d+)?$/.test(text)) throw new UsageError(`${what} must be a number, not ${text}`)
  return Number(text)
}
