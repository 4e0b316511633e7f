import { errorMessage } from '../failure.js'
import type { Clock, Logger } from '../runtime.js'
import { withTimeout } from '../timers.js'
import { NotExecutedError } from './errors.js'
import { type HttpRequest, requestTarget, type Send } from './http.js'

/** A request's time as a whole, from the connection to the last byte of the answer. */
const REQUEST_TIMEOUT_MS = 30_000

/** Ends a request that takes too long, a dripping body included; then its fate is unknown. */
export function withRequestTimeout(send: Send, clock: Clock, limitMs = REQUEST_TIMEOUT_MS): Send {
  const late = () => new Error(`no whole answer within ${limitMs / 1000} s`)
  return (request, parent) =>
    withTimeout({ clock, parent, ms: limitMs, late }, (signal) => send(request, signal))
}

/** Tells of each request in a debug line: method, path, status, milliseconds; never a header or a body. */
export function withLogging(send: Send, clock: Clock, logger: Logger): Send {
  return async (request, signal) => {
    const start = clock.now()
    const tell = (outcome: string) =>
      logger.debug(
        `${request.method} ${requestTarget(request.url)} ${outcome} ${Math.round(clock.now() - start)} ms`,
      )
    try {
      const answer = await send(request, signal)
      tell(String(answer.status))
      return answer
    } catch (error) {
      tell(error instanceof Error ? error.name : 'error')
      throw error
    }
  }
}

/** How long a write that is under way may still bring its answer after the step has to stop. */
const GRACE_PERIOD_MS = 1_000

/**
 * Lets a write that bears credentials have a second more when the signal aborts, since whether it was executed is worth
 * knowing; any other request ends at once, and none starts any more.
 *
 * @throws NotExecutedError if the signal has aborted before
 */
export function withGracePeriod(send: Send, clock: Clock): Send {
  return async (request, signal) => {
    assertNotAborted(request, signal)
    if (request.method !== 'POST' || request.headers['authorization'] === undefined)
      return send(request, signal)
    const graceful = new AbortController()
    let cancel = () => {}
    const onAbort = () => {
      cancel = clock.setTimeout(GRACE_PERIOD_MS, () => graceful.abort(signal.reason))
    }
    signal.addEventListener('abort', onAbort, { once: true })
    try {
      return await send(request, graceful.signal)
    } finally {
      cancel()
      signal.removeEventListener('abort', onAbort)
    }
  }
}

/** @throws NotExecutedError if the signal has aborted: then a request must not start any more */
export function assertNotAborted({ purpose }: HttpRequest, signal: AbortSignal): void {
  if (!signal.aborted) return
  throw new NotExecutedError({
    title: 'The request was not sent',
    message: `${purpose}: nothing was sent, since ${errorMessage(signal.reason)}.`,
    remedy: 'Run this again.',
    cause: signal.reason,
  })
}
