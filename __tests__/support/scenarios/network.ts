import { TITLES } from '../../../src/titles.js'
import { CertificateError, type Network } from '../in-process.js'
import { brief, completed, creates, endless, noSnapshot, type Row } from './row.js'

/** Errors as Node and the proxy agents throw them. */
const ERRORS = {
  refused: systemError('connect ECONNREFUSED 127.0.0.1:80', { code: 'ECONNREFUSED', syscall: 'connect' }),
  certificate: new CertificateError('self-signed certificate; try the option --x'),
  clientCertificate: systemError(
    '80:error:0A00045C:SSL routines:ssl3_read_bytes:tlsv13 alert certificate required:x.c:1:SSL alert number 116',
    { code: 'ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED' },
  ),
  handshake: systemError(
    'write EPROTO 80:error:0A000410:SSL routines:ssl3_read_bytes:ssl/tls alert handshake failure:x.c:1:SSL alert number 40',
    { code: 'EPROTO', syscall: 'write' },
  ),
  noTls: systemError('write EPROTO 80:error:0A00010B:SSL routines:get_record:wrong version number:x.c:1:', {
    code: 'EPROTO',
  }),
  proxyAuthentication: new Error('tunneling socket could not be established, statusCode=407'),
  noTunnel: new Error('tunneling socket could not be established, statusCode=503'),
} as const

function systemError(message: string, fields: Readonly<Record<string, string>>): Error {
  return Object.assign(new Error(message), fields)
}

/** A network that fails with this error for some time. */
function failing(error: Error, fromSeconds = 0, untilSeconds = Number.POSITIVE_INFINITY): Network {
  return (send, seconds) => async (request, signal) => {
    if (seconds() >= fromSeconds && seconds() < untilSeconds) throw error
    return await send(request, signal)
  }
}

const variables = ['https_proxy', 'no_proxy'] as const

/** A step that fails at once. */
function failsAtOnce(what: string, failure: Error, error: string, ...facts: readonly string[]): Row {
  return {
    name: `fails at once on ${what}`,
    scenario: { network: failing(failure) },
    requests: [],
    error,
    mentions: facts,
    outputs: noSnapshot,
    created: 0,
  }
}

/** A step that fails at once, or while it polls. */
function failsOn(what: string, failure: Error, error: string, ...facts: readonly string[]): Row[] {
  return [
    failsAtOnce(what, failure, error, ...facts),
    {
      name: `stops polling on ${what}`,
      scenario: { atlas: endless, network: failing(failure, 30) },
      error,
      mentions: [...facts, 'ID', 'queued', 'snapshot-id: ID'],
      outputs: { status: 'queued', created: 'true' },
      created: 1,
    },
  ]
}

/** A step that retries until it times out, because it sent nothing. */
function retries(what: string, failure: Error, ...facts: readonly string[]): Row {
  return {
    name: `retries until it times out on ${what}`,
    scenario: { network: failing(failure), inputs: { 'timeout-minutes': '3' } },
    requests: [],
    error: TITLES.timedOut,
    mentions: ['3 min', ...facts, 'base-url', 'timeout-minutes'],
    outputs: noSnapshot,
    created: 0,
  }
}

/** A step that retries up to its limit without a response. */
function failsAfterFiveMinutes(
  what: string,
  failure: Error,
  error: string,
  ...facts: readonly string[]
): Row {
  return {
    name: `fails after five minutes on ${what}`,
    scenario: { network: failing(failure) },
    error,
    mentions: ['5 min', ...facts, 'base-url'],
    outputs: noSnapshot,
    created: 0,
  }
}

/** Steps whose requests do not reach Atlas. */
export const network: readonly Row[] = [
  ...failsOn(
    'a self-signed certificate',
    ERRORS.certificate,
    TITLES.untrustedCertificate,
    ...['self-signed certificate', 'base-url', 'NODE_EXTRA_CA_CERTS'],
  ),
  failsAfterFiveMinutes(
    'a server that requires a client certificate',
    ERRORS.clientCertificate,
    TITLES.tlsFailed,
    'certificate required',
  ),
  {
    name: 'polls again after TLS handshakes failed for a while',
    scenario: { network: failing(ERRORS.handshake, 30, 60) },
    mentions: ['handshake failure'],
    outputs: completed,
    created: 1,
  },
  ...failsOn(
    'a proxy that requires authentication',
    ERRORS.proxyAuthentication,
    TITLES.proxyAuthentication,
    ...['HTTP 407', 'https_proxy', 'no_proxy'],
  ),
  retries('a refused connection', ERRORS.refused, 'ECONNREFUSED', ...variables),
  retries('a proxy that opens no tunnel', ERRORS.noTunnel, 'statusCode=503', ...variables),
  retries('a port without TLS', ERRORS.noTls, 'wrong version number'),
  failsAfterFiveMinutes('a refused connection', ERRORS.refused, TITLES.unreachable, 'ECONNREFUSED'),
  failsAfterFiveMinutes('a port without TLS', ERRORS.noTls, TITLES.tlsFailed, 'wrong version number'),
  {
    name: 'creates a snapshot after an outage of four minutes',
    scenario: { atlas: brief, network: failing(ERRORS.refused, 0, 240) },
    requests: ['list 401', 'list 200', 'list-sharded 200', ...creates],
    mentions: ['ECONNREFUSED'],
    outputs: completed,
    created: 1,
  },
  {
    name: 'keeps waiting through an outage of ten minutes',
    scenario: { atlas: { secondsToCompleted: 300 }, network: failing(ERRORS.refused, 30, 630) },
    mentions: ['ECONNREFUSED'],
    outputs: completed,
    created: 1,
  },
]
