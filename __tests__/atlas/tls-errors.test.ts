import { readFileSync } from 'node:fs'
import * as tls from 'node:tls'
import { afterEach, describe, expect, it } from '@jest/globals'
import { toTlsError } from '../../src/atlas/tls-errors.js'
import { TITLES } from '../../src/titles.js'
import { createAuthority, type Unusual } from '../support/authority.js'
import { listen } from '../support/listen.js'
import { joinRealms } from '../support/patch-instanceof.js'
import { mentioning } from '../support/played.js'
import { describeWith } from '../support/programs.js'

joinRealms()

const cleanups: (() => unknown)[] = []
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup()
})

/** An error like those of Node. */
function tlsError(message: string, code: string): Error {
  return Object.assign(new Error(message), { code })
}

/** An OpenSSL error in the format of Node 20 and 24. */
function opensslError(reason: string, prefix = ''): string {
  return `${prefix}40CD8BA7347F0000:error:0A00045C:SSL routines:ssl3_read_bytes:${reason}:../deps/openssl/openssl/ssl/record/rec_layer_s3.c:918:SSL alert number 1\n`
}

const convert = (error: unknown) => toTlsError(error, 'create')
const untrusted = {
  name: 'UntrustedResponseError',
  title: TITLES.untrustedCertificate,
  remedy: mentioning('NODE_EXTRA_CA_CERTS'),
  mayHaveExecuted: false,
}
const clientCertificate = {
  name: 'UntrustedResponseError',
  title: TITLES.clientCertificate,
  remedy: mentioning('base-url'),
  mayHaveExecuted: false,
}

describe('a TLS error', () => {
  // From "X509 certificate error codes" in the documentation of Node's tls module.
  it.each([
    ...['UNABLE_TO_GET_ISSUER_CERT', 'UNABLE_TO_GET_CRL', 'UNABLE_TO_DECRYPT_CERT_SIGNATURE'],
    ...['UNABLE_TO_DECRYPT_CRL_SIGNATURE', 'UNABLE_TO_DECODE_ISSUER_PUBLIC_KEY', 'CERT_SIGNATURE_FAILURE'],
    ...['CRL_SIGNATURE_FAILURE', 'CERT_NOT_YET_VALID', 'CERT_HAS_EXPIRED', 'CRL_NOT_YET_VALID'],
    ...['CRL_HAS_EXPIRED', 'ERROR_IN_CERT_NOT_BEFORE_FIELD', 'ERROR_IN_CERT_NOT_AFTER_FIELD'],
    ...['ERROR_IN_CRL_LAST_UPDATE_FIELD', 'ERROR_IN_CRL_NEXT_UPDATE_FIELD', 'OUT_OF_MEM'],
    ...['DEPTH_ZERO_SELF_SIGNED_CERT', 'SELF_SIGNED_CERT_IN_CHAIN', 'UNABLE_TO_GET_ISSUER_CERT_LOCALLY'],
    ...['UNABLE_TO_VERIFY_LEAF_SIGNATURE', 'CERT_CHAIN_TOO_LONG', 'CERT_REVOKED', 'INVALID_CA'],
    ...['PATH_LENGTH_EXCEEDED', 'INVALID_PURPOSE', 'CERT_UNTRUSTED', 'CERT_REJECTED', 'HOSTNAME_MISMATCH'],
    ...['UNSPECIFIED', 'ERR_TLS_CERT_ALTNAME_INVALID', 'ERR_TLS_CERT_ALTNAME_FORMAT'],
  ])('with code %s means an untrusted certificate', (code) => {
    const cause = tlsError('bad; use the option --x', code)
    const error = convert(cause)
    expect(error).toMatchObject({ ...untrusted, message: mentioning('create', 'bad'), cause })
    expect(error?.message).not.toContain('--x')
  })

  it.each([
    ['certificate required', 'tlsv13 alert'],
    ...[
      ['bad certificate', 'sslv3 alert'],
      ['no certificate', 'ssl/tls alert'],
      ['unsupported certificate', 'ssl/tls alert'],
      ['certificate revoked', 'ssl/tls alert'],
      ['certificate expired', 'sslv3 alert'],
      ['certificate unknown', 'ssl/tls alert'],
    ],
  ])('with alert "%s" means a required client certificate, with any code', (alert, kind) => {
    const code = `ERR_SSL_${kind}_${alert}`.toUpperCase().replaceAll(' ', '_')
    const causes = [
      tlsError(opensslError(`${kind} ${alert}`), code),
      tlsError(opensslError(`${kind} ${alert}`, 'write EPROTO '), 'EPROTO'),
      tlsError('', code),
    ]
    for (const cause of causes) {
      const error = convert(cause)
      const message = mentioning('create', alert)
      expect(error).toMatchObject({ ...clientCertificate, message, cause })
      expect(error?.message).not.toMatch(/SSL routines|openssl|ERR_SSL/)
    }
  })

  it.each([
    ['handshake failure', 'ssl/tls alert'],
    ['access denied', 'tlsv1 alert'],
    ['unknown ca', 'tlsv1 alert'],
  ])('with alert "%s" might mean a required client certificate and does not end a wait', (alert, kind) => {
    const cause = tlsError(opensslError(`${kind} ${alert}`, 'write EPROTO '), 'EPROTO')
    const error = convert(cause)
    const message = mentioning('create', alert)
    expect(error).toMatchObject({ name: 'NonAtlasResponseError', title: TITLES.tlsFailed, message, cause })
    expect(error?.message).not.toMatch(/SSL routines|openssl/)
  })

  it.each([
    ['EPROTO', opensslError('wrong version number', 'write EPROTO '), 'wrong version number'],
    ['ERR_SSL_PACKET_LENGTH_TOO_LONG', opensslError('packet length too long'), 'packet length too long'],
    ['ERR_SSL_TLSV1_ALERT_INTERNAL_ERROR', opensslError('tlsv1 alert internal error'), 'internal error'],
    ['EPROTO', 'read EPROTO', 'read EPROTO'],
  ])('with code %s shows only the reason in its message: %j', (code, text, reason) => {
    const cause = tlsError(text, code)
    const error = convert(cause)
    const message = mentioning('create', reason)
    expect(error).toMatchObject({ name: 'OutcomeUnknownError', title: TITLES.tlsFailed, message, cause })
    expect(error).toMatchObject({ mayHaveExecuted: true })
    expect(error?.message).not.toMatch(/SSL routines|openssl/)
  })

  it.each([
    tlsError('alert certificate required', 'ECONNRESET'),
    tlsError('certificate', 'EPROTOTYPE'),
    new Error('UNSPECIFIED'),
    'INVALID_PURPOSE',
    undefined,
  ])('is not %p', (error) => {
    expect(convert(error)).toBeUndefined()
  })
})

