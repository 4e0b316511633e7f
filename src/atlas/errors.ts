import { ActionError, type HelpTopic } from '../action-error.js'
import type { HttpRequest } from './http.js'

/** What a failed request can mean, and whether Atlas might have executed it if it had credentials. */
const MAY_HAVE_EXECUTED = {
  /** Atlas or a proxy rejected the request, or the request for its token. */
  rejected: false,
  /** `UNFINISHED_ON_DEMAND_SNAPSHOT`: another on-demand snapshot of the cluster is queued or in progress. */
  conflict: false,
  /** Atlas accepts no more requests for now: a 429 of Atlas, maintenance, or too many tokens. */
  throttled: false,
  /** The request did not reach Atlas, or not with valid credentials: no connection, or a nonce that is stale each time. */
  notExecuted: false,
  /** No usable response. */
  unknown: true,
  /** Not a response as Atlas sends it: a 4xx in another format (a proxy's page), a huge body, or the wrong snapshot after a POST. */
  notAtlas: true,
  /** The responder can't be trusted: a bad certificate, found after the request was handed to Node, or a redirect. */
  untrusted: true,
} as const

export type Meaning = keyof typeof MAY_HAVE_EXECUTED

/** A kind of failed request. `FAILURES` has one for each kind of response. */
export interface Failure extends HelpTopic {
  readonly meaning: Meaning
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

/** What an error keeps of its request, never a header. */
type FailedRequest = Pick<HttpRequest, 'purpose' | 'authenticated'>

interface RequestErrorOptions extends ErrorOptions {
  /** The server's `Retry-After` in milliseconds. */
  readonly retryAfterMs?: number | undefined
  /** The response, only if it means `rejected` and the request had credentials. */
  readonly rejection?: ErrorResponse | undefined
}

/** A request without a usable result. */
export class RequestError extends ActionError {
  override readonly name = 'RequestError'
  readonly purpose: string
  readonly authenticated: boolean
  readonly reason: string
  readonly failure: Failure
  readonly retryAfterMs: number | undefined
  readonly rejection: ErrorResponse | undefined

  constructor(
    { purpose, authenticated = false }: FailedRequest,
    reason: string,
    failure: Failure,
    options: RequestErrorOptions = {},
  ) {
    super(`Could not ${purpose}: ${reason}.`, failure, options)
    this.purpose = purpose
    this.authenticated = authenticated
    this.reason = reason
    this.failure = failure
    this.retryAfterMs = options.retryAfterMs
    this.rejection = options.rejection
  }

  get meaning(): Meaning {
    return this.failure.meaning
  }

  /** Whether Atlas might have executed the request. */
  get mayHaveExecuted(): boolean {
    return this.authenticated && MAY_HAVE_EXECUTED[this.meaning]
  }

  /** A `RequestError` with another reason or failure. Its cause is this one. */
  with({ reason = this.reason, failure = this.failure }): RequestError {
    const { retryAfterMs, rejection } = this
    return new RequestError(this, reason, failure, { retryAfterMs, rejection, cause: this })
  }
}

/** What a parser throws if it can't use a response. The message is a clause: `the snapshot has no status`. */
export class ParseError extends Error {
  override readonly name = 'ParseError'
  /** `undefined` for an ordinary invalid response. */
  readonly failure: Failure | undefined

  constructor(message: string, failure?: Failure) {
    super(message)
    this.failure = failure
  }
}

/** Codes of a 404 about the project or the cluster of a snapshot. */
const PARENT_CODES: readonly string[] = ['GROUP_NOT_FOUND', 'CLUSTER_NOT_FOUND', 'BACKUP_CONFIG_NOT_FOUND']

/** Whether Atlas reports that a snapshot does not exist. A proxy's page with 404 has no `rejection`. */
export function isSnapshotNotFound(error: unknown): error is RequestError {
  if (!(error instanceof RequestError) || error.rejection?.status !== 404) return false
  return !PARENT_CODES.includes(error.rejection.errorCode ?? '')
}
