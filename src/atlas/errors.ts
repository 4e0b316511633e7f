import { ActionError, type ErrorReport } from '../action-error.js'

/** An error response as Atlas describes it. */
export interface ErrorResponse {
  readonly status: number
  /** Atlas's `errorCode`, such as `CLUSTER_NOT_FOUND`. */
  readonly errorCode: string | undefined
  readonly detail: string | undefined
  readonly parameters: readonly string[]
}

export type AtlasErrorReport = ErrorReport & {
  /** The server's `Retry-After` in milliseconds. */
  readonly retryAfterMs?: number | undefined
  /** Whether a kept connection broke before the response began. The server had probably closed it. */
  readonly brokeKeptConnection?: boolean
}

/** A request without a usable result. Each subclass is one meaning of a response or of a missing response. */
export abstract class AtlasError extends ActionError {
  readonly retryAfterMs: number | undefined
  readonly brokeKeptConnection: boolean
  /** Whether Atlas might have executed the request anyway. */
  readonly mayHaveExecuted: boolean
  /** Whether the same request can succeed later. */
  readonly isRetryable: boolean = false

  constructor(report: AtlasErrorReport, mayHaveExecuted = false) {
    super(report)
    this.retryAfterMs = report.retryAfterMs
    this.brokeKeptConnection = report.brokeKeptConnection ?? false
    this.mayHaveExecuted = mayHaveExecuted
  }
}

/** Atlas rejected the request. */
export class RejectedError extends AtlasError {
  override readonly name = 'RejectedError'
  readonly response: ErrorResponse

  constructor(report: ErrorReport, response: ErrorResponse) {
    super(report)
    this.response = response
  }
}

/** Atlas issued no token. Unlike `RejectedError`, this is not about a cluster or snapshot. */
export class TokenRequestError extends AtlasError {
  override readonly name = 'TokenRequestError'
}

/** 400 `UNFINISHED_ON_DEMAND_SNAPSHOT`: another on-demand snapshot of the cluster is queued or in progress. */
export class ConflictError extends AtlasError {
  override readonly name = 'ConflictError'
  override readonly isRetryable = true
}

/** Atlas, or a proxy (`mayHaveExecuted`), accepts no more requests for now. */
export class ThrottledError extends AtlasError {
  override readonly name = 'ThrottledError'
  override readonly isRetryable = true
}

/** Atlas did not execute the request: no connection, host name, or tunnel, no credentials, or a stale nonce. */
export class NotExecutedError extends AtlasError {
  override readonly name = 'NotExecutedError'
  override readonly isRetryable = true
}

/** No usable response, and Atlas might have executed the request. */
export class OutcomeUnknownError extends AtlasError {
  override readonly name = 'OutcomeUnknownError'
  override readonly isRetryable = true

  constructor(report: AtlasErrorReport) {
    super(report, true)
  }
}

/** A list changed while it was read, or lacks entries. */
export class IncompleteListError extends AtlasError {
  override readonly name = 'IncompleteListError'
  override readonly isRetryable = true
}

/**
 * The response might not come from Atlas: a 4xx in another format (a proxy's error page), or a cached 401. Atlas might still
 * have executed a request with credentials.
 */
export class NonAtlasResponseError extends AtlasError {
  override readonly name = 'NonAtlasResponseError'
}

/** The responder can't be trusted: a bad certificate, a redirect, a proxy that refuses, a huge body. */
export class UntrustedResponseError extends AtlasError {
  override readonly name = 'UntrustedResponseError'
}

/** Codes of a 404 about the project or the cluster of a snapshot. */
const PARENT_CODES: readonly string[] = ['GROUP_NOT_FOUND', 'CLUSTER_NOT_FOUND', 'BACKUP_CONFIG_NOT_FOUND']

/** Whether Atlas reports that the resource, or something above it, does not exist. */
export function isNotFound(error: unknown): error is RejectedError {
  return error instanceof RejectedError && error.response.status === 404
}

/** Whether Atlas reports that a snapshot does not exist. */
export function isSnapshotNotFound(error: unknown): error is RejectedError {
  return isNotFound(error) && !PARENT_CODES.includes(error.response.errorCode ?? '')
}

/** The message of a failed request. `action` is an infinitive, such as `read snapshot 6a79…`, and `reason` is a clause. */
export function couldNot(action: string, reason: string): string {
  return `Could not ${action}: ${reason}.`
}
