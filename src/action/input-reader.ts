import type { Format } from './input-formats.js'

/** Returns the trimmed value of an input of action.yml, empty if it is not set. */
export type GetInput = (name: string) => string

/** An invalid input or combination of inputs. */
export interface InputProblem {
  /** Names of the inputs or environment variables, separated by commas. */
  readonly names: string
  readonly message: string
}

/** Longer values might be misplaced secrets, and masks don't hide part of a secret. */
const MAX_QUOTE_LENGTH = 100

/** A value, or `null` if the input is invalid. */
type Read<T> = T | null
/** A value without `null`, at any depth. */
type Accepted<T> = T extends null ? never : T extends object ? { [K in keyof T]: Accepted<T[K]> } : T

/** Parses inputs and collects all problems to report them together. */
export class InputReader {
  readonly #get: GetInput
  readonly problems: InputProblem[] = []

  constructor(get: GetInput) {
    this.#get = get
  }

  required<T>(name: string, format: Format<T>): Read<T> {
    const hint =
      "This input is required. If the value comes from vars or secrets, check the name and the job's environment."
    return this.#readNonEmpty(name, format, hint)
  }

  /** Reads an input with a default. An empty value, for example from an unset variable, must not disable the gate. */
  withDefault<T>(
    name: string,
    format: Format<T>,
    hint = 'Set a value, or remove the input to use its default.',
  ): Read<T> {
    return this.#readNonEmpty(name, format, hint)
  }

  /** Reads an input that can be empty. */
  optional<T>(name: string, format: Format<T>): Read<T | undefined> {
    return this.#get(name) === '' ? undefined : this.#read(name, format)
  }

  /** Reads an optional secret. No message contains its value. */
  secret<T>(name: string, format: Format<T>): Read<T | undefined> {
    return this.#get(name) === '' ? undefined : this.#read(name, format, '')
  }

  addProblem(names: string, message: string): void {
    this.problems.push({ names, message })
  }

  /** The values, `undefined` if there are problems. */
  accept<T extends object>(read: T): Accepted<T> | undefined {
    return this.problems.length === 0 && isAccepted(read) ? read : undefined
  }

  #readNonEmpty<T>(name: string, format: Format<T>, hint: string): Read<T> {
    if (this.#get(name) !== '') return this.#read(name, format)
    this.addProblem(name, `${name} is empty. ${hint}`)
    return null
  }

  #read<T>(name: string, { expected, parse }: Format<T>, given = quote(this.#get(name))): Read<T> {
    const value = parse(this.#get(name))
    if (value !== undefined) return value
    this.addProblem(name, `${name} must be ${expected}${given}.`)
    return null
  }
}

function isAccepted<T extends object>(read: T): read is T & Accepted<T> {
  const hasNull = (value: unknown): boolean =>
    value === null || (typeof value === 'object' && Object.values(value).some(hasNull))
  return !hasNull(read)
}

/** Shows the value without a URL's user and password, or only the length of a long value. */
function quote(text: string): string {
  const value = text.replace(/\/\/.*@/s, '//***@')
  return `, but is ${value.length > MAX_QUOTE_LENGTH ? `${value.length} characters long` : JSON.stringify(value)}`
}
