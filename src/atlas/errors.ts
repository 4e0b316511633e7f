import { ActionError, type ErrorReport } from '../failure.js'

/** What Atlas said in an error answer. */
export interface ErrorResponse {
  readonly status: number
  /** Atlas's `errorCode`, such as `CLUSTER_NOT_FOUND`. */
  readonly errorCode: string | undefined
  readonly detail: string | undefined
  readonly parameters: readonly string[]
}

/** A request that brought nothing usable. Each subclass is one meaning of an answer, or of its lack. */
export abstract class AtlasError extends ActionError {
  /** Whether Atlas may have executed the request all the same. */
  abstract readonly mayHaveExecuted: boolean
}

/** Atlas understood and refused for good: repeating the same request is of no use. */
export class RejectedError extends AtlasError {
  override readonly name = 'RejectedError'
  readonly mayHaveExecuted = false
  readonly response: ErrorResponse

  constructor(report: ErrorReport, refusal: ErrorResponse) {
    super(report)
    this.response = refusal
  }
}

/** No token for the credentials, and so nothing was asked: unlike a refusal it says nothing about clusters or snapshots. */
export class TokenRequestError extends AtlasError {
  override readonly name = 'TokenRequestError'
  readonly mayHaveExecuted = false
}

/** Whether Atlas says that there is no such thing. */
export function isNotFound(error: unknown): boolean {
  return error instanceof RejectedError && error.response.status === 404
}

/** 400 `UNFINISHED_ON_DEMAND_SNAPSHOT`: another on-demand snapshot of the cluster is queued or in progress. */
export class ConflictError extends AtlasError {
  override readonly name = 'ConflictError'
  readonly mayHaveExecuted = false
}

/** Not executed, or not usable just now (429, 405 while Atlas is being upgraded): the same request may succeed later. */
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

/** Nothing reached the server: no connection, no name, no tunnel. */
export class NotExecutedError extends AtlasError {
  override readonly name = 'NotExecutedError'
  readonly mayHaveExecuted = false
}

/** No usable answer came to a request that was, or may have been, executed. */
export class OutcomeUnknownError extends AtlasError {
  override readonly name = 'OutcomeUnknownError'
  readonly mayHaveExecuted = true
}

/** What answered must not be talked to: a bad certificate, a redirect, a proxy that refuses, an endless body. */
export class UntrustedResponseError extends AtlasError {
  override readonly name = 'UntrustedResponseError'
  readonly mayHaveExecuted: boolean

  constructor(report: ErrorReport, mayHaveExecuted: boolean) {
    super(report)
    this.mayHaveExecuted = mayHaveExecuted
  }
}
