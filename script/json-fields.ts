/** Reads the fields of a JSON object. Throws a TypeError if the type of a field is another one. */
export class JsonFields {
  readonly #what: string
  readonly #fields: ReadonlyMap<string, unknown>

  constructor(what: string, value: unknown) {
    if (typeof value !== 'object' || value === null || Array.isArray(value))
      throw new TypeError(`${what} must be a JSON object`)
    this.#what = what
    this.#fields = new Map(Object.entries(value))
  }

  text(name: string): string | undefined {
    const value = this.#fields.get(name)
    if (value === undefined || typeof value === 'string') return value
    throw this.#wrong(name, 'a string')
  }

  requiredText(name: string): string {
    const value = this.text(name)
    if (value === undefined) throw new TypeError(`${this.#what} must have the field ${name}`)
    return value
  }

  number(name: string): number | undefined {
    const value = this.#fields.get(name)
    if (value === undefined || typeof value === 'number') return value
    throw this.#wrong(name, 'a number')
  }

  /** A list whose items are read by `read`. */
  list<Item>(name: string, read: (value: unknown) => Item): readonly Item[] | undefined {
    const value = this.#fields.get(name)
    if (value === undefined) return undefined
    if (!Array.isArray(value)) throw this.#wrong(name, 'a list')
    return value.map((item: unknown) => read(item))
  }

  #wrong(name: string, wanted: string): TypeError {
    return new TypeError(`${name} of ${this.#what} must be ${wanted}`)
  }
}
