import { TITLES } from '../../../src/titles.js'
import { CertificateError, type Network } from '../in-process.js'
import type { Row } from './row.js'

/** Errors as Node and the proxy agents throw them. */
const ERRORS = {
  refused: systemError('connect ECONNREFUSED 127.0.0.1:80', { code: 'ECONNREFUSED', syscall: 'connect' }),
  certificate: new CertificateError('self-signed certificate; try the option --x'),
  clientCertificate: systemError(
    '80:error:0A00045C:SSL routines:ssl3_read_bytes:tlsv13 alert certificate required:x.c:1:SSL alert number 116',
    { code: 'ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED' },
  ),
  proxyAuthentication: new Error('tunneling socket could not be established, statusCode=407'),
  proxyRefusal: new Error('tunneling socket could not be established, statusCode=403'),
} as const

function systemError(message: string, fields: Readonly<Record<string, string>>): Error {
  return Object.assign(new Error(message), fields)
}

/** A step whose network always fails with this error. */
function fails(name: string, failure: Error, error: string, ...mentions: readonly string[]): Row {
  const network: Network = () => () => Promise.reject(failure)
  const limit = name.startsWith('at once') ? { maxSeconds: 1 } : {}
  return { name: `fails ${name}`, setup: { network }, requests: [], error, mentions, ...limit }
}

/** Steps whose requests do not reach Atlas. */
export const network: readonly Row[] = [
  fails(
    'at once on a self-signed certificate',
    ERRORS.certificate,
    TITLES.untrustedCertificate,
    ...['self-signed certificate', 'base-url', 'NODE_EXTRA_CA_CERTS'],
  ),
  fails(
    'at once on a proxy that requires authentication',
    ERRORS.proxyAuthentication,
    TITLES.proxyAuthentication,
    ...['HTTP 407', 'https_proxy', 'no_proxy'],
  ),
  fails(
    'at once on a proxy whose rules do not allow Atlas',
    ERRORS.proxyRefusal,
    TITLES.proxyRefused,
    ...['HTTP 403', 'rules', 'base-url', 'no_proxy'],
  ),
  fails(
    'after five minutes on a refused connection',
    ERRORS.refused,
    TITLES.unreachable,
    ...['5 min', 'ECONNREFUSED', 'base-url'],
  ),
  fails(
    'after five minutes on a server that requires a client certificate',
    ERRORS.clientCertificate,
    TITLES.tlsFailed,
    ...['5 min', 'certificate required', 'base-url'],
  ),
]
