import { ActionError, type ErrorChanges, type ErrorReport, type Explanation } from '../action-error.js'

/**
 * What a failed request means: whether Atlas might have executed it, and whether it is transient, so a later step can succeed
 * without a correction. `RESPONSES` has the meaning of each response.
 */
const MEANINGS = {
  /** Atlas or a proxy rejected the request, or the request for its token. */
  rejected: { mayHaveExecuted: false, isTransient: false },
  /** `UNFINISHED_ON_DEMAND_SNAPSHOT`: another on-demand snapshot of the cluster is queued or in progress. */
  conflict: { mayHaveExecuted: false, isTransient: true },
  /** Atlas accepts no more requests for now: a 429 of Atlas, maintenance, or too many tokens. */
  throttled: { mayHaveExecuted: false, isTransient: true },
  /** Nothing was executed: no connection, host name, or tunnel, or no credentials that are accepted yet. */
  notExecuted: { mayHaveExecuted: false, isTransient: true },
  /** No usable response. */
  unknown: { mayHaveExecuted: true, isTransient: true },
  /** Something else sent the response: a 4xx in another format (a proxy's error page), a huge body, or another snapshot. */
  notAtlas: { mayHaveExecuted: true, isTransient: false },
  /** The responder can't be trusted: a bad certificate or a redirect. */
  untrusted: { mayHaveExecuted: true, isTransient: false },
} as const satisfies Readonly<Record<string, { mayHaveExecuted: boolean; isTransient: boolean }>>

export type Meaning = keyof typeof MEANINGS

/** A kind of failed request. `RESPONSES` has one for each kind of response. */
export interface FailureKind extends Explanation {
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
  /** Whether Atlas sent it, by the format of its body or by its authentication. */
  readonly isAtlas: boolean
}

/** What happened. Another title, remedy, or page replaces that of the kind. */
interface FailureReport extends Partial<Explanation>, Pick<ErrorReport, 'message' | 'cause'> {
  /** The server's `Retry-After` in milliseconds. */
  readonly retryAfterMs?: number | undefined
  /** The response that rejected the request itself, and not only the request for its token. */
  readonly rejection?: ErrorResponse | undefined
}

/** A request without a usable result. */
export class AtlasError extends ActionError {
  override readonly name = 'AtlasError'
  readonly kind: FailureKind
  readonly meaning: Meaning
  readonly retryAfterMs: number | undefined
  readonly rejection: ErrorResponse | undefined

  constructor(kind: FailureKind, report: FailureReport, meaning = kind.meaning ?? 'rejected') {
    const { title, remedy, page } = { ...kind, ...report }
    super({ title, remedy, page, message: report.message, cause: report.cause })
    this.kind = kind
    this.meaning = meaning
    this.retryAfterMs = report.retryAfterMs
    this.rejection = report.rejection
  }

  /** Whether Atlas might have executed the request. */
  get mayHaveExecuted(): boolean {
    return MEANINGS[this.meaning].mayHaveExecuted
  }

  /** Whether a later step can succeed without a correction. */
  get isTransient(): boolean {
    return MEANINGS[this.meaning].isTransient
  }

  /** The copy has the same kind and meaning. */
  override with(changes: ErrorChanges): AtlasError {
    const { title, message, remedy, page } = super.with(changes)
    return new AtlasError(this.kind, { ...this, title, message, remedy, page, cause: this }, this.meaning)
  }
}

/** What a parser throws if it can't use a response. The message is a clause: `the snapshot has no status`. */
export class ParseError extends Error {
  override readonly name = 'ParseError'
  /** `undefined` for an ordinary invalid response. */
  readonly kind: FailureKind | undefined

  constructor(message: string, kind?: FailureKind) {
    super(message)
    this.kind = kind
  }
}

/** Codes of a 404 about the project or the cluster of a snapshot. */
const PARENT_CODES: readonly string[] = ['GROUP_NOT_FOUND', 'CLUSTER_NOT_FOUND', 'BACKUP_CONFIG_NOT_FOUND']

/**
 * The error of a request that was sent without credentials, or not at all, because there is no token. Atlas has not executed
 * such a POST. A read keeps its meaning, because lists retry a rejection, but must not ask an untrusted responder again.
 */
export function asUnsigned(error: unknown, { method }: { readonly method: string }): unknown {
  if (method !== 'POST' || !(error instanceof AtlasError && error.mayHaveExecuted)) return error
  return new AtlasError(error.kind, error, error.meaning === 'unknown' ? 'notExecuted' : 'rejected')
}

/** Whether Atlas, and no proxy, reports that a snapshot does not exist. */
export function isSnapshotNotFound(error: unknown): error is AtlasError {
  if (!(error instanceof AtlasError) || error.rejection?.status !== 404) return false
  return !PARENT_CODES.includes(error.rejection.errorCode ?? '')
}

/** The message of a failed request. `action` is an infinitive, such as `read snapshot 6a79…`, and `reason` is a clause. */
export function couldNot(action: string, reason: string): string {
  return `Could not ${action}: ${reason}.`
}
