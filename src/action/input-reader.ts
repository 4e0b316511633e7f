import { InvalidValue, type Parser } from './input-parsers.js'

/** Every input of action.yml. */
export const INPUT_NAMES = [
  'group-id',
  'cluster-name',
  'client-id',
  'client-secret',
  'public-key',
  'private-key',
  'wait',
  'timeout-minutes',
  'retention-days',
  'on-conflict',
  'snapshot-id',
  'reuse-within-minutes',
  'description',
  'dry-run',
  'job-summary',
  'github-token',
  'poll-interval-seconds',
  'base-url',
  'api-version',
] as const
export type InputName = (typeof INPUT_NAMES)[number]

/** Returns the trimmed value of an input, empty if it is not set. */
export type GetInput = (name: InputName) => string

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
export const SECRET_INPUTS: readonly InputName[] = ['private-key', 'client-secret', 'github-token']
/** Inputs whose values never appear in a message. A public half can contain a secret by mistake. */
const UNQUOTED_INPUTS: readonly InputName[] = [...SECRET_INPUTS, 'public-key', 'client-id']
/** Longer values might be misplaced secrets, and masks don't hide part of a secret. */
const MAX_QUOTE_LENGTH = 100

/** Parses inputs and collects all problems to report them together. */
export class InputReader {
  readonly #get: GetInput
  readonly #problems: InputProblem[] = []

  constructor(get: GetInput) {
    this.#get = get
  }

  /**
   * Reads a required input.
   *
   * @returns the value. Call it only after `assertNoProblems()`.
   */
  required<T>(name: InputName, parse: Parser<T>): () => T {
    const hint =
      "This input is required. If the value comes from vars or secrets, check the name and the job's environment."
    return this.#readNonEmpty(name, parse, hint)
  }

  /** Reads an input with a default. An empty value, for example from an unset variable, must not disable the gate. */
  withDefault<T>(name: InputName, parse: Parser<T>): () => T {
    return this.#readNonEmpty(name, parse, 'Set a value, or remove the input to use its default.')
  }

  /** Reads an input that can be empty. */
  optional<T>(name: InputName, parse: Parser<T>): () => T | undefined {
    return this.#get(name) === '' ? () => undefined : this.#read(name, parse)
  }

  addProblem(inputs: string, message: string): void {
    this.#problems.push({ inputs, message })
  }

  /** @throws InputErrors if there are any problems */
  assertNoProblems(): void {
    if (this.#problems.length > 0) throw new InputErrors(this.#problems)
  }

  #readNonEmpty<T>(name: InputName, parse: Parser<T>, hint: string): () => T {
    if (this.#get(name) !== '') return this.#read(name, parse)
    this.addProblem(name, `${name} is empty. ${hint}`)
    return unread
  }

  #read<T>(name: InputName, parse: Parser<T>): () => T {
    const text = this.#get(name)
    try {
      const value = parse(text)
      return () => value
    } catch (error) {
      if (!(error instanceof InvalidValue)) throw error
      this.addProblem(name, `${name} must be ${error.message}${this.#quote(name)}.`)
      return unread
    }
  }

  #quote(name: InputName): string {
    return UNQUOTED_INPUTS.includes(name) ? '' : `, but is ${quote(this.#get(name))}`
  }
}

function unread(): never {
  throw new Error('an invalid input was used')
}

/** The value without a URL's user and password, or only the length of a long value. */
function quote(text: string): string {
  const value = text.replace(/\/\/.*@/s, '//***@')
  return value.length > MAX_QUOTE_LENGTH ? `${value.length} characters long` : JSON.stringify(value)
}
