import { errorMessage } from '../failure.js'
import { formatBytes } from '../format.js'
import { TITLES } from '../titles.js'
import { AtlasError, NotExecutedError, UntrustedResponseError } from './errors.js'
import type { HttpRequest } from './http.js'
import { noUsableResponse, proxyAuthError } from './response-errors.js'
import { toTlsError } from './tls-errors.js'

/** System calls before the first byte of a request. */
const BEFORE_SENDING: readonly unknown[] = ['connect', 'getaddrinfo']
const TUNNEL = /^tunneling socket could not be established|^got illegal response body from proxy/
const PROXY_AUTHENTICATION_REQUIRED = /statusCode=407\b/

/** The meaning of an error that Node, or the tunnel through a proxy, gave in place of a response. */
export function toNetworkError(error: unknown, request: HttpRequest, signal: AbortSignal): AtlasError {
  if (error instanceof AtlasError) return error
  const action = request.purpose
  if (signal.aborted)
    return noUsableResponse(`${action}: ${errorMessage(signal.reason)}.`, true, { cause: signal.reason })
  const tlsError = toTlsError(error, action)
  if (tlsError !== undefined) return tlsError
  const why = errorMessage(error)
  if (TUNNEL.test(why)) {
    return PROXY_AUTHENTICATION_REQUIRED.test(why)
      ? proxyAuthError(`${action}: the proxy wants authentication (HTTP 407).`, error)
      : unreachable(`${action}: no tunnel through the proxy (${why}).`, error)
  }
  if (failedBeforeSending(error)) return unreachable(`${action}: no connection (${why}).`, error)
  const message = `${action}: the connection broke before the whole answer had come (${why}).`
  return noUsableResponse(message, true, { cause: error })
}

/** A body above the limit, which is not read to its end. */
export function bodyTooLarge(request: HttpRequest, limitBytes: number): UntrustedResponseError {
  return new UntrustedResponseError(
    {
      title: TITLES.responseTooLarge,
      message: `${request.purpose}: the answer is larger than ${formatBytes(limitBytes)}, which is read no further.`,
      remedy: 'Check base-url and the proxies between the runner and Atlas.',
    },
    true,
  )
}

function unreachable(message: string, cause: unknown): NotExecutedError {
  return new NotExecutedError({
    title: TITLES.unreachable,
    message,
    remedy: "Check base-url, the runner's network and its proxy variables (https_proxy, no_proxy).",
    cause,
  })
}

/** Node tries every address of a name and reports all their errors as one. */
function failedBeforeSending(error: unknown): boolean {
  if (error instanceof AggregateError)
    return error.errors.length > 0 && error.errors.every(failedBeforeSending)
  return error instanceof Error && 'syscall' in error && BEFORE_SENDING.includes(error.syscall)
}

/** @throws NotExecutedError if the signal has aborted, because no new request must start then */
export function assertNotAborted({ purpose }: HttpRequest, signal: AbortSignal): void {
  if (!signal.aborted) return
  throw new NotExecutedError({
    title: TITLES.requestNotSent,
    message: `${purpose}: nothing was sent, since ${errorMessage(signal.reason)}.`,
    remedy: 'Run this again.',
    cause: signal.reason,
  })
}
