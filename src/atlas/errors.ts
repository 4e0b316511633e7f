import { ActionError, type ErrorChanges, type ErrorReport, type Explanation } from '../action-error.js'

/** What a failed request means. `RESPONSES` has the meaning of each response. */
export type Meaning =
  /** Atlas or a proxy rejected the request, or the request for its token. Nothing was executed. */
  | 'rejected'
  /** `UNFINISHED_ON_DEMAND_SNAPSHOT`: another on-demand snapshot of the cluster is queued or in progress. */
  | 'conflict'
  /** Atlas accepts no more requests for now: a 429 of Atlas, maintenance, or too many tokens. */
  | 'throttled'
  /** Atlas did not execute the request: no connection, host name, or tunnel, or no credentials that are accepted yet. */
  | 'notExecuted'
  /** No usable response, and Atlas might have executed the request. */
  | 'unknown'
  /** Something else sent the response: a 4xx in another format (a proxy's error page), a huge body, or another snapshot. */
  | 'notAtlas'
  /** The responder can't be trusted: a bad certificate or a redirect. Nothing is retried. */
  | 'untrusted'

/** Whether Atlas might have executed the request. */
const MAY_HAVE_EXECUTED: Readonly<Record<Meaning, boolean>> = {
  rejected: false,
  conflict: false,
  throttled: false,
  notExecuted: false,
  unknown: true,
  notAtlas: true,
  untrusted: true,
}

/** A kind of failed request. `RESPONSES` has a row for each kind of response. */
export interface FailureRow extends Explanation {
  /** By default, `rejected`. */
  readonly meaning?: Meaning
  /** Whether reading the cluster can show the reason. */
  readonly needsClusterDiagnosis?: true
}

/** What a response other than 2xx says. */
export interface ErrorResponse {
  readonly status: number
  /** Atlas's `errorCode`, such as `CLUSTER_NOT_FOUND`, or the `error` of OAuth 2.0, such as `invalid_client`. */
  readonly errorCode: string | undefined
  readonly detail: string | undefined
  readonly parameters: readonly string[]
  /** Whether the body has the format of Atlas, so no proxy sent it. */
  readonly isAtlas: boolean
}

/** What happened. Another title, remedy, or page replaces that of the row. */
interface FailureReport extends Partial<Explanation>, Pick<ErrorReport, 'message' | 'cause'> {
  /** The server's `Retry-After` in milliseconds. */
  readonly retryAfterMs?: number | undefined
  /** The response that rejected the request itself, and not only the request for its token. */
  readonly rejection?: ErrorResponse | undefined
}

/** A request without a usable result. */
export class AtlasError extends ActionError {
  override readonly name = 'AtlasError'
  readonly row: FailureRow
  readonly meaning: Meaning
  readonly retryAfterMs: number | undefined
  readonly rejection: ErrorResponse | undefined
  /** Whether Atlas might have executed the request. It follows from the meaning, except after `asNotExecuted`. */
  readonly mayHaveExecuted: boolean

  /** @param mayHaveExecuted `false` if Atlas has not executed the request, whatever the row means */
  constructor(row: FailureRow, report: FailureReport, mayHaveExecuted = true) {
    const { title, remedy, page } = { ...row, ...report }
    super({ title, remedy, page, message: report.message, cause: report.cause })
    const { meaning = 'rejected' } = row
    this.row = row
    this.meaning = meaning === 'unknown' && !mayHaveExecuted ? 'notExecuted' : meaning
    this.retryAfterMs = report.retryAfterMs
    this.rejection = report.rejection
    this.mayHaveExecuted = mayHaveExecuted && MAY_HAVE_EXECUTED[meaning]
  }

  /** The copy has the same row and meaning. */
  override with(changes: ErrorChanges): AtlasError {
    const { title, message, remedy, page } = super.with(changes)
    const report = { ...this, title, message, remedy, page, cause: this }
    return new AtlasError(this.row, report, this.mayHaveExecuted)
  }
}

/** Codes of a 404 about the project or the cluster of a snapshot. */
const PARENT_CODES: readonly string[] = ['GROUP_NOT_FOUND', 'CLUSTER_NOT_FOUND', 'BACKUP_CONFIG_NOT_FOUND']

/** Converts an error of a request that Atlas has not executed, because it had no credentials or did not reach Atlas. */
export function asNotExecuted(error: unknown): unknown {
  return error instanceof AtlasError && error.mayHaveExecuted
    ? new AtlasError(error.row, error, false)
    : error
}

/** Whether Atlas reports that a snapshot does not exist. */
export function isSnapshotNotFound(error: unknown): error is AtlasError {
  if (!(error instanceof AtlasError) || error.rejection?.status !== 404) return false
  return !PARENT_CODES.includes(error.rejection.errorCode ?? '')
}

/** The message of a failed request. `action` is an infinitive, such as `read snapshot 6a79…`, and `reason` is a clause. */
export function couldNot(action: string, reason: string): string {
  return `Could not ${action}: ${reason}.`
}
