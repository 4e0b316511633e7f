import type { Logger } from './ports.js'

/** A heading or row of docs/troubleshooting.md: what an error is called, and what to do about it. */
export interface HelpTopic {
  /** Title of the annotation. */
  readonly title: string
  /** One or more sentences. */
  readonly remedy: string
  /** A page that says more, relative to docs/. By default, the title's heading in docs/troubleshooting.md. */
  readonly page?: string | undefined
}

/** The title of a bug's report. */
export const INTERNAL_ERROR = 'Internal error'

/**
 * An error that says what to do about it. Its message has sentences for the reader of the log: what happened and why, with the
 * HTTP status, Atlas error code, and detail if there are any. Anything else that is thrown is a bug.
 */
export class ActionError extends Error {
  override readonly name: string = 'ActionError'
  readonly help: HelpTopic

  constructor(message: string, help: HelpTopic, options?: ErrorOptions) {
    super(message, options)
    this.help = help
  }
}

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

/** Turns a thrown value into an `ActionError`. Any other value is reported as a bug, and is the cause. */
export function toActionError(thrown: unknown): ActionError {
  if (thrown instanceof ActionError) return thrown
  const remedy = 'This is a bug in the action. Report it with the log.'
  return new ActionError(`${errorMessage(thrown)}.`, { title: INTERNAL_ERROR, remedy }, { cause: thrown })
}

/** The stack trace of a bug, `undefined` for an expected error. */
export function bugStack(thrown: unknown): string | undefined {
  if (!(thrown instanceof ActionError)) return isError(thrown) ? thrown.stack : undefined
  return thrown.help.title === INTERNAL_ERROR ? bugStack(thrown.cause) : undefined
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
