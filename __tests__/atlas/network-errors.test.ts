import { runInNewContext } from 'node:vm'
import { describe, expect, it } from '@jest/globals'
import { RequestError } from '../../src/atlas/errors.js'
import { withCredentials } from '../../src/atlas/http.js'
import { bodyTooLarge, toNetworkError } from '../../src/atlas/network-errors.js'
import { never, post as unsigned } from '../support/http-responses.js'
import { mentioning } from '../support/played.js'
import { TITLES } from '../support/titles.js'

const post = withCredentials(unsigned, 'Digest …')

/** An error like those of Node. */
function systemError(message: string, code?: unknown, syscall?: string): Error {
  return Object.assign(new Error(message), { code }, syscall === undefined ? {} : { syscall })
}

/** An error of OpenSSL. */
const openssl = (reason: string) =>
  `40CD8B:error:0A00045C:SSL routines:ssl3_read_bytes:${reason}:../deps/x.c:918:SSL alert number 1\n`

function convert(thrown: unknown, signal = never, isUntrusted = false): RequestError {
  const error = toNetworkError(thrown, post, signal, isUntrusted)
  if (!(error instanceof RequestError)) throw new TypeError('no network error')
  return error
}

const refused = (address: string) => systemError(`connect ECONNREFUSED ${address}`, 'ECONNREFUSED', 'connect')
const tunnel = 'tunneling socket could not be established'

describe('a network error', () => {
  it.each([
    ['connect ECONNREFUSED', 'ECONNREFUSED', 'connect', TITLES.unreachable],
    ['getaddrinfo ENOTFOUND', 'ENOTFOUND', 'getaddrinfo', TITLES.unreachable],
    [`${tunnel}, statusCode=4070`, 'ECONNRESET', undefined, TITLES.unreachable],
    [`${tunnel}, cause=connect ECONNREFUSED`, 'ECONNRESET', undefined, TITLES.unreachable],
    [`not about ${tunnel}`, 'ECONNRESET', undefined, TITLES.noValidResponse],
    ['read ECONNRESET', 'ECONNRESET', 'read', TITLES.noValidResponse],
    ['another code', 7, undefined, TITLES.noValidResponse],
    [`write EPROTO ${openssl('wrong version number')}`, 'EPROTO', undefined, TITLES.tlsFailed],
    [openssl('alert certificate required'), 'ERR_SSL_ALERT_CERTIFICATE', undefined, TITLES.tlsFailed],
    ['read EPROTO', 'EPROTO', 'read', TITLES.tlsFailed],
  ])('%j with code %s of %s means "%s"', (text, code, syscall, title) => {
    const cause = systemError(text, code, syscall)
    const error = convert(cause)
    const isSent = title !== TITLES.unreachable
    const [, reason = text] = /ssl3_read_bytes:([^:]+)/.exec(text) ?? []
    expect(error).toMatchObject({
      meaning: isSent ? 'unknown' : 'notExecuted',
      help: { title },
      message: mentioning(post.purpose, reason),
      mayHaveExecuted: isSent,
      cause,
    })
    expect(error.message).not.toMatch(/SSL routines|deps/)
  })

  it('about a certificate that is not trusted has no hint about options of Node', () => {
    const cause = systemError('bad; use the option --x', 'INVALID_PURPOSE')
    const error = convert(cause, never, true)
    expect(error).toMatchObject({
      meaning: 'untrusted',
      help: { title: TITLES.untrustedCertificate },
      message: mentioning(post.purpose, 'bad'),
      cause,
    })
    expect(error.message).not.toContain('--x')
  })

  it('for several addresses means that nothing was sent only if each one does', () => {
    expect(convert(new AggregateError([refused('::1'), refused('127.0.0.1')]))).toMatchObject({
      meaning: 'notExecuted',
      message: mentioning('ECONNREFUSED ::1', 'ECONNREFUSED 127.0.0.1'),
    })
    const reset = systemError('read ECONNRESET', 'ECONNRESET', 'read')
    expect(convert(new AggregateError([refused('::1'), reset])).meaning).toBe('unknown')
    expect(convert(new AggregateError([])).meaning).toBe('unknown')
  })

  it('is ignored after the signal has aborted', () => {
    class Stop extends Error {}
    const cause = new Stop('after 30 s')
    for (const thrown of [refused('::1'), cause])
      expect(convert(thrown, AbortSignal.abort(cause))).toMatchObject({
        meaning: 'unknown',
        message: mentioning(post.purpose, 'after 30 s'),
        cause,
      })
  })

  it('can have no code, and can come from another realm', () => {
    for (const error of [new Error('odd'), runInNewContext('new Error("odd")')])
      expect(convert(error)).toMatchObject({ meaning: 'unknown', mayHaveExecuted: true })
  })

  it('that is a RequestError stays unchanged, even after an abort', () => {
    const own = bodyTooLarge(post)
    expect(own).toMatchObject({
      meaning: 'notAtlas',
      help: { title: TITLES.responseTooLarge },
      message: mentioning(post.purpose, '8 MiB'),
      mayHaveExecuted: true,
    })
    expect(convert(own)).toBe(own)
    expect(convert(own, AbortSignal.abort())).toBe(own)
  })
})

it('a bug stays unchanged, even after an abort', () => {
  class Odd extends Error {}
  const ofAnotherRealm: unknown = runInNewContext('new TypeError("odd")')
  for (const bug of [new TypeError('odd'), new Odd('odd'), ofAnotherRealm, 'odd', undefined])
    for (const signal of [never, AbortSignal.abort()]) expect(toNetworkError(bug, post, signal)).toBe(bug)
})
