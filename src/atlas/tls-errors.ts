import { errorMessage } from '../action-error.js'
import { TITLES } from '../titles.js'
import {
  type AtlasError,
  couldNot,
  NonAtlasResponseError,
  OutcomeUnknownError,
  UntrustedResponseError,
} from './errors.js'

/**
 * All codes for a certificate that Node cannot verify, from `X509Pointer::ErrorCode` in `deps/ncrypto/ncrypto.cc`. They
 * are documented in `doc/api/tls.md` under "X509 certificate error codes". `UNSPECIFIED` covers all other codes of
 * OpenSSL, such as a weak key, a SHA-1 signature, or an unknown critical extension.
 */
const VERIFICATION_CODES: readonly string[] = [
  'UNABLE_TO_GET_ISSUER_CERT',
  'UNABLE_TO_GET_CRL',
  'UNABLE_TO_DECRYPT_CERT_SIGNATURE',
  'UNABLE_TO_DECRYPT_CRL_SIGNATURE',
  'UNABLE_TO_DECODE_ISSUER_PUBLIC_KEY',
  'CERT_SIGNATURE_FAILURE',
  'CRL_SIGNATURE_FAILURE',
  'CERT_NOT_YET_VALID',
  'CERT_HAS_EXPIRED',
  'CRL_NOT_YET_VALID',
  'CRL_HAS_EXPIRED',
  'ERROR_IN_CERT_NOT_BEFORE_FIELD',
  'ERROR_IN_CERT_NOT_AFTER_FIELD',
  'ERROR_IN_CRL_LAST_UPDATE_FIELD',
  'ERROR_IN_CRL_NEXT_UPDATE_FIELD',
  'OUT_OF_MEM',
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
  'CERT_CHAIN_TOO_LONG',
  'CERT_REVOKED',
  'INVALID_CA',
  'PATH_LENGTH_EXCEEDED',
  'INVALID_PURPOSE',
  'CERT_UNTRUSTED',
  'CERT_REJECTED',
  'HOSTNAME_MISMATCH',
  'UNSPECIFIED',
]
/** Node's check of the host name in a certificate. */
const NAME_CODE = /^ERR_TLS_CERT_/
/** Node's codes for any other TLS failure. The request might have been sent before it. */
const TLS_CODE = /^(EPROTO$|ERR_SSL_)/
/** The reason in an OpenSSL error: `…:error:0A00010B:SSL routines:function:reason:file:line:`. */
const OPENSSL_REASON = /:error:[^:]*:[^:]*:[^:]*:([^:]+)/
/** The server's alert, in OpenSSL's reason or in Node's code. */
const ALERT = /alert[ _]([a-z_ ]+)/i
/** Alerts about the client's certificate (RFC 8446 section 6.2). */
const CLIENT_CERTIFICATE_ALERTS: readonly string[] = [
  'certificate required',
  'bad certificate',
  'no certificate',
  'unsupported certificate',
  'certificate revoked',
  'certificate expired',
  'certificate unknown',
]
/**
 * Alerts that can also mean a missing client certificate. With TLS 1.2, a server sends the first one for that (RFC 5246
 * section 7.4.6) and also if it shares no cipher with Node.
 */
const REFUSAL_ALERTS: readonly string[] = ['handshake failure', 'access denied', 'unknown ca']

/** What to do about a server or proxy that requires a client certificate. */
export const CLIENT_CERTIFICATE_REMEDY =
  "Check base-url and the proxies between the runner and Atlas. Atlas requires no client certificate, and this action can't send one."

/** Converts a TLS error, `undefined` for any other error. */
export function toTlsError(error: unknown, action: string): AtlasError | undefined {
  const code = errorCode(error)
  const why = errorMessage(error)
  if (VERIFICATION_CODES.includes(code) || NAME_CODE.test(code))
    return untrustedCertificate(why, action, error)
  if (!TLS_CODE.test(code)) return undefined
  const alert = ALERT.exec(`${why} ${code}`)?.[1]?.replaceAll('_', ' ').toLowerCase() ?? ''
  return (
    clientCertificateError(alert, action, error) ??
    new OutcomeUnknownError({
      title: TITLES.tlsFailed,
      message: couldNot(action, `TLS failed (${OPENSSL_REASON.exec(why)?.[1] ?? why})`),
      remedy: 'Check that the port in base-url uses TLS, and check the proxies between the runner and Atlas.',
      cause: error,
    })
  )
}

function untrustedCertificate(why: string, action: string, cause: unknown): AtlasError {
  const report = {
    title: TITLES.untrustedCertificate,
    // Newer versions of Node add a hint about a command-line option after a semicolon.
    message: couldNot(action, `the certificate is not trusted (${why.split(';')[0]})`),
    remedy:
      "Check base-url. If a proxy decrypts TLS, set NODE_EXTRA_CA_CERTS to the PEM file of its certificate authority. If that file can't be read, the log starts with a warning. This action never turns off certificate verification.",
    cause,
  }
  return new UntrustedResponseError(report, false)
}

/** The server requires a client certificate, or might. It ended the handshake, so it read no request. */
function clientCertificateError(alert: string, action: string, cause: unknown): AtlasError | undefined {
  const isCertain = CLIENT_CERTIFICATE_ALERTS.includes(alert)
  if (!isCertain && !REFUSAL_ALERTS.includes(alert)) return undefined
  const requires = isCertain
    ? 'the server or a proxy requires a client certificate'
    : 'the server or a proxy ended the TLS handshake and might require a client certificate'
  const report = {
    title: isCertain ? TITLES.clientCertificate : TITLES.tlsFailed,
    message: couldNot(action, `${requires} (TLS alert: ${alert})`),
    remedy: CLIENT_CERTIFICATE_REMEDY,
    cause,
  }
  // An uncertain cause can be temporary, so it does not end a wait.
  return isCertain ? new UntrustedResponseError(report, false) : new NonAtlasResponseError(report, false)
}

function errorCode(error: unknown): string {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : ''
}
