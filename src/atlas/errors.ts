import { ActionError, type ErrorChanges, type ErrorReport } from '../action-error.js'

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
  /** Something else sent the response: a 4xx in another format (a proxy's error page), or a huge body. */
  | 'notAtlas'
  /** The responder can't be trusted: a bad certificate or a redirect. Nothing is retried. */
  | 'untrusted'

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

interface AtlasErrorReport extends ErrorReport {
  /** The server's `Retry-After` in milliseconds. */
  readonly retryAfterMs?: number | undefined
  /** The response that rejected the request itself. */
  readonly response?: ErrorResponse | undefined
}

/** A request without a usable result. */
export class AtlasError extends ActionError {
  override readonly name = 'AtlasError'
  readonly meaning: Meaning
  readonly retryAfterMs: number | undefined
  readonly response: ErrorResponse | undefined
  /**
   * Whether Atlas might have executed the request. `unknown` says so. `notAtlas` and `untrusted` leave it open, unless the
   * request had no credentials, or never reached Atlas (a bad certificate).
   */
  readonly mayHaveExecuted: boolean

  constructor(meaning: Meaning, report: AtlasErrorReport, mayHaveExecuted = meaning === 'unknown') {
    super(report)
    this.meaning = meaning
    this.retryAfterMs = report.retryAfterMs
    this.response = report.response
    this.mayHaveExecuted = mayHaveExecuted
  }

  /** The copy has the same meaning. */
  override with(changes: ErrorChanges): AtlasError {
    const { title, message, remedy, page } = super.with(changes)
    const { meaning, retryAfterMs, response, mayHaveExecuted } = this
    const report = { title, message, remedy, page, retryAfterMs, response, cause: this }
    return new AtlasError(meaning, report, mayHaveExecuted)
  }
}

/** Codes of a 404 about the project or the cluster of a snapshot. */
const PARENT_CODES: readonly string[] = ['GROUP_NOT_FOUND', 'CLUSTER_NOT_FOUND', 'BACKUP_CONFIG_NOT_FOUND']

/** Converts an error of a request without credentials, which Atlas does not execute. */
export function asNotExecuted(error: unknown): unknown {
  if (!(error instanceof AtlasError) || !error.mayHaveExecuted) return error
  return new AtlasError(error.meaning === 'unknown' ? 'notExecuted' : error.meaning, error, false)
}

/** Whether Atlas reports that a snapshot does not exist. */
export function isSnapshotNotFound(error: unknown): error is AtlasError {
  if (!(error instanceof AtlasError) || error.response?.status !== 404) return false
  return !PARENT_CODES.includes(error.response.errorCode ?? '')
}

/** The message of a failed request. `action` is an infinitive, such as `read snapshot 6a79…`, and `reason` is a clause. */
export function couldNot(action: string, reason: string): string {
  return `Could not ${action}: ${reason}.`
}
