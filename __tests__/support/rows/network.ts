import type { Network } from '../../../simulation/emulated-send.js'
import { toNetworkError } from '../../../src/atlas/network-errors.js'
import { TITLES } from '../titles.js'
import type { Row, Rows } from './row.js'

/** A network that always fails with this error, as Node and the proxy agents throw it. */
function broken(message: string, fields: Readonly<Record<string, string>> = {}): Row['setup'] {
  const error = Object.assign(new Error(message), fields)
  return { network: () => () => Promise.reject(error) }
}

/** Node does not trust the server's certificate. */
const untrusted: Network = () => async (request, signal) => {
  const error = new Error('self-signed certificate; try the option --x')
  throw toNetworkError(error, request, signal, true)
}

/** Steps whose requests do not reach Atlas. */
export const network: Rows = {
  'fails at once on a self-signed certificate': {
    setup: { network: untrusted },
    error: TITLES.untrustedCertificate,
    maxSeconds: 1,
  },
  'fails at once on a proxy that requires authentication': {
    setup: broken('tunneling socket could not be established, statusCode=407'),
    error: TITLES.proxyRefused,
    maxSeconds: 1,
  },
  'fails after five minutes on a refused connection': {
    setup: broken('connect ECONNREFUSED 127.0.0.1:80', { code: 'ECONNREFUSED', syscall: 'connect' }),
    error: TITLES.unreachable,
  },
  'fails after five minutes on a server that requires a client certificate': {
    setup: broken(
      '80:error:0A00045C:SSL routines:ssl3_read_bytes:tlsv13 alert certificate required:x.c:1:SSL alert number 116',
      { code: 'ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED' },
    ),
    error: TITLES.tlsFailed,
  },
}
