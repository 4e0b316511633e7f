import { ActionError, type ErrorReport } from '../failure.js'

/** An error response as Atlas describes it. */
export interface ErrorResponse {
  readonly status: number
  /** Atlas's `errorCode`, such as `CLUSTER_NOT_FOUND`. */
  readonly errorCode: string | undefined
  readonly detail: string | undefined
  readonly parameters: readonly string[]
}

/** A request without a usable result. Each subclass is one meaning of a response, or of its lack. */
export abstract class AtlasError extends ActionError {
  /** Whether Atlas might have executed the request all the same. */
  abstract readonly mayHaveExecuted: boolean
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
  /** Milliseconds that Atlas asked to wait, `undefined` if it did not say. */
  readonly retryAfterMs: number | undefined

  constructor(report: ErrorReport, retryAfterMs: number | undefined) {
    super(report)
    this.retryAfterMs = retryAfterMs
  }
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
