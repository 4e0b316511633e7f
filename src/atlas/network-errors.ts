import { errorMessage, innerErrors, isError } from '../action-error.js'
import { type Failure, RequestError } from './errors.js'
import type { HttpRequest } from './http.js'
import { FAILURES } from './responses.js'

/**
 * The classes of network errors. Node and the proxy agents throw no others, and not all of theirs have a `code`. Names are
 * compared, because Node's own subclasses have the constructor `Error`.
 */
const NETWORK_ERROR_CLASSES: readonly string[] = ['Error', 'AggregateError']
/** System calls that come before the first byte of a request. */
const BEFORE_SENDING: readonly unknown[] = ['connect', 'getaddrinfo']
/** Node's codes for a TLS failure. */
const TLS_CODE = /^(EPROTO$|ERR_SSL_)/
/** The reason in an OpenSSL error: `…:error:0A00010B:SSL routines:function:reason:file:line:`. */
const OPENSSL_REASON = /:error:[^:]*:[^:]*:[^:]*:([^:]+)/
/** The proxy's response to CONNECT. Some proxies, such as tinyproxy, respond to a wrong password with 401. */
const TUNNEL_REFUSED = /^tunneling socket could not be established, statusCode=(401|403|407)$/
const TUNNEL_FAILED = /^tunneling socket could not be established|^got illegal response body from proxy/

/** Far larger than any recorded response of the Admin API. Without a limit, a server could fill the runner's memory. */
export const MAX_BODY_BYTES = 8 * 2 ** 20

/** Errors before a complete response. Each title is a heading of docs/troubleshooting.md. */
export const NETWORK_FAILURES = {
  unreachable: {
    meaning: 'notExecuted',
    title: 'Could not connect to Atlas',
    remedy: "Check base-url, the runner's network, and its proxy variables (https_proxy, no_proxy).",
  },
  untrustedCertificate: {
    meaning: 'untrusted',
    title: 'Untrusted certificate',
    remedy:
      "Check base-url. If a proxy decrypts TLS, set NODE_EXTRA_CA_CERTS to the PEM file of its certificate authority. If that file can't be read, the log starts with a warning. This action never turns off certificate verification.",
  },
  // The request might have been sent before.
  tlsFailed: {
    meaning: 'unknown',
    title: 'TLS connection failed',
    remedy:
      'Check that the port in base-url uses TLS, and check the proxies between the runner and Atlas. Atlas requires no client certificate.',
  },
  // Of Atlas's responses, only the list of a sharded cluster can be so large, because it has no pages.
  responseTooLarge: {
    meaning: 'notAtlas',
    title: 'Response too large',
    remedy:
      'Check base-url and the proxies between the runner and Atlas. If a list is too large, the cluster has more snapshots than this action can list. Then report this with the log.',
  },
} as const satisfies Readonly<Record<string, Failure>>

/**
 * Converts an error from Node or from a proxy tunnel.
 *
 * @param isUntrusted whether the server's certificate is not trusted
 * @returns a RequestError, or the thrown value unchanged if it is a bug, such as the `TypeError` of an invalid header
 */
export function toNetworkError(
  thrown: unknown,
  request: HttpRequest,
  signal: AbortSignal,
  isUntrusted = false,
): unknown {
  const isAborted = signal.aborted && thrown === signal.reason
  if (thrown instanceof RequestError || !(isAborted || isNetworkError(thrown))) return thrown
  const cause: unknown = signal.aborted ? signal.reason : thrown
  const why = errorMessage(cause)
  const fail = (failure: Failure, reason: string) => new RequestError(request, reason, failure, { cause })
  const { unreachable, untrustedCertificate, tlsFailed } = NETWORK_FAILURES
  const { noValidResponse, proxyRefused } = FAILURES
  if (signal.aborted) return fail(noValidResponse, why)
  if (isUntrusted) {
    // Newer versions of Node add a hint about a command-line option after a semicolon.
    const [reason] = why.split(';')
    return fail(untrustedCertificate, `the certificate is not trusted (${reason})`)
  }
  const [, status] = TUNNEL_REFUSED.exec(why) ?? []
  if (status !== undefined) return fail(proxyRefused, `the proxy refuses the connection (HTTP ${status})`)
  if (TUNNEL_FAILED.test(why)) return fail(unreachable, `the proxy connection failed (${why})`)
  if (failedBeforeSending(thrown)) return fail(unreachable, `the connection failed (${why})`)
  if (TLS_CODE.test(nodeCode(thrown)))
    return fail(tlsFailed, `TLS failed (${OPENSSL_REASON.exec(why)?.[1] ?? why})`)
  return fail(noValidResponse, `the connection broke before the response was complete (${why})`)
}

function isNetworkError(thrown: unknown): boolean {
  return isError(thrown) && NETWORK_ERROR_CLASSES.includes(thrown.constructor.name)
}

function nodeCode(error: unknown): string {
  return isError(error) && 'code' in error && typeof error.code === 'string' ? error.code : ''
}

function failedBeforeSending(error: unknown): boolean {
  const inner = innerErrors(error)
  if (inner.length > 0) return inner.every(failedBeforeSending)
  return isError(error) && 'syscall' in error && BEFORE_SENDING.includes(error.syscall)
}

/** The error for a body above `MAX_BODY_BYTES`. */
export function bodyTooLarge(request: HttpRequest): RequestError {
  const reason = `the response has more than ${MAX_BODY_BYTES / 2 ** 20} MiB`
  return new RequestError(request, reason, NETWORK_FAILURES.responseTooLarge)
}
