import type { AuthResult } from './auth-result.js'
import type { FaultedResponse } from './fault-effects.js'
import type { FaultRule } from './faults.js'
import type { DeliveredResponse, EmulatorRequest } from './http.js'
import type { Operation } from './routes.js'

/** One request as it was answered. Credentials never get in here. */
export interface RequestLogEntry {
  readonly at: number
  readonly method: string
  readonly target: string
  /** Undefined for a path that is no call of the API. */
  readonly operation: Operation['kind'] | undefined
  /** Of the answer that was meant; 0 where a fault leaves none. */
  readonly status: number
  readonly errorCode?: string
  /** Whether it changed the state. A request that is executed late changes it later, not here. */
  readonly executed: boolean
  readonly authorized: boolean
  /** The effect of the fault that struck. */
  readonly fault?: string
  /** Of a digest. */
  readonly nc?: number
}

/** Every request and how it was answered, in order. */
export class RequestLog {
  readonly #entries: RequestLogEntry[] = []
  /** Grows as requests come in. */
  readonly entries: readonly RequestLogEntry[] = this.#entries

  /** Notes a request, and gives back what is to be sent. */
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
      ...(verdict.nc === undefined ? {} : { nc: verdict.nc }),
    })
    return { response, delivery, delayMs }
  }
}
