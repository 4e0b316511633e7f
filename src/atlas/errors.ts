import { ActionError, type ErrorReport } from '../failure.js'

/** An error response as Atlas describes it. */
export interface ErrorResponse {
  readonly status: number
  /** Atlas's `errorCode`, such as `CLUSTER_NOT_FOUND`. */
  readonly errorCode: string | undefined
  readonly detail: string | undefined
  readonly parameters: readonly string[]
}

/** The parts of a report, and how many milliseconds the server asked to wait before another try, if it did. */
type AtlasErrorReport = ErrorReport & { readonly retryAfterMs?: number | undefined }

/** A request without a usable result. Each subclass is one meaning of a response, or of its lack. */
export abstract class AtlasError extends ActionError {
  /** Whether Atlas might have executed the request all the same. */
  abstract readonly mayHaveExecuted: boolean
  readonly retryAfterMs: number | undefined

  constructor(report: AtlasErrorReport) {
    super(report)
    this.retryAfterMs = report.retryAfterMs
  }
}

/** Atlas rejected the request for good. Retrying does not help. */
export class RejectedError extends AtlasError {
  override readonly name = 'RejectedError'
  readonly mayHaveExecuted = false
  readonly response: ErrorResponse

  constructor(report: ErrorReport, response: ErrorResponse) {
    super(report)
    this.response = response
  }
}

/** No token for the credentials. Unlike a rejection it says nothing about clusters or snapshots. */
export class TokenRequestError extends AtlasError {
  override readonly name = 'TokenRequestError'
  readonly mayHaveExecuted = false
}

/** 400 `UNFINISHED_ON_DEMAND_SNAPSHOT`: another on-demand snapshot of the cluster is queued or in progress. */
export class ConflictError extends AtlasError {
  override readonly name = 'ConflictError'
  readonly mayHaveExecuted = false
}

/** 429, or 405 while Atlas is being upgraded: not executed, and the same request can succeed later. */
export class ThrottledError extends AtlasError {
  override readonly name = 'ThrottledError'
  readonly mayHaveExecuted = false
}

/** Nothing was executed: no connection, no name, no tunnel, or no credentials in the request. */
export class NotExecutedError extends AtlasError {
  override readonly name = 'NotExecutedError'
  readonly mayHaveExecuted = false
}

/** No usable response to a request that was, or might have been, executed. */
export class OutcomeUnknownError extends AtlasError {
  override readonly name = 'OutcomeUnknownError'
  readonly mayHaveExecuted = true
}

/**
 * Not Atlas's own word: a 4xx without an error code, as a proxy's page, a 401 from a cache, or a TLS alert that might ask
 * for a client certificate. After a 4xx, Atlas might have executed a request with credentials all the same.
 */
export class NonAtlasResponseError extends AtlasError {
  override readonly name = 'NonAtlasResponseError'
  readonly mayHaveExecuted: boolean

  constructor(report: ErrorReport, mayHaveExecuted: boolean) {
    super(report)
    this.mayHaveExecuted = mayHaveExecuted
  }
}

/** The responder can't be trusted: a bad certificate, a redirect, a proxy that asks for credentials, an endless body. */
export class UntrustedResponseError extends AtlasError {
  override readonly name = 'UntrustedResponseError'
  readonly mayHaveExecuted: boolean

  constructor(report: ErrorReport, mayHaveExecuted: boolean) {
    super(report)
    this.mayHaveExecuted = mayHaveExecuted
  }
}

/** Whether Atlas says that there is no such resource. */
export function isNotFound(error: unknown): boolean {
  return error instanceof RejectedError && error.response.status === 404
}
