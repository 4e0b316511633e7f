import { type Format, PRIVATE_KEY, SECRET } from './input-formats.js'

/** Returns the trimmed value of an input of action.yml, empty if it is not set. */
export type GetInput = (name: string) => string

/** The title of every problem, a heading of docs/troubleshooting.md. */
export const INVALID_INPUT = 'Invalid input'

/** An invalid input or combination of inputs. */
export interface InputProblem {
  /** Names of the inputs or environment variables, separated by commas. */
  readonly names: string
  readonly message: string
}

/** Longer values might be misplaced secrets, and masks don't hide part of a secret. */
const MAX_QUOTE_LENGTH = 100

/** Parses inputs and collects all problems to report them together. The value of an invalid input is `undefined`. */
export class InputReader {
  readonly #get: GetInput
  readonly problems: InputProblem[] = []

  constructor(get: GetInput) {
    this.#get = get
  }

  /** Reads an input that must not be empty. An empty value, for example from an unset variable, must not disable the gate. */
  required<T>(
    name: string,
    format: Format<T>,
    hint = 'Set a value, or remove the input to use its default.',
  ): T | undefined {
    if (this.#get(name) !== '') return this.#read(name, format, quote)
    this.addProblem(name, `${name} is empty. ${hint}`)
    return undefined
  }

  /** Reads an input that can be empty. The result is then also `undefined`. */
  optional<T>(name: string, format: Format<T>): T | undefined {
    return this.#get(name) === '' ? undefined : this.#read(name, format, quote)
  }

  /** Reads an optional secret. No message contains its value. */
  secret<T>(name: string, format: Format<T>): T | undefined {
    return this.#get(name) === '' ? undefined : this.#read(name, format, () => '')
  }

  addProblem(names: string, message: string): void {
    this.problems.push({ names, message })
  }

  /** @param describe returns what the message says about an invalid value */
  #read<T>(name: string, { expected, parse }: Format<T>, describe: (text: string) => string): T | undefined {
    const text = this.#get(name)
    const value = parse(text)
    if (value === undefined) this.addProblem(name, `${name} must be ${expected}${describe(text)}.`)
    return value
  }
}

/** Shows the value without what is before an @, such as a URL's user and password, or only the length of a long value. Never shows a secret. */
function quote(text: string): string {
  if (SECRET.test(text) || PRIVATE_KEY.test(text)) return ', but seems to contain a secret'
  const value = text.replace(/^.*@/s, '***@')
  return `, but is ${value.length > MAX_QUOTE_LENGTH ? `${value.length} characters long` : JSON.stringify(value)}`
}
