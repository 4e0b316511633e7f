import type { Clock, Logger } from '../ports.js'
import { withTimeout } from '../timers.js'
import { RequestError } from './errors.js'
import { requestTarget, type Send } from './http.js'

/** From the start of a request to the last byte of its response. */
const REQUEST_TIMEOUT_MS = 30_000

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
      log(error instanceof RequestError ? error.meaning : 'error')
      throw error
    }
  }
}
