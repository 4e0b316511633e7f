import { errorMessage, innerErrors, isError } from '../action-error.js'
import { TITLES } from '../titles.js'
import { AtlasError, couldNot } from './errors.js'
import type { HttpRequest } from './http.js'
import { NO_USABLE_RESPONSE, NOT_ATLAS, PROXY_REFUSED } from './meanings.js'
import type { Explanation } from './remedies.js'

/** System calls that come before the first byte of a request. */
const BEFORE_SENDING: readonly unknown[] = ['connect', 'getaddrinfo']
/** Node's codes for a TLS failure. */
const TLS_CODE = /^(EPROTO$|ERR_SSL_)/
/** The reason in an OpenSSL error: `…:error:0A00010B:SSL routines:function:reason:file:line:`. */
const OPENSSL_REASON = /:error:[^:]*:[^:]*:[^:]*:([^:]+)/
const TUNNEL = /^tunneling socket could not be established|^got illegal response body from proxy/
/** The proxy's response to CONNECT. */
const TUNNEL_STATUS = /statusCode=(\d+)$/

const UNREACHABLE: Explanation = {
  title: TITLES.unreachable,
  remedy: "Check base-url, the runner's network, and its proxy variables (https_proxy, no_proxy).",
}
const UNTRUSTED_CERTIFICATE: Explanation = {
  title: TITLES.untrustedCertificate,
  remedy:
    "Check base-url. If a proxy decrypts TLS, set NODE_EXTRA_CA_CERTS to the PEM file of its certificate authority. If that file can't be read, the log starts with a warning. This action never turns off certificate verification.",
}
const TLS_FAILED: Explanation = {
  title: TITLES.tlsFailed,
  remedy:
    'Check that the port in base-url uses TLS, and check the proxies between the runner and Atlas. Atlas requires no client certificate.',
}

/**
 * Converts an error from Node or from a proxy tunnel.
 *
 * @param isUntrusted whether the server's certificate is not trusted
 */
export function toNetworkError(
  thrown: unknown,
  { purpose }: HttpRequest,
  signal: AbortSignal,
  isUntrusted = false,
): AtlasError {
  if (thrown instanceof AtlasError) return thrown
  const cause: unknown = signal.aborted ? signal.reason : thrown
  const why = errorMessage(cause)
  const report = (explanation: Explanation, reason: string) => ({
    ...explanation,
    message: couldNot(purpose, reason),
    cause,
  })
  if (signal.aborted) return new AtlasError('unknown', report(NO_USABLE_RESPONSE, why))
  if (isUntrusted) {
    // Newer versions of Node add a hint about a command-line option after a semicolon.
    const [reason] = why.split(';')
    const untrusted = report(UNTRUSTED_CERTIFICATE, `the certificate is not trusted (${reason})`)
    return new AtlasError('untrusted', untrusted)
  }
  if (TUNNEL.test(why)) {
    const [, status = ''] = TUNNEL_STATUS.exec(why) ?? []
    // Some proxies, such as tinyproxy, respond to a wrong password with 401.
    if (['401', '403', '407'].includes(status)) {
      const refused = report(PROXY_REFUSED, `the proxy refuses the connection (HTTP ${status})`)
      return new AtlasError('rejected', refused)
    }
    return new AtlasError('notExecuted', report(UNREACHABLE, `the proxy connection failed (${why})`))
  }
  if (failedBeforeSending(thrown))
    return new AtlasError('notExecuted', report(UNREACHABLE, `the connection failed (${why})`))
  // The request might have been sent before a TLS failure.
  if (TLS_CODE.test(errorCode(thrown))) {
    const reason = `TLS failed (${OPENSSL_REASON.exec(why)?.[1] ?? why})`
    return new AtlasError('unknown', report(TLS_FAILED, reason))
  }
  const reason = `the connection broke before the response was complete (${why})`
  return new AtlasError('unknown', report(NO_USABLE_RESPONSE, reason))
}

function errorCode(error: unknown): string {
  return isError(error) && 'code' in error && typeof error.code === 'string' ? error.code : ''
}

function failedBeforeSending(error: unknown): boolean {
  const inner = innerErrors(error)
  if (inner.length > 0) return inner.every(failedBeforeSending)
  return isError(error) && 'syscall' in error && BEFORE_SENDING.includes(error.syscall)
}

/** The error for a body above the limit. */
export function bodyTooLarge({ purpose }: HttpRequest): AtlasError {
  return new AtlasError(
    'notAtlas',
    { ...NOT_ATLAS, message: couldNot(purpose, 'the response is too large') },
    true,
  )
}

/** @throws AtlasError `notExecuted` if the signal has aborted, because then no new request must start */
export function assertNotAborted({ purpose }: HttpRequest, signal: AbortSignal): void {
  if (!signal.aborted) return
  const message = couldNot(purpose, `the request was not sent (${errorMessage(signal.reason)})`)
  throw new AtlasError('notExecuted', { ...UNREACHABLE, message, cause: signal.reason })
}
