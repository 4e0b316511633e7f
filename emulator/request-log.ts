import type { AuthResult } from './auth-result.js'
import type { FaultedResponse } from './fault-effects.js'
import type { FaultRule } from './faults.js'
import type { DeliveredResponse, EmulatorRequest } from './http.js'
import type { Operation } from './routes.js'

/** A request and its response, without credentials. */
export interface RequestLogEntry {
  readonly at: number
  readonly method: string
  readonly target: string
  /** Undefined for a path that is not part of the API. */
  readonly operation: Operation['kind'] | undefined
  /** Status of the intended response. 0 if a fault suppresses the response. */
  readonly status: number
  readonly errorCode?: string
  /** Whether the request changed the state. False for a request that is executed later. */
  readonly executed: boolean
  readonly authorized: boolean
  /** The effect of the fault that was applied. */
  readonly fault?: string
}

/** All requests and responses, oldest first. */
export class RequestLog {
  readonly #entries: RequestLogEntry[] = []
  readonly entries: readonly RequestLogEntry[] = this.#entries

  /** Logs a request and returns the response to send. */
  add(
    now: number,
    request: EmulatorRequest,
    verdict: AuthResult,
    struck: FaultedResponse,
    operation?: Operation,
    fault?: FaultRule,
  ): DeliveredResponse {
    const { response, delivery, delayMs, changed } = struck
    const errorCode = response.headers['X-Error-Code']
    this.#entries.push({
      at: now,
      method: request.method,
      target: request.target,
      operation: operation?.kind,
      status: response.status,
      ...(typeof errorCode === 'string' ? { errorCode } : {}),
      executed: changed,
      authorized: verdict.kind === 'accepted',
      ...(fault === undefined ? {} : { fault: fault.effect.kind }),
    })
    return { response, delivery, delayMs }
  }
}
