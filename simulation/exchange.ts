import type { Scheme } from '../emulator/http.js'
import type { OperationKind } from '../emulator/routes.js'
import type { FaultName } from './faults.js'

/** One request as it went through the seam. Instants in the virtual clock's milliseconds. */
export interface Exchange {
  readonly index: number
  readonly operation: OperationKind
  readonly method: string
  readonly target: string
  /** How it bears credentials, `undefined` where it has none. */
  readonly scheme: Scheme | undefined
  /** With credentials. */
  readonly signed: boolean
  readonly sentAt: number
  /** When it reached Atlas, if it did. */
  arrivedAt?: number
  /** The fault that struck. */
  fault?: FaultName
  /** Of the answer that came back. */
  status?: number
  /** Of the answer that came back; only where it was a success. */
  body?: string
  /** What Atlas asked to wait, in seconds; 0 where it asked for nothing. */
  retryAfter?: number
  /** The name of the error that came instead. */
  error?: string
  endedAt?: number
}

/** Whether it is about a token, and not about snapshots. */
export function isOfTokens({ operation }: Pick<Exchange, 'operation'>): boolean {
  return operation === 'token' || operation === 'revoke'
}

/** Whether the next try comes when the step itself sees fit: nothing usable came, nor a wait to keep. */
export function isRetried(exchange: Exchange): boolean {
  const { status, error, fault, retryAfter = 0 } = exchange
  if (error === 'NotExecutedError' || error === 'OutcomeUnknownError') return true
  return fault !== undefined && failed(exchange) && status !== 400 && status !== 401 && retryAfter === 0
}

/** Whether nothing usable came back: all but a success, or the challenge to a request without credentials. */
export function failed({ status, fault, signed, error }: Exchange): boolean {
  if (status === undefined) return error !== undefined
  if (fault !== undefined) return true
  return !(status === 200 || (status === 401 && !signed))
}
