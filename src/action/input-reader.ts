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

/** Gives an input as the runner has it, trimmed; empty where it is not set. */
export type GetInput = (name: InputName) => string

/** One bad input, or a bad combination of them. */
export interface InputProblem {
  /** What the problem is about: an input's name, or several. */
  readonly inputs: string
  readonly message: string
}

/** All bad inputs at once. */
export class InputErrors extends Error {
  override readonly name = 'BadInputs'
  readonly problems: readonly InputProblem[]

  constructor(problems: readonly InputProblem[]) {
    super(problems.map(({ message }) => message).join(' '))
    this.problems = problems
  }
}

/** Inputs whose values nobody may see. */
export const SECRET_INPUTS: readonly InputName[] = ['private-key', 'client-secret', 'github-token']
/** Inputs whose values never appear in a message; the secret half may stand in the place of the public one. */
const UNQUOTED_INPUTS: readonly InputName[] = [...SECRET_INPUTS, 'public-key', 'client-id']
/** No good value is longer, but a secret in the wrong place may be; cut in two, it would be one that no mask hides. */
const MAX_QUOTE_LENGTH = 100

/** Reads inputs by their rules and collects what is wrong, so that everything can be reported in one run. */
export class InputReader {
  readonly #get: GetInput
  readonly #problems: InputProblem[] = []

  constructor(get: GetInput) {
    this.#get = get
  }

  /**
   * Reads an input that must be given.
   *
   * @returns the value, to be asked for after `assertNoProblems`
   */
  required<T>(name: InputName, rule: Parser<T>): () => T {
    const hint =
      'it is required. If its value comes from vars or secrets, check that there is one of that name, and whether it belongs to an environment that the job does not name.'
    return this.#readFull(name, rule, hint)
  }

  /**
   * Reads an input with a default, where an explicit empty value (an unset variable, say) would otherwise turn the gate
   * into something else.
   */
  withDefault<T>(name: InputName, rule: Parser<T>): () => T {
    return this.#readFull(name, rule, 'give it a value, or leave it out for its default.')
  }

  /** Reads an input that may be empty. */
  optional<T>(name: InputName, rule: Parser<T>): () => T | undefined {
    return this.#get(name) === '' ? () => undefined : this.#read(name, rule)
  }

  addProblem(inputs: string, message: string): void {
    this.#problems.push({ inputs, message })
  }

  /** @throws BadInputs if anything was wrong */
  assertNoProblems(): void {
    if (this.#problems.length > 0) throw new InputErrors(this.#problems)
  }

  #readFull<T>(name: InputName, rule: Parser<T>, hint: string): () => T {
    if (this.#get(name) !== '') return this.#read(name, rule)
    this.addProblem(name, `${name} is empty: ${hint}`)
    return unread
  }

  #read<T>(name: InputName, rule: Parser<T>): () => T {
    const text = this.#get(name)
    try {
      const value = rule(text)
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

/** The value as it was given, without the user and password of a URL; of a long one, how long it is. */
function quote(text: string): string {
  const value = text.replace(/\/\/.*@/s, '//***@')
  return value.length > MAX_QUOTE_LENGTH ? `${value.length} characters long` : JSON.stringify(value)
}