/** The error of a Node client that connects to this server. */
async function errorOf(server: tls.TlsOptions, client: tls.ConnectionOptions): Promise<unknown> {
  const listening = await listen(tls.createServer(server).on('tlsClientError', () => undefined))
  cleanups.push(listening.close)
  return await new Promise((resolve) => {
    const socket = tls.connect({ ...client, port: listening.port, host: '127.0.0.1' })
    cleanups.push(() => socket.destroy())
    // With TLS 1.3, the alert comes after the handshake, so it can come after a request.
    socket.on('error', resolve).on('secureConnect', () => socket.write('GET / HTTP/1.1\r\n'))
  })
}

describeWith('openssl', 'a real server', () => {
  it.each<[string, Unusual, reason: string]>([
    ['for another purpose', { extensions: ['extendedKeyUsage=clientAuth'] }, 'purpose'],
    ['with a weak key', { rsaBits: 1024 }, 'key too weak'],
    ['with a SHA-1 signature', { digest: 'sha1' }, 'too weak'],
    ['with an unknown critical extension', { extensions: ['1.2.3.4=critical,ASN1:NULL'] }, 'critical'],
  ])('with a certificate %s is not trusted', async (_, unusual, reason) => {
    const authority = createAuthority(['IP:127.0.0.1'], unusual)
    cleanups.push(authority.remove)
    // Node 24 requires 2048 bits by default, and older versions fewer.
    const [serverCiphers, clientCiphers] = ['DEFAULT@SECLEVEL=0', 'DEFAULT@SECLEVEL=2']
    const error = await errorOf(
      { ...authority.identity, ciphers: serverCiphers },
      { ca: readFileSync(authority.certFile), ciphers: clientCiphers },
    )
    expect(convert(error)).toMatchObject({ ...untrusted, message: mentioning('create', reason) })
  })

  it.each([
    ['TLSv1.3', { ...clientCertificate, message: mentioning('certificate required') }],
    ['TLSv1.2', { name: 'NonAtlasResponseError', title: TITLES.tlsFailed, mayHaveExecuted: false }],
  ] as const)('that requires a client certificate with %s is recognized', async (version, expected) => {
    const authority = createAuthority(['IP:127.0.0.1'])
    cleanups.push(authority.remove)
    const ca = readFileSync(authority.certFile)
    const server = { ...authority.identity, ca, requestCert: true, maxVersion: version }
    expect(convert(await errorOf(server, { ca }))).toMatchObject(expected)
  })
})
