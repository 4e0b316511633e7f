import { ActionError, type ErrorReport } from '../action-error.js'

/** What a failed request means. `RESPONSE_RULES` has the meaning of each response. */
export type Meaning =
  /** Atlas rejected the request. */
  | 'rejected'
  /** Atlas issued no token. Unlike `rejected`, this is not about a cluster or a snapshot. */
  | 'noToken'
  /** 400 `UNFINISHED_ON_DEMAND_SNAPSHOT`: another on-demand snapshot of the cluster is queued or in progress. */
  | 'conflict'
  /** Atlas accepts no more requests for now: a 429 of Atlas, maintenance, or too many tokens. */
  | 'throttled'
  /** Atlas did not execute the request: no connection, host name, or tunnel, no credentials, or a stale nonce. */
  | 'notExecuted'
  /** No usable response, and Atlas might have executed the request. */
  | 'unknown'
  /** The response might not come from Atlas: a 4xx in another format (a proxy's error page), or a cached 401. */
  | 'notAtlas'
  /** The responder can't be trusted: a bad certificate, a redirect, a proxy that refuses, a huge body. */
  | 'untrusted'

/** An error response as Atlas describes it. */
export interface ErrorResponse {
  readonly status: number
  /** Atlas's `errorCode`, such as `CLUSTER_NOT_FOUND`. */
  readonly errorCode: string | undefined
  readonly detail: string | undefined
  readonly parameters: readonly string[]
}

export interface AtlasErrorReport extends ErrorReport {
  /** The server's `Retry-After` in milliseconds. */
  readonly retryAfterMs?: number | undefined
  /** What Atlas responded, if it rejected the request. */
  readonly response?: ErrorResponse | undefined
  /** Whether a kept connection broke before the response began. The server had probably closed it. */
  readonly brokeKeptConnection?: boolean
}

/** A request without a usable result. */
export class AtlasError extends ActionError {
  override readonly name = 'AtlasError'
  readonly meaning: Meaning
  readonly retryAfterMs: number | undefined
  readonly response: ErrorResponse | undefined
  readonly brokeKeptConnection: boolean
  /** Whether Atlas might have executed the request. The docstring of `RESPONSE_RULES` has the responses after which it might. */
  readonly mayHaveExecuted: boolean

  constructor(meaning: Meaning, report: AtlasErrorReport, mayHaveExecuted = meaning === 'unknown') {
    super(report)
    this.meaning = meaning
    this.retryAfterMs = report.retryAfterMs
    this.response = report.response
    this.brokeKeptConnection = report.brokeKeptConnection ?? false
    this.mayHaveExecuted = mayHaveExecuted
  }

  /** The copy has the same meaning. */
  override with(more: string, changes?: Partial<Pick<ErrorReport, 'title' | 'remedy'>>): AtlasError {
    const { title, message, remedy } = super.with(more, changes)
    const report = { ...this, title, message, remedy, cause: this }
    return new AtlasError(this.meaning, report, this.mayHaveExecuted)
  }
}

/** Atlas rejected the request. */
type Rejection = AtlasError & { readonly response: ErrorResponse }

/** Codes of a 404 about the project or the cluster of a snapshot. */
const PARENT_CODES: readonly string[] = ['GROUP_NOT_FOUND', 'CLUSTER_NOT_FOUND', 'BACKUP_CONFIG_NOT_FOUND']

export function means<M extends Meaning>(
  error: unknown,
  meaning: M,
): error is AtlasError & { readonly meaning: M } {
  return error instanceof AtlasError && error.meaning === meaning
}

/** Whether Atlas reports that a snapshot does not exist. */
export function isSnapshotNotFound(error: unknown): error is Rejection {
  if (!(error instanceof AtlasError) || error.response?.status !== 404) return false
  return !PARENT_CODES.includes(error.response.errorCode ?? '')
}

/** The message of a failed request. `action` is an infinitive, such as `read snapshot 6a79…`, and `reason` is a clause. */
export function couldNot(action: string, reason: string): string {
  return `Could not ${action}: ${reason}.`
}
