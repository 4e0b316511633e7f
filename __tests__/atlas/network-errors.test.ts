import { describe, expect, it } from '@jest/globals'
import { UntrustedResponseError } from '../../src/atlas/errors.js'
import type { HttpRequest } from '../../src/atlas/http.js'
import { bodyTooLarge, toNetworkError } from '../../src/atlas/network-errors.js'

const request: HttpRequest = {
  purpose: 'Taking a snapshot of cluster demo',
  method: 'POST',
  url: new URL('https://cloud.example/a?b=1'),
  headers: {},
}
const never = new AbortController().signal

/** An error as Node makes it. */
function systemError(message: string, fields: { code?: unknown; syscall?: string } = {}): Error {
  return Object.assign(new Error(message), fields)
}

const meaning = (error: unknown) => toNetworkError(error, request, never)

describe('a broken exchange', () => {
  it.each([
    'CERT_HAS_EXPIRED',
    'CERT_NOT_YET_VALID',
    'CERT_REVOKED',
    'CERT_UNTRUSTED',
    'DEPTH_ZERO_SELF_SIGNED_CERT',
    'SELF_SIGNED_CERT_IN_CHAIN',
    'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
    'UNABLE_TO_GET_ISSUER_CERT',
    'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
    'UNABLE_TO_DECODE_ISSUER_PUBLIC_KEY',
    'ERR_TLS_CERT_ALTNAME_INVALID',
    'HOSTNAME_MISMATCH',
    'INVALID_CA',
    'PATH_LENGTH_EXCEEDED',
  ])('with the code %s is about the certificate', (code) => {
    const cause = systemError('bad', { code })
    expect(meaning(cause)).toMatchObject({
      name: 'UntrustedResponseError',
      title: 'The certificate of Atlas cannot be trusted',
      message: 'Taking a snapshot of cluster demo: bad.',
      mayHaveExecuted: false,
      cause,
    })
  })

  it.each([
    ['ECONNREFUSED', 'connect'],
    ['ETIMEDOUT', 'connect'],
    ['EHOSTUNREACH', 'connect'],
    ['ECONNRESET', 'connect'],
    ['ENOTFOUND', 'getaddrinfo'],
    ['EAI_AGAIN', 'getaddrinfo'],
  ])('with %s in %s sent nothing', (code, syscall) => {
    const cause = systemError(`${syscall} ${code}`, { code, syscall })
    expect(meaning(cause)).toMatchObject({
      name: 'NotExecutedError',
      message: `Taking a snapshot of cluster demo: no connection (${syscall} ${code}).`,
      cause,
    })
  })

  it.each([
    ['ECONNRESET', 'read'],
    ['EPIPE', 'write'],
    ['ETIMEDOUT', 'read'],
    ['ECONNRESET', undefined],
    [undefined, undefined],
    [7, undefined],
  ])('with %s in %s may have been executed', (code, syscall) => {
    const cause = systemError('gone', { code, ...(syscall === undefined ? {} : { syscall }) })
    expect(meaning(cause)).toMatchObject({
      name: 'OutcomeUnknownError',
      mayHaveExecuted: true,
      message:
        'Taking a snapshot of cluster demo: the connection broke before the whole answer had come (gone).',
      cause,
    })
  })

  it.each([
    [
      'EPROTO',
      'write EPROTO 803CAFD4677F0000:error:0A00010B:SSL routines:ssl3_get_record:wrong version number:../deps/openssl/ssl3_record.c:350:\n',
      'wrong version number',
    ],
    [
      'ERR_SSL_PACKET_LENGTH_TOO_LONG',
      '40C7:error:0A0000C6:SSL routines:tls_get_more_records:packet length too long:../deps/openssl/tls.c:662:\n',
      'packet length too long',
    ],
    ['EPROTO', 'read EPROTO', 'read EPROTO'],
  ])(
    'with the code %s is about TLS, may have been executed, and is told by its reason: %j',
    (code, text, why) => {
      const cause = systemError(text, { code, syscall: 'write' })
      expect(meaning(cause)).toMatchObject({
        name: 'OutcomeUnknownError',
        mayHaveExecuted: true,
        title: 'TLS with Atlas failed',
        message: `Taking a snapshot of cluster demo: TLS failed (${why}).`,
        remedy:
          'Check that base-url names a port that speaks TLS, and the proxies between the runner and Atlas.',
        cause,
      })
    },
  )

  it('to every address of a name sent nothing only if none of them was reached', () => {
    const refused = (address: string) =>
      systemError(`connect ECONNREFUSED ${address}`, { code: 'ECONNREFUSED', syscall: 'connect' })
    expect(meaning(new AggregateError([refused('::1'), refused('127.0.0.1')]))).toMatchObject({
      name: 'NotExecutedError',
      message:
        'Taking a snapshot of cluster demo: no connection (connect ECONNREFUSED ::1; connect ECONNREFUSED 127.0.0.1).',
    })
    const reset = systemError('read ECONNRESET', { code: 'ECONNRESET', syscall: 'read' })
    expect(meaning(new AggregateError([refused('::1'), reset])).name).toBe('OutcomeUnknownError')
    expect(meaning(new AggregateError([])).name).toBe('OutcomeUnknownError')
  })

  it.each([
    ['tunneling socket could not be established, statusCode=407', 'UntrustedResponseError'],
    ['tunneling socket could not be established, statusCode=403', 'NotExecutedError'],
    ['tunneling socket could not be established, statusCode=4070', 'NotExecutedError'],
    ['tunneling socket could not be established, cause=connect ECONNREFUSED', 'NotExecutedError'],
    ['got illegal response body from proxy', 'NotExecutedError'],
    ['not about tunneling socket could not be established', 'OutcomeUnknownError'],
  ])('of a tunnel: %s', (message, name) => {
    expect(meaning(systemError(message, { code: 'ECONNRESET' })).name).toBe(name)
  })

  it('is lost whatever the error, once the signal has aborted', () => {
    const reason = new Error('no whole answer within 30 s')
    const refused = systemError('connect ECONNREFUSED', { code: 'ECONNREFUSED', syscall: 'connect' })
    expect(toNetworkError(refused, request, AbortSignal.abort(reason))).toMatchObject({
      name: 'OutcomeUnknownError',
      message: 'Taking a snapshot of cluster demo: no whole answer within 30 s.',
      cause: reason,
    })
  })

  it.each(['a string', undefined, null, 7])('copes with a thrown %p', (thrown) => {
    expect(meaning(thrown)).toMatchObject({ name: 'OutcomeUnknownError', mayHaveExecuted: true })
  })

  it('that has its meaning already keeps it, aborted or not', () => {
    const own = bodyTooLarge(request, 8 * 1024 * 1024)
    expect(own).toBeInstanceOf(UntrustedResponseError)
    expect(own.message).toBe(
      'Taking a snapshot of cluster demo: the answer is larger than 8.00 MiB, which is read no further.',
    )
    expect(meaning(own)).toBe(own)
    expect(toNetworkError(own, request, AbortSignal.abort())).toBe(own)
  })
})
