/** Invalid user input: a fault or a flag. */
export class UsageError extends Error {
  override readonly name = 'UsageError'
}

/** Returns the text as one of the choices. Throws a UsageError that lists them if it is none. */
export function parseChoice<Choice extends string>(
  what: string,
  text: string,
  choices: readonly Choice[],
): Choice {
  const found = choices.find((choice) => choice === text)
  if (found === undefined) throw new UsageError(`${what} must be one of ${choices.join(', ')}, not ${text}`)
  return found
}

/** Parses a number without a sign. Throws a UsageError for anything else. */
export function parseNumber(what: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined
  if (!/^\d+(\.\d+)?$/.test(text)) throw new UsageError(`${what} must be a number, not ${text}`)
  return Number(text)
}

/** A copy without the fields that are undefined or null. */
export function defined<T extends object>(object: T): { [K in keyof T]?: T[K] & {} } {
  const kept: { [K in keyof T]?: T[K] & {} } = {}
  for (const key in object) {
    const value = object[key]
    if (value !== undefined && value !== null) kept[key] = value
  }
  return kept
}
