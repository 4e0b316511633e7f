import { TITLES } from '../../../src/titles.js'
import { CertificateError } from '../in-process.js'
import type { Row } from './row.js'

/** A step whose network always fails with this error, as Node and the proxy agents throw it. */
function fails(name: string, error: string, failure: Error): Row {
  const limit = name.startsWith('at once') ? { maxSeconds: 1 } : {}
  return { name: `fails ${name}`, setup: { network: () => () => Promise.reject(failure) }, error, ...limit }
}

function systemError(message: string, fields: Readonly<Record<string, string>>): Error {
  return Object.assign(new Error(message), fields)
}

/** Steps whose requests do not reach Atlas. */
export const network: readonly Row[] = [
  fails(
    'at once on a self-signed certificate',
    TITLES.untrustedCertificate,
    new CertificateError('self-signed certificate; try the option --x'),
  ),
  fails(
    'at once on a proxy that requires authentication',
    TITLES.proxyAuthentication,
    new Error('tunneling socket could not be established, statusCode=407'),
  ),
  fails(
    'at once on a proxy whose rules do not allow Atlas',
    TITLES.proxyRefused,
    new Error('tunneling socket could not be established, statusCode=403'),
  ),
  fails(
    'after five minutes on a refused connection',
    TITLES.unreachable,
    systemError('connect ECONNREFUSED 127.0.0.1:80', { code: 'ECONNREFUSED', syscall: 'connect' }),
  ),
  fails(
    'after five minutes on a server that requires a client certificate',
    TITLES.tlsFailed,
    systemError(
      '80:error:0A00045C:SSL routines:ssl3_read_bytes:tlsv13 alert certificate required:x.c:1:SSL alert number 116',
      { code: 'ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED' },
    ),
  ),
]
