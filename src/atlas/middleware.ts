import type { Clock, Logger } from '../ports.js'
import { withTimeout } from '../timers.js'
import { AtlasError } from './errors.js'
import { requestTarget, type Send } from './http.js'
import { assertNotAborted } from './network-errors.js'

/** From the start of a request to the last byte of its response. */
const REQUEST_TIMEOUT_MS = 30_000
/** How long a POST in flight can still complete after the step must stop. */
const GRACE_PERIOD_MS = 1_000

/** Ends a request that takes too long, even if the body still arrives byte by byte. Its outcome is then unknown. */
export function withRequestTimeout(send: Send, clock: Clock): Send {
  return (request, parent) =>
    withTimeout(clock, REQUEST_TIMEOUT_MS, (signal) => send(request, signal), parent)
}

/** A cached response can be too old, and this action can't decode a compressed one. */
const COMMON_HEADERS = { 'accept-encoding': 'identity', 'cache-control': 'no-cache' }

/** Adds the headers that every request has. */
export function withCommonHeaders(send: Send): Send {
  return (request, signal) => send({ ...request, headers: { ...COMMON_HEADERS, ...request.headers } }, signal)
}

/** Logs method, path, status, and milliseconds of each request as a debug line, never a header or a body. */
export function withLogging(send: Send, clock: Clock, logger: Logger): Send {
  return async (request, signal) => {
    const start = clock.now()
    const log = (outcome: string) =>
      logger.debug(
        `${request.method} ${requestTarget(request.url)} ${outcome} ${Math.round(clock.now() - start)} ms`,
      )
    try {
      const response = await send(request, signal)
      log(String(response.status))
      return response
    } catch (error) {
      log(error instanceof AtlasError ? error.meaning : 'error')
      throw error
    }
  }
}

/**
 * Gives an authenticated POST another second when the signal aborts, because the response shows whether a snapshot
 * exists. After that, its outcome is `unknown`. Other requests end immediately, and no new one starts.
 *
 * @throws AtlasError `notExecuted` if the signal has already aborted
 */
export function withGracePeriod(send: Send, clock: Clock): Send {
  return async (request, signal) => {
    assertNotAborted(request, signal)
    if (request.method !== 'POST' || request.headers['authorization'] === undefined)
      return send(request, signal)
    const delayed = new AbortController()
    let cancel = () => {}
    const onAbort = () => {
      cancel = clock.setTimeout(GRACE_PERIOD_MS, () => delayed.abort(signal.reason))
    }
    signal.addEventListener('abort', onAbort, { once: true })
    try {
      return await send(request, delayed.signal)
    } finally {
      cancel()
      signal.removeEventListener('abort', onAbort)
    }
  }
}
