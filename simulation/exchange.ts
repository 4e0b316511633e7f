import type { Scheme } from '../emulator/http.js'
import type { OperationKind } from '../emulator/routes.js'
import type { FaultName } from './faults.js'

/** A request and its response. Times are in virtual milliseconds. */
export interface Exchange {
  readonly index: number
  readonly operation: OperationKind
  readonly method: string
  readonly target: string
  /** Authentication scheme, or `undefined` without credentials. */
  readonly scheme: Scheme | undefined
  /** The request has credentials. */
  readonly signed: boolean
  readonly sentAt: number
  /** When the request reached Atlas, if it did. */
  arrivedAt?: number
  fault?: FaultName
  /** Status of the response. */
  status?: number
  /** Body of a response with status 200. Otherwise empty. */
  body: string
  /** The JSON object in the body. Empty if there is none. */
  json: Readonly<Record<string, unknown>>
  /** Atlas error code of the response. */
  errorCode?: string | undefined
  /** The response is not from Atlas: a page instead of a rejection, or a huge body. */
  isForeign?: boolean
  /** Without a usable response: it never left, or its outcome is unknown. */
  failure?: 'not-sent' | 'unknown'
  endedAt?: number
}
