import { describe, expect, it } from '@jest/globals'
import type { HttpRequest } from '../../src/atlas/http.js'
import { bodyTooLarge, toNetworkError } from '../../src/atlas/network-errors.js'
import { TITLES } from '../../src/titles.js'
import { mentioning } from '../support/played.js'

const request: HttpRequest = {
  purpose: 'create a snapshot of cluster demo',
  method: 'POST',
  url: new URL('https://cloud.example/a?b=1'),
  headers: {},
}

/** An error like those of Node. */
function systemError(message: string, code?: unknown, syscall?: string): Error {
  return Object.assign(new Error(message), { code }, syscall === undefined ? {} : { syscall })
}

const convert = (thrown: unknown) => toNetworkError(thrown, request, new AbortController().signal)
const refused = (address: string) => systemError(`connect ECONNREFUSED ${address}`, 'ECONNREFUSED', 'connect')

describe('a network error', () => {
  it.each([
    ['ECONNREFUSED', 'connect', false],
    ['ECONNRESET', 'connect', false],
    ['ENOTFOUND', 'getaddrinfo', false],
    ['ECONNRESET', 'read', true],
    ['ETIMEDOUT', 'read', true],
    ['ECONNRESET', undefined, true],
    [undefined, undefined, true],
    [7, undefined, true],
  ])('%s in %s leaves the outcome unknown: %s', (code, syscall, mayHaveExecuted) => {
    const cause = systemError(`${syscall} ${code}`, code, syscall)
    expect(convert(cause)).toMatchObject({
      name: mayHaveExecuted ? 'OutcomeUnknownError' : 'NotExecutedError',
      title: mayHaveExecuted ? TITLES.invalidResponse : TITLES.unreachable,
      message: mentioning(request.purpose, `${syscall} ${code}`),
      mayHaveExecuted,
      cause,
    })
  })

  it('about a certificate that is not trusted has no hint about options of Node', () => {
    const cause = systemError('bad; use the option --x', 'INVALID_PURPOSE')
    const error = toNetworkError(cause, request, new AbortController().signal, { isUntrusted: true })
    expect(error).toMatchObject({
      name: 'UntrustedResponseError',
      title: TITLES.untrustedCertificate,
      message: mentioning(request.purpose, 'bad'),
      mayHaveExecuted: false,
      cause,
    })
    expect(error.message).not.toContain('--x')
  })

  it.each([
    ['EPROTO', 'write EPROTO ', 'wrong version number'],
    ['ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED', '', 'tlsv13 alert certificate required'],
    ['EPROTO', '', undefined],
  ])('from TLS with code %s shows only the reason: %j', (code, prefix, reason = 'read EPROTO') => {
    const openssl = `${prefix}40CD8B:error:0A00045C:SSL routines:ssl3_read_bytes:${reason}:../deps/x.c:918:SSL alert number 1\n`
    const cause = systemError(reason === 'read EPROTO' ? reason : openssl, code)
    expect(convert(cause)).toMatchObject({
      name: 'OutcomeUnknownError',
      title: TITLES.tlsFailed,
      message: mentioning(request.purpose, reason),
      cause,
    })
    expect(convert(cause).message).not.toMatch(/SSL routines|deps/)
  })

  it('for several addresses means that nothing was sent only if each one does', () => {
    expect(convert(new AggregateError([refused('::1'), refused('127.0.0.1')]))).toMatchObject({
      name: 'NotExecutedError',
      message: mentioning('ECONNREFUSED ::1', 'ECONNREFUSED 127.0.0.1'),
    })
    const reset = systemError('read ECONNRESET', 'ECONNRESET', 'read')
    expect(convert(new AggregateError([refused('::1'), reset])).name).toBe('OutcomeUnknownError')
    expect(convert(new AggregateError([refused('::1')])).name).toBe('NotExecutedError')
    expect(convert(new AggregateError([])).name).toBe('OutcomeUnknownError')
  })

  it.each([
    ['tunneling socket could not be established, statusCode=4070', TITLES.unreachable, 'statusCode=4070'],
    ['tunneling socket could not be established, cause=connect ECONNREFUSED', TITLES.unreachable, 'cause='],
    ['not about tunneling socket could not be established', TITLES.invalidResponse, 'not about'],
  ])('from a proxy tunnel has its own meaning: %s', (text, title, fact) => {
    const cause = systemError(text, 'ECONNRESET')
    const mayHaveExecuted = title === TITLES.invalidResponse
    const message = mentioning(request.purpose, fact)
    expect(convert(cause)).toMatchObject({ title, message, mayHaveExecuted, cause })
  })

  it('is ignored after the signal has aborted', () => {
    const cause = new Error('after 30 s')
    expect(toNetworkError(refused('::1'), request, AbortSignal.abort(cause))).toMatchObject({
      name: 'OutcomeUnknownError',
      message: mentioning(request.purpose, 'after 30 s'),
      cause,
    })
  })

  it.each(['a string', undefined, null, 7])('can be any thrown value: %p', (thrown) => {
    expect(convert(thrown)).toMatchObject({ name: 'OutcomeUnknownError', mayHaveExecuted: true })
  })

  it('that is an AtlasError stays unchanged, even after an abort', () => {
    const own = bodyTooLarge(request, 8 * 1024 * 1024)
    expect(own).toMatchObject({
      name: 'UntrustedResponseError',
      title: TITLES.responseTooLarge,
      message: mentioning(request.purpose, '8.00 MiB'),
      mayHaveExecuted: true,
    })
    expect(convert(own)).toBe(own)
    expect(toNetworkError(own, request, AbortSignal.abort())).toBe(own)
  })
})
