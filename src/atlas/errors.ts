import { Failure, type FailureReport } from '../failure.js'

/** What Atlas said in an error answer. */
export interface Refusal {
  readonly status: number
  /** Atlas's `errorCode`, such as `CLUSTER_NOT_FOUND`. */
  readonly errorCode: string | undefined
  readonly detail: string | undefined
  readonly parameters: readonly string[]
}

/** A request that brought nothing usable. Each subclass is one meaning of an answer, or of its lack. */
export abstract class AtlasError extends Failure {
  /** Whether Atlas may have executed the request all the same. */
  abstract readonly mayHaveExecuted: boolean
}

/** Atlas understood and refused for good: repeating the same request is of no use. */
export class RefusedError extends AtlasError {
  override readonly name = 'RefusedError'
  readonly mayHaveExecuted = false
  readonly refusal: Refusal

  constructor(report: FailureReport, refusal: Refusal) {
    super(report)
    this.refusal = refusal
  }
}

/** No token for the credentials, and so nothing was asked: unlike a refusal it says nothing about clusters or snapshots. */
export class CredentialsRefusedError extends AtlasError {
  override readonly name = 'CredentialsRefusedError'
  readonly mayHaveExecuted = false
}

/** Whether Atlas says that there is no such thing. */
export function isNotFound(error: unknown): boolean {
  return error instanceof RefusedError && error.refusal.status === 404
}

/** 400 `UNFINISHED_ON_DEMAND_SNAPSHOT`: another on-demand snapshot of the cluster is queued or in progress. */
export class ConflictError extends AtlasError {
  override readonly name = 'ConflictError'
  readonly mayHaveExecuted = false
}

/** Not executed, or not usable just now (429, 405 while Atlas is being upgraded): the same request may succeed later. */
export class TryLaterError extends AtlasError {
  override readonly name = 'TryLaterError'
  readonly mayHaveExecuted = false
  /** Milliseconds that Atlas asked to wait, `undefined` if it did not say. */
  readonly retryAfterMs: number | undefined

  constructor(report: FailureReport, retryAfterMs: number | undefined) {
    super(report)
    this.retryAfterMs = retryAfterMs
  }
}

/** Nothing reached the server: no connection, no name, no tunnel. */
export class NotSentError extends AtlasError {
  override readonly name = 'NotSentError'
  readonly mayHaveExecuted = false
}

/** No usable answer came to a request that was, or may have been, executed. */
export class LostAnswerError extends AtlasError {
  override readonly name = 'LostAnswerError'
  readonly mayHaveExecuted = true
}

/** What answered must not be talked to: a bad certificate, a redirect, a proxy that refuses, an endless body. */
export class UntrustedAnswerError extends AtlasError {
  override readonly name = 'UntrustedAnswerError'
  readonly mayHaveExecuted: boolean

  constructor(report: FailureReport, mayHaveExecuted: boolean) {
    super(report)
    this.mayHaveExecuted = mayHaveExecuted
  }
}
