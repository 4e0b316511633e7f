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
export function parseNumber(what: string, text: string): number {
  if (!/^\d+(\.\d+)?$/.test(text)) throw new UsageError(`${what} must be a number, not ${text}`)
  return Number(text)
}
