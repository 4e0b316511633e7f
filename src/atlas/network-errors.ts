import { type ErrorReport, errorMessage } from '../action-error.js'
import { formatBytes } from '../format.js'
import { TITLES } from '../titles.js'
import {
  AtlasError,
  couldNot,
  NotExecutedError,
  OutcomeUnknownError,
  UntrustedResponseError,
} from './errors.js'
import type { HttpRequest } from './http.js'
import { noUsableResponse, proxyAuthError } from './response-errors.js'

/** System calls that come before the first byte of a request. */
const BEFORE_SENDING: readonly unknown[] = ['connect', 'getaddrinfo']
/** Node's codes for a TLS failure. */
const TLS_CODE = /^(EPROTO$|ERR_SSL_)/
/** The reason in an OpenSSL error: `…:error:0A00010B:SSL routines:function:reason:file:line:`. */
const OPENSSL_REASON = /:error:[^:]*:[^:]*:[^:]*:([^:]+)/
const TUNNEL = /^tunneling socket could not be established|^got illegal response body from proxy/
/** The proxy's response to CONNECT. */
const TUNNEL_STATUS = /statusCode=(\d+)$/

/**
 * Converts an error from Node or from a proxy tunnel.
 *
 * @param isUntrusted whether the server's certificate is not trusted
 */
export function toNetworkError(
  error: unknown,
  request: HttpRequest,
  signal: AbortSignal,
  { isUntrusted = false }: { readonly isUntrusted?: boolean } = {},
): AtlasError {
  if (error instanceof AtlasError) return error
  const action = request.purpose
  if (signal.aborted)
    return noUsableResponse(couldNot(action, errorMessage(signal.reason)), true, { cause: signal.reason })
  if (isUntrusted) return untrustedCertificate(error, action)
  const why = errorMessage(error)
  if (TUNNEL.test(why)) return tunnelFailed(why, action, error)
  if (failedBeforeSending(error))
    return unreachable(couldNot(action, `the connection failed (${why})`), error)
  if (TLS_CODE.test(errorCode(error))) return tlsFailed(why, action, error)
  const message = couldNot(action, `the connection broke before the response was complete (${why})`)
  return noUsableResponse(message, true, { cause: error })
}

function tunnelFailed(why: string, action: string, cause: unknown): AtlasError {
  const status = TUNNEL_STATUS.exec(why)?.[1] ?? ''
  // Some proxies, such as tinyproxy, respond to a wrong password with 401.
  if (['401', '407'].includes(status))
    return proxyAuthError(couldNot(action, `the proxy requires authentication (HTTP ${status})`), cause)
  if (status !== '403') return unreachable(couldNot(action, `the proxy connection failed (${why})`), cause)
  const report = {
    title: TITLES.proxyRefused,
    message: couldNot(action, 'the proxy refuses connections to this host (HTTP 403)'),
    remedy:
      "Allow the host and port of base-url in the proxy's rules, or add the host to no_proxy if the runner can reach it directly.",
    cause,
  }
  return new UntrustedResponseError(report, false)
}

function untrustedCertificate(cause: unknown, action: string): UntrustedResponseError {
  // Newer versions of Node add a hint about a command-line option after a semicolon.
  const [why] = errorMessage(cause).split(';')
  const report = {
    title: TITLES.untrustedCertificate,
    message: couldNot(action, `the certificate is not trusted (${why})`),
    remedy:
      "Check base-url. If a proxy decrypts TLS, set NODE_EXTRA_CA_CERTS to the PEM file of its certificate authority. If that file can't be read, the log starts with a warning. This action never turns off certificate verification.",
    cause,
  }
  return new UntrustedResponseError(report, false)
}

/** The request might have been sent before a TLS failure. */
function tlsFailed(why: string, action: string, cause: unknown): OutcomeUnknownError {
  return new OutcomeUnknownError({
    title: TITLES.tlsFailed,
    message: couldNot(action, `TLS failed (${OPENSSL_REASON.exec(why)?.[1] ?? why})`),
    remedy:
      'Check that the port in base-url uses TLS, and check the proxies between the runner and Atlas. Atlas requires no client certificate.',
    cause,
  })
}

function errorCode(error: unknown): string {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : ''
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
export function assertNotAborted(request: HttpRequest, signal: AbortSignal): void {
  if (!signal.aborted) return
  throw new NotExecutedError({
    ...notSent(request, errorMessage(signal.reason)),
    remedy: 'Re-run the job.',
    cause: signal.reason,
  })
}

/** The report about a request that was not sent. */
export function notSent({ purpose }: HttpRequest, reason: string): ErrorReport {
  return {
    title: TITLES.requestNotSent,
    message: couldNot(purpose, `the request was not sent (${reason})`),
    remedy: 'Check base-url and the proxies between the runner and Atlas.',
  }
}
