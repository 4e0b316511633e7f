import { TITLES } from '../titles.js'
import type { Row, Rows } from './row.js'

/** A network that always fails with this error, as Node and the proxy agents throw it. */
function broken(message: string, fields: Readonly<Record<string, string>> = {}): Row['setup'] {
  const error = Object.assign(new Error(message), fields)
  return { network: () => () => Promise.reject(error) }
}

/** Steps whose requests do not reach Atlas. */
export const network: Rows = {
  'gives up on a refused connection': {
    setup: broken('connect ECONNREFUSED 127.0.0.1:80', { code: 'ECONNREFUSED', syscall: 'connect' }),
    error: TITLES.unreachable,
  },
  'gives up on a server that requires a client certificate': {
    setup: broken(
      '80:error:0A00045C:SSL routines:ssl3_read_bytes:tlsv13 alert certificate required:x.c:1:SSL alert number 116',
      { code: 'ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED' },
    ),
    error: TITLES.tlsFailed,
  },
}
