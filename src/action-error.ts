import type { Logger } from './ports.js'

/** What a kind of error is called, and what to do about it. */
export interface Explanation {
  /** Title of the annotation, which docs/troubleshooting.md explains. */
  readonly title: string
  /** One or more sentences. */
  readonly remedy: string
  /** A page that says more, relative to docs/. By default, the title's heading in docs/troubleshooting.md. */
  readonly page?: string | undefined
}

/** The only advice about a re-run, which could deploy an older commit, or half of a migration for the second time. */
export const RE_RUN =
  'Re-run all jobs only if no attempt of this run started to deploy, no earlier deployment is half-done, and there is no newer run.'

/** The parts of an error's report, in sentences for the reader of the log. */
export interface ErrorReport extends Explanation {
  /** What happened and why, with the HTTP status, Atlas error code, and detail if there are any. */
  readonly message: string
  readonly cause?: unknown
}

/** What a copy of an error has instead. */
export interface ErrorChanges {
  /** Added to the message. */
  readonly more?: string
  readonly explanation?: Explanation
  readonly remedy?: string
}

/** The title of a bug's report. */
export const INTERNAL_ERROR = 'Internal error'

/** An expected error, with its report. Anything else that is thrown is a bug. */
export class ActionError extends Error {
  override readonly name: string = 'ActionError'
  readonly title: string
  readonly remedy: string
  readonly page: string | undefined

  constructor({ title, message, remedy, page, cause }: ErrorReport) {
    super(message, cause === undefined ? undefined : { cause })
    this.title = title
    this.remedy = remedy
    this.page = page
  }

  /** A changed copy. Its cause is this error. */
  with({ more, explanation = this, remedy = explanation.remedy }: ErrorChanges): ActionError {
    const { title, page } = explanation
    const message = more === undefined ? this.message : `${this.message} ${more}`
    return new ActionError({ title, message, remedy, page, cause: this })
  }
}

/** An error whose report already says which snapshot exists and what to do. */
export class FinalError extends ActionError {}

/** A bug. Its cause is the thrown value. */
class UnexpectedError extends ActionError {}

/** Whether a value is an error, also one of Node in a test, whose `Error` is not the one of this code. */
export function isError(value: unknown): value is Error {
  return Object.prototype.toString.call(value) === '[object Error]'
}

/** The errors of all addresses of a host, which Node combines in one. Empty for any other value. */
export function innerErrors(value: unknown): readonly unknown[] {
  return isError(value) && 'errors' in value && Array.isArray(value.errors) ? value.errors : []
}

/** The message of a thrown value. */
export function errorMessage(thrown: unknown): string {
  const inner = innerErrors(thrown)
  if (inner.length > 0) return inner.map(errorMessage).join('; ')
  if (isError(thrown)) return thrown.message === '' ? thrown.name : thrown.message
  return typeof thrown === 'string' ? thrown : `thrown value of type ${typeof thrown}`
}

/** Turns a thrown value into an `ActionError`. An unexpected value is reported as a bug. */
export function toActionError(thrown: unknown): ActionError {
  if (thrown instanceof ActionError) return thrown
  return new UnexpectedError({
    title: INTERNAL_ERROR,
    message: `${errorMessage(thrown)}.`,
    remedy: `This is a bug in the action. Report it with the log. ${RE_RUN}`,
    cause: thrown,
  })
}

/** The stack trace of a bug, `undefined` for an expected error. */
export function unexpectedStack(thrown: unknown): string | undefined {
  if (!(thrown instanceof ActionError)) return isError(thrown) ? thrown.stack : undefined
  const wrapsAnother = thrown instanceof UnexpectedError || thrown.cause instanceof ActionError
  return wrapsAnother ? unexpectedStack(thrown.cause) : undefined
}

/** Runs work on the log or summary. A bug in it is logged as a warning, because it must not fail the step. */
export function runOptional(logger: Logger, work: () => void): void {
  try {
    work()
  } catch (error) {
    logger.warning(
      `Part of the log or summary is missing because of an internal error: ${errorMessage(error)}.`,
    )
  }
}
