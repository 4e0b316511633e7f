import { InvalidValue, type Parser } from './input-parsers.js'

/** Every input of action.yml. */
export const INPUT_NAMES = [
  'group-id',
  'cluster-name',
  'public-key',
  'private-key',
  'client-id',
  'client-secret',
  'retention-days',
  'description',
  'wait',
  'timeout-minutes',
  'poll-interval-seconds',
  'on-conflict',
  'snapshot-id',
  'reuse-within-minutes',
  'dry-run',
  'base-url',
  'api-version',
  'job-summary',
  'github-token',
] as const
export type InputName = (typeof INPUT_NAMES)[number]

/** Returns an input as the runner has it, trimmed, empty if it is not set. */
export type GetInput = (name: InputName) => string

/** One bad input, or a bad combination of them. */
export interface InputProblem {
  /** The name of the input, or of several. */
  readonly inputs: string
  readonly message: string
}

/** All bad inputs at once. */
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
/** Inputs whose values never appear in a message. The secret half can be in the place of the public one. */
const UNQUOTED_INPUTS: readonly InputName[] = [...SECRET_INPUTS, 'public-key', 'client-id']
/** No good value is longer, but a secret in the wrong place can be, and no mask hides half of it. */
const MAX_QUOTE_LENGTH = 100

/** Parses inputs and collects every problem, so that all are reported in one run. */
export class InputReader {
  readonly #get: GetInput
  readonly #problems: InputProblem[] = []

  constructor(get: GetInput) {
    this.#get = get
  }

  /**
   * Reads an input that must be set.
   *
   * @returns the value, to be called after `assertNoProblems`
   */
  required<T>(name: InputName, parse: Parser<T>): () => T {
    const hint =
      'it is required. If its value comes from vars or secrets, check that there is one of that name, and whether it belongs to an environment that the job does not name.'
    return this.#readFull(name, parse, hint)
  }

  /** Reads an input with a default. An explicit empty value (an unset variable) must not turn the gate into a no-op. */
  withDefault<T>(name: InputName, parse: Parser<T>): () => T {
    return this.#readFull(name, parse, 'give it a value, or leave it out for its default.')
  }

  /** Reads an input that can be empty. */
  optional<T>(name: InputName, parse: Parser<T>): () => T | undefined {
    return this.#get(name) === '' ? () => undefined : this.#read(name, parse)
  }

  addProblem(inputs: string, message: string): void {
    this.#problems.push({ inputs, message })
  }

  /** @throws InputErrors if anything was wrong */
  assertNoProblems(): void {
    if (this.#problems.length > 0) throw new InputErrors(this.#problems)
  }

  #readFull<T>(name: InputName, parse: Parser<T>, hint: string): () => T {
    if (this.#get(name) !== '') return this.#read(name, parse)
    this.addProblem(name, `${name} is empty: ${hint}`)
    return unread
  }

  #read<T>(name: InputName, parse: Parser<T>): () => T {
    const text = this.#get(name)
    try {
      const value = parse(text)
      return () => value
    } catch (error) {
      if (!(error instanceof InvalidValue)) throw error
      this.addProblem(name, `${name}${this.#quote(name)} has to be ${error.message}.`)
      return unread
    }
  }

  #quote(name: InputName): string {
    return UNQUOTED_INPUTS.includes(name) ? '' : ` is ${quote(this.#get(name))}, but`
  }
}

function unread(): never {
  throw new Error('an input was used though it is bad')
}

/** The value without the user and password of a URL. If it is long, only its length. */
function quote(text: string): string {
  const value = text.replace(/\/\/.*@/s, '//***@')
  return value.length > MAX_QUOTE_LENGTH ? `${value.length} characters long` : JSON.stringify(value)
}
