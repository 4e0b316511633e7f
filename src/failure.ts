import type { Logger } from './runtime.js'
import { TITLES } from './titles.js'

/** The parts of an error's report. Each is a sentence or two for the person who reads the log. */
export interface ErrorReport {
  /** Title of the annotation, one of `TITLES`. */
  readonly title: string
  /** What happened and why: HTTP status, Atlas error code and detail if there are any. */
  readonly message: string
  /** What to do about it. */
  readonly remedy: string
  readonly cause?: unknown
}

/** An error that knows how to report itself. Anything else that is thrown is a bug. */
export class ActionError extends Error {
  override readonly name: string = 'ActionError'
  readonly title: string
  readonly remedy: string

  constructor({ title, message, remedy, cause }: ErrorReport) {
    super(message, cause === undefined ? undefined : { cause })
    this.title = title
    this.remedy = remedy
  }

  /** The same error with a longer message and, if given, another title or remedy. Its cause is this one. */
  with(
    more: string,
    { title = this.title, remedy = this.remedy }: Partial<Pick<ErrorReport, 'title' | 'remedy'>> = {},
  ): ActionError {
    return new ActionError({ title, message: `${this.message} ${more}`, remedy, cause: this })
  }
}

/** A bug. Its cause is what was thrown. */
class UnexpectedError extends ActionError {}

/** The message of whatever was thrown. Node reports the errors of all addresses of a name as one. */
export function errorMessage(thrown: unknown): string {
  if (thrown instanceof AggregateError && thrown.errors.length > 0)
    return thrown.errors.map(errorMessage).join('; ')
  if (thrown instanceof Error) return thrown.message === '' ? thrown.name : thrown.message
  return typeof thrown === 'string' ? thrown : `thrown value of type ${typeof thrown}`
}

/** Whatever was thrown as an `ActionError`. Anything unexpected is reported as a bug. */
export function toActionError(thrown: unknown): ActionError {
  if (thrown instanceof ActionError) return thrown
  return new UnexpectedError({
    title: TITLES.unexpected,
    message: `${errorMessage(thrown)}. This is a bug of the action.`,
    remedy: 'Report this with the log, and look in it for a snapshot id before running this again.',
    cause: thrown,
  })
}

/** The stack trace of a bug, `undefined` for an expected error such as a broken network. */
export function unexpectedStack(thrown: unknown): string | undefined {
  if (!(thrown instanceof ActionError)) return thrown instanceof Error ? thrown.stack : undefined
  const wrapsAnother = thrown instanceof UnexpectedError || thrown.cause instanceof ActionError
  return wrapsAnother ? unexpectedStack(thrown.cause) : undefined
}

/** Does what only decorates the result. A bug in it is a warning, because it must not fail the step. */
export function decorate(logger: Logger, work: () => void): void {
  try {
    work()
  } catch (error) {
    logger.warning(`A bug of the action left something out of its log or summary: ${errorMessage(error)}`)
  }
}
