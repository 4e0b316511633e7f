import { isObject } from './http.js'

/** Invalid user input: a fault, a scenario, or a flag. */
export class UsageError extends Error {
  override readonly name = 'UsageError'
}

/** Reads the fields of a JSON object and rejects unknown ones. */
export class JsonFields {
  readonly #what: string
  readonly #object: Readonly<Record<string, unknown>>
  readonly #left: Set<string>

  constructor(what: string, value: unknown) {
    if (!isObject(value)) throw new UsageError(`${what} must be a JSON object`)
    this.#what = what
    this.#object = value
    this.#left = new Set(Object.keys(value))
  }

  /** A field without checks. Undefined if it is missing. */
  raw(name: string): unknown {
    this.#left.delete(name)
    return this.#object[name]
  }

  text(name: string): string | undefined {
    const value = this.raw(name)
    if (value === undefined || typeof value === 'string') return value
    throw this.#wrong(name, 'a string')
  }

  requiredText(name: string): string {
    const value = this.text(name)
    if (value === undefined) throw new UsageError(`${this.#what} must have the field ${name}`)
    return value
  }

  flag(name: string): boolean | undefined {
    const value = this.raw(name)
    if (value === undefined || typeof value === 'boolean') return value
    throw this.#wrong(name, 'true or false')
  }

  number(name: string, least = 0): number | undefined {
    const value = this.raw(name)
    if (value === undefined || (typeof value === 'number' && value >= least)) return value
    throw this.#wrong(name, `a number, ${least} or greater`)
  }

  choice<Choice extends string>(name: string, choices: readonly Choice[]): Choice | undefined {
    const value = this.raw(name)
    if (value === undefined) return undefined
    const found = choices.find((choice) => choice === value)
    if (found === undefined) throw this.#wrong(name, `one of ${choices.join(', ')}`)
    return found
  }

  /** A list whose items are read by `read`. */
  list<Item>(name: string, read: (value: unknown) => Item): readonly Item[] | undefined {
    const value = this.raw(name)
    if (value === undefined) return undefined
    if (!Array.isArray(value)) throw this.#wrong(name, 'a list')
    return value.map((item: unknown) => read(item))
  }

  /** Throws if a field was not read. */
  done(): void {
    const [unknown] = this.#left
    if (unknown !== undefined) throw new UsageError(`${this.#what} has an unknown field ${unknown}`)
  }

  #wrong(name: string, wanted: string): UsageError {
    return new UsageError(
      `${name} of ${this.#what} must be ${wanted}, not ${JSON.stringify(this.#object[name])}`,
    )
  }
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
