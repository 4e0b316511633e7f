import { errorMessage } from '../action-error.js'
import { formatBytes } from '../format.js'
import { TITLES } from '../titles.js'
import { AtlasError, couldNot, NotExecutedError, UntrustedResponseError } from './errors.js'
import type { HttpRequest } from './http.js'
import { noUsableResponse, proxyAuthError } from './response-errors.js'
import { toTlsError } from './tls-errors.js'

/** System calls that come before the first byte of a request. */
const BEFORE_SENDING: readonly unknown[] = ['connect', 'getaddrinfo']
const TUNNEL = /^tunneling socket could not be established|^got illegal response body from proxy/
const PROXY_AUTHENTICATION_REQUIRED = /statusCode=407\b/

/** Converts an error from Node or from a proxy tunnel. */
export function toNetworkError(error: unknown, request: HttpRequest, signal: AbortSignal): AtlasError {
  if (error instanceof AtlasError) return error
  const action = request.purpose
  if (signal.aborted)
    return noUsableResponse(couldNot(action, errorMessage(signal.reason)), true, { cause: signal.reason })
  const tlsError = toTlsError(error, action)
  if (tlsError !== undefined) return tlsError
  const why = errorMessage(error)
  if (TUNNEL.test(why)) {
    return PROXY_AUTHENTICATION_REQUIRED.test(why)
      ? proxyAuthError(couldNot(action, 'the proxy requires authentication (HTTP 407)'), error)
      : unreachable(couldNot(action, `the proxy connection failed (${why})`), error)
  }
  if (failedBeforeSending(error))
    return unreachable(couldNot(action, `the connection failed (${why})`), error)
  const message = couldNot(action, `the connection broke before the response was complete (${why})`)
  return noUsableResponse(message, true, { cause: error })
}

/** The error for a body above the limit. */
export function bodyTooLarge(request: HttpRequest, limitBytes: number): UntrustedResponseError {
  return new UntrustedResponseError(
    {
      title: TITLES.responseTooLarge,
      message: couldNot(request.purpose, `the response is larger than ${formatBytes(limitBytes)}`),
      remedy: 'Check base-url and the proxies between the runner and Atlas.',
    },
    true,
  )
}

function unreachable(message: string, cause: unknown): NotExecutedError {
  return new NotExecutedError({
    title: TITLES.unreachable,
    message,
    remedy: "Check base-url, the runner's network, and its proxy variables (https_proxy, no_proxy).",
    cause,
  })
}

/** Node tries every address of a host and combines all errors into one. */
function failedBeforeSending(error: unknown): boolean {
  if (error instanceof AggregateError)
    return error.errors.length > 0 && error.errors.every(failedBeforeSending)
  return error instanceof Error && 'syscall' in error && BEFORE_SENDING.includes(error.syscall)
}

/** @throws NotExecutedError if the signal has aborted, because then no new request must start */
export function assertNotAborted({ purpose }: HttpRequest, signal: AbortSignal): void {
  if (!signal.aborted) return
  throw new NotExecutedError({
    title: TITLES.requestNotSent,
    message: couldNot(purpose, `the request was not sent (${errorMessage(signal.reason)})`),
    remedy: 'Re-run the job.',
    cause: signal.reason,
  })
}
