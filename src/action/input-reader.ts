/** Returns the trimmed value of an input of action.yml, empty if it is not set. */
export type GetInput = (name: string) => string

/** An invalid input or combination of inputs. */
export interface InputProblem {
  /** Names of the inputs, separated by commas. */
  readonly inputs: string
  readonly message: string
}

/** All problems with the inputs. */
export class InputErrors extends Error {
  override readonly name = 'InputErrors'
  readonly problems: readonly InputProblem[]

  constructor(problems: readonly InputProblem[]) {
    super(problems.map(({ message }) => message).join(' '))
    this.problems = problems
  }
}

/** Inputs whose values are masked. */
export const SECRET_INPUTS: readonly string[] = ['private-key', 'client-secret', 'github-token']
/** Inputs whose values never appear in a message. A public half can contain a secret by mistake. */
const UNQUOTED_INPUTS: readonly string[] = [...SECRET_INPUTS, 'public-key', 'client-id']
/** Longer values might be misplaced secrets, and masks don't hide part of a secret. */
const MAX_QUOTE_LENGTH = 100

/** A value, or `null` if the input is invalid. */
type Read<T> = T | null
type Accepted<T> = { readonly [K in keyof T]: Exclude<T[K], null> }

/** Parses inputs and collects all problems to report them together. */
export class InputReader {
  readonly #get: GetInput
  readonly #problems: InputProblem[] = []

  constructor(get: GetInput) {
    this.#get = get
  }

  required<T>(name: string, parse: Parser<T>): Read<T> {
    const hint =
      "This input is required. If the value comes from vars or secrets, check the name and the job's environment."
    return this.#readNonEmpty(name, parse, hint)
  }

  /** Reads an input with a default. An empty value, for example from an unset variable, must not disable the gate. */
  withDefault<T>(name: string, parse: Parser<T>): Read<T> {
    return this.#readNonEmpty(name, parse, 'Set a value, or remove the input to use its default.')
  }

  /** Reads an input that can be empty. */
  optional<T>(name: string, parse: Parser<T>): Read<T | undefined> {
    return this.#get(name) === '' ? undefined : this.#read(name, parse)
  }

  addProblem(inputs: string, message: string): void {
    this.#problems.push({ inputs, message })
  }

  /**
   * Returns the values if there are no problems.
   *
   * @throws InputErrors
   */
  accept<T extends object>(read: T): Accepted<T> {
    if (this.#problems.length > 0 || !isAccepted(read)) throw new InputErrors(this.#problems)
    return read
  }

  #readNonEmpty<T>(name: string, parse: Parser<T>, hint: string): Read<T> {
    if (this.#get(name) !== '') return this.#read(name, parse)
    this.addProblem(name, `${name} is empty. ${hint}`)
    return null
  }

  #read<T>(name: string, parse: Parser<T>): Read<T> {
    const text = this.#get(name)
    try {
      return parse(text)
    } catch (error) {
      if (!(error instanceof InvalidValue)) throw error
      this.addProblem(name, `${name} must be ${error.message}${this.#quote(name)}.`)
      return null
    }
  }

  #quote(name: string): string {
    return UNQUOTED_INPUTS.includes(name) ? '' : `, but is ${quote(this.#get(name))}`
  }
}

function isAccepted<T extends object>(read: T): read is T & Accepted<T> {
  return !Object.values(read).includes(null)
}

/** The value without a URL's user and password, or only the length of a long value. */
function quote(text: string): string {
  const value = text.replace(/\/\/.*@/s, '//***@')
  return value.length > MAX_QUOTE_LENGTH ? `${value.length} characters long` : JSON.stringify(value)
}

/** The message completes the sentence "NAME must be …". */
export class InvalidValue extends Error {
  override readonly name = 'InvalidValue'
}

/** Parses an input's trimmed text. @throws InvalidValue */
export type Parser<T> = (text: string) => T

const OBJECT_ID = /^[0-9a-f]{24}$/i
const CLUSTER_NAME = /^[a-zA-Z0-9][a-zA-Z0-9-]{0,63}$/
const INTEGER = /^\d+$/
const DECIMAL = /^(\d+(\.\d*)?|\.\d+)$/
const LOOPBACK_HOST = /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/
const TOKEN = /^[\x21-\x7e]+$/
const ORIGIN = /^https?:\/\/[^/?#@\\\s]+\/?$/i

/** A MongoDB ObjectId, in lowercase like in API responses. */
export const objectId: Parser<string> = (text) => {
  if (!OBJECT_ID.test(text)) throw new InvalidValue('24 hexadecimal digits')
  return text.toLowerCase()
}

export const clusterName: Parser<string> = (text) => {
  if (!CLUSTER_NAME.test(text)) {
    throw new InvalidValue('1 to 64 letters, digits, or hyphens, starting with a letter or digit')
  }
  return text
}

export const anyText: Parser<string> = (text) => text

/** A secret for a header. `fetch` would quote an invalid one in its error message. */
export const token: Parser<string> = (text) => {
  if (!TOKEN.test(text)) throw new InvalidValue('one line of ASCII characters without spaces')
  return text
}

/** YAML 1.2 core schema, section 10.3.2. */
export const boolean: Parser<boolean> = (text) => {
  if (['true', 'True', 'TRUE'].includes(text)) return true
  if (['false', 'False', 'FALSE'].includes(text)) return false
  throw new InvalidValue('true or false')
}

/** A whole number, 1 or greater. */
export const positiveInteger: Parser<number> = (text) => {
  const value = Number(text)
  if (!INTEGER.test(text) || value < 1 || !Number.isSafeInteger(value)) {
    throw new InvalidValue('a whole number, 1 or greater')
  }
  return value
}

/** A decimal number of this unit, greater than 0, at least `min`, and at most `max`. Returns milliseconds. */
export function duration(unitMs: number, { min = 0, max = Number.MAX_SAFE_INTEGER } = {}): Parser<number> {
  return (text) => {
    const value = Number(text)
    if (!DECIMAL.test(text) || value <= 0 || value < min || value > max) {
      const limit = max === Number.MAX_SAFE_INTEGER ? '' : ` and at most ${max}`
      throw new InvalidValue(min === 0 ? `a number greater than 0${limit}` : `a number from ${min} to ${max}`)
    }
    return value * unitMs
  }
}

export function oneOf<T extends string>(...choices: readonly [T, ...T[]]): Parser<T> {
  return (text) => {
    const choice = choices.find((candidate) => candidate === text)
    if (choice === undefined)
      throw new InvalidValue(new Intl.ListFormat('en', { type: 'disjunction' }).format(choices))
    return choice
  }
}

/** An `https:` origin, or an `http:` origin on this machine. */
export const baseUrl: Parser<string> = (text) => {
  const expected = 'an origin such as https://cloud.mongodb.com (http: only for loopback addresses)'
  if (!ORIGIN.test(text) || !URL.canParse(text)) throw new InvalidValue(expected)
  const { protocol, hostname, origin } = new URL(text)
  if (protocol !== 'https:' && !LOOPBACK_HOST.test(hostname)) throw new InvalidValue(expected)
  return origin
}
