import { errorMessage } from '../failure.js'
import { formatBytes } from '../format.js'
import { TITLES } from '../titles.js'
import { AtlasError, NotExecutedError, OutcomeUnknownError, UntrustedResponseError } from './errors.js'
import type { HttpRequest } from './http.js'
import { noUsableResponse, proxyAuthError } from './response-errors.js'

/** Node's codes for a certificate that does not hold, OpenSSL's verification errors among them. */
const CERTIFICATE_CODE =
  /CERT|UNABLE_TO_(VERIFY|GET_ISSUER|DECRYPT|DECODE)|HOSTNAME_MISMATCH|INVALID_CA|PATH_LENGTH/
/** Node's codes for any other TLS failure. None says that it came before the request was sent. */
const TLS_CODE = /^(EPROTO$|ERR_SSL_)/
/** The reason in an error of OpenSSL: `…:error:0A00010B:SSL routines:function:reason:file:line:`. */
const OPENSSL_REASON = /:error:[^:]*:[^:]*:[^:]*:([^:]+)/
/** System calls before the first byte of a request. */
const BEFORE_SENDING: readonly unknown[] = ['connect', 'getaddrinfo']
const TUNNEL = /^tunneling socket could not be established|^got illegal response body from proxy/
const PROXY_AUTHENTICATION_REQUIRED = /statusCode=407\b/

/** The meaning of an error that Node, or the tunnel through a proxy, gave in place of a response. */
export function toNetworkError(error: unknown, request: HttpRequest, signal: AbortSignal): AtlasError {
  if (error instanceof AtlasError) return error
  const action = request.purpose
  if (signal.aborted)
    return noUsableResponse(`${action}: ${errorMessage(signal.reason)}.`, true, signal.reason)
  const why = errorMessage(error)
  if (CERTIFICATE_CODE.test(errorCode(error))) {
    return new UntrustedResponseError(
      {
        title: TITLES.untrustedCertificate,
        // Newer Nodes add advice for their command line.
        message: `${action}: ${why.split(';')[0]}.`,
        remedy:
          'Check base-url; behind a proxy that opens TLS, name the PEM file of its certificate authority in NODE_EXTRA_CA_CERTS (a file that cannot be read is a warning at the head of the log); verification is never turned off.',
        cause: error,
      },
      false,
    )
  }
  if (TUNNEL.test(why)) {
    return PROXY_AUTHENTICATION_REQUIRED.test(why)
      ? proxyAuthError(`${action}: the proxy wants authentication (HTTP 407).`, error)
      : unreachable(`${action}: no tunnel through the proxy (${why}).`, error)
  }
  if (failedBeforeSending(error)) return unreachable(`${action}: no connection (${why}).`, error)
  if (TLS_CODE.test(errorCode(error))) {
    return new OutcomeUnknownError({
      title: TITLES.tlsFailed,
      message: `${action}: TLS failed (${OPENSSL_REASON.exec(why)?.[1] ?? why}).`,
      remedy:
        'Check that base-url names a port that speaks TLS, and the proxies between the runner and Atlas.',
      cause: error,
    })
  }
  const message = `${action}: the connection broke before the whole answer had come (${why}).`
  return noUsableResponse(message, true, error)
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

function errorCode(error: unknown): string {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : ''
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
