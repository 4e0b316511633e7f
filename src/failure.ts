/** The parts of a failure's report; each is a sentence or two for the person who reads the log. */
export interface ErrorReport {
  /** Headline of the annotation, a few words without a full stop. */
  readonly title: string
  /** What happened and why: HTTP status, Atlas error code and detail where there are any. */
  readonly message: string
  /** What the reader can do about it, in a sentence. */
  readonly remedy: string
  readonly cause?: unknown
}

type Retold = Partial<Pick<ErrorReport, 'title' | 'remedy'>>

/** A failure that knows how to report itself; whatever else is thrown is a bug. */
export class ActionError extends Error {
  override readonly name: string = 'ActionError'
  readonly title: string
  readonly remedy: string

  constructor(report: ErrorReport) {
    super(report.message, report.cause === undefined ? undefined : { cause: report.cause })
    this.title = report.title
    this.remedy = report.remedy
  }

  /** The same failure with more to say and, if need be, another headline or remedy; this one is its cause. */
  with(more: string, { title = this.title, remedy = this.remedy }: Retold = {}): ActionError {
    return new ActionError({ title, message: `${this.message} ${more}`, remedy, cause: this })
  }
}

/** A bug: its cause is what was thrown. */
class UnexpectedError extends ActionError {}

/** A thrown value's own words, whatever it is; Node gives the errors of all addresses of a name as one. */
export function errorMessage(thrown: unknown): string {
  if (thrown instanceof AggregateError && thrown.errors.length > 0)
    return thrown.errors.map(errorMessage).join('; ')
  if (thrown instanceof Error) return thrown.message === '' ? thrown.name : thrown.message
  return typeof thrown === 'string' ? thrown : `thrown value of type ${typeof thrown}`
}

/** Whatever was thrown, as a failure; what was not foreseen is a bug, and says so. */
export function toActionError(thrown: unknown): ActionError {
  if (thrown instanceof ActionError) return thrown
  return new UnexpectedError({
    title: 'Unexpected error',
    message: `${errorMessage(thrown)}. This is a bug of the action.`,
    remedy: 'Report this with the log, and look in it for a snapshot id before running this again.',
    cause: thrown,
  })
}

/** Where in the code a bug showed, as Node tells it; `undefined` of what was foreseen, such as a network that breaks. */
export function unexpectedStack(thrown: unknown): string | undefined {
  if (!(thrown instanceof ActionError)) return thrown instanceof Error ? thrown.stack : undefined
  const isTold = thrown instanceof UnexpectedError || thrown.cause instanceof ActionError
  return isTold ? unexpectedStack(thrown.cause) : undefined
}
