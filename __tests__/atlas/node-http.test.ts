import * as http from 'node:http'
import * as https from 'node:https'
import * as net from 'node:net'
import { Readable } from 'node:stream'
import { text } from 'node:stream/consumers'
import { describe, expect, it } from '@jest/globals'
import { selfSigned } from '../../script/self-signed.js'
import type { HttpRequest } from '../../src/atlas/http.js'
import { MAX_BODY_BYTES } from '../../src/atlas/network-errors.js'
import { never, thrownBy } from '../support/http-responses.js'
import { cleanups, createSender, get, openTunnel, post, serve, start, until } from '../support/local-http.js'
import { mentioning } from '../support/played.js'
import { TITLES } from '../support/titles.js'

const send = (request: HttpRequest, signal = never) => createSender().send(request, signal)
const errorOf = (request: HttpRequest, signal = never) => thrownBy(() => send(request, signal))

/** A server that waits for a request and then calls `respond` with the connection. */
function serveRaw(respond: (socket: net.Socket) => void) {
  return start(net.createServer((socket) => socket.once('data', () => respond(socket))))
}

describe('an exchange', () => {
  it('transfers the whole request and response, including a repeated header', async () => {
    const seen: string[] = []
    const { port } = await serve(async (request, response) => {
      const { method, url, headers } = request
      seen.push(`${method} ${url} ${headers['content-type']} ${headers['user-agent']} ${await text(request)}`)
      response.writeHead(401, { 'WWW-Authenticate': ['Digest a="1, 2"', 'Digest b=3'], 'X-One': 'one' })
      response.end('ä€')
    })
    expect(await send(post(port))).toMatchObject({
      status: 401,
      headers: { 'www-authenticate': ['Digest a="1, 2"', 'Digest b=3'], 'x-one': ['one'] },
      body: 'ä€',
    })
    expect(seen).toStrictEqual(['POST /path?query=1 x/y tester {"ä": "€"}'])
  })

  // Node decodes the bytes of a received header as Latin-1.
  it('sends the headers in Latin-1', async () => {
    const { port } = await serve((request, response) => response.end(request.headers.authorization))
    const authorization = 'Digest realm="Größe"'
    for (const request of [get(port), post(port)])
      expect(await send({ ...request, headers: { authorization } })).toMatchObject({ body: authorization })
  })

  it.each([302, 503])('with status %i is neither followed nor repeated', async (status) => {
    const server = await serve((_, response) =>
      response.writeHead(status, { location: '/elsewhere' }).end('body'),
    )
    const headers = { location: ['/elsewhere'] }
    expect(await send(post(server.port))).toMatchObject({ status, headers, body: 'body' })
    expect(server.requests).toHaveLength(1)
  })

  it('can have a body up to a limit', async () => {
    expect(MAX_BODY_BYTES).toBe(8 * 1024 * 1024)
    let body = Buffer.alloc(MAX_BODY_BYTES, 'x')
    const { port } = await serve((_, response) => response.end(body))
    expect((await send(post(port))).body).toHaveLength(MAX_BODY_BYTES)
    body = Buffer.alloc(MAX_BODY_BYTES + 1, 'x')
    expect(await errorOf(post(port))).toMatchObject({ help: { title: TITLES.responseTooLarge } })
  })

  it('ends within an endless body', async () => {
    const chunks = function* () {
      while (true) yield Buffer.alloc(1024 * 1024, 'x')
    }
    const server = await serve((_, response) => Readable.from(chunks()).pipe(response))
    expect(await errorOf(post(server.port))).toMatchObject({ help: { title: TITLES.responseTooLarge } })
    await until(() => server.open() === 0)
  })
})

describe('a response is lost', () => {
  const lost = { meaning: 'unknown', help: { title: TITLES.noValidResponse } }
  const short = 'HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{"id": '
  const chunked = 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n'

  it.each<[string, (socket: net.Socket) => void, string]>([
    ['by a reset', (socket) => socket.resetAndDestroy(), 'ECONNRESET'],
    ['by a closed connection', (socket) => socket.end(), 'socket hang up'],
    ['by a body shorter than its Content-Length', (socket) => socket.end(short), ''],
    ['by a body without a final chunk', (socket) => socket.end(`${chunked}5\r\nhello\r\n`), ''],
  ])('%s', async (_, respond, fact) => {
    const { port } = await serveRaw(respond)
    expect(await errorOf(post(port))).toMatchObject({ ...lost, message: mentioning('create', fact) })
  })

  it('when the signal aborts, which closes the connection', async () => {
    const controller = new AbortController()
    const server = await serve(() => controller.abort(new Error('canceled')))
    expect(await errorOf(post(server.port), controller.signal)).toMatchObject({
      ...lost,
      message: mentioning('create', 'canceled'),
    })
    await until(() => server.open() === 0)
  })
})

it('a bug, such as an invalid header, is thrown unchanged', async () => {
  const request = { ...post(1), headers: { 'x-odd': 'a\nb' } }
  expect(await errorOf(request)).toMatchObject({ name: 'TypeError', code: 'ERR_INVALID_CHAR' })
})

it('a request is not sent if the signal has aborted, and no connection is opened', async () => {
  const listening = await serve((_, response) => response.end())
  const sender = createSender()
  const aborted = AbortSignal.abort(new Error('canceled'))
  expect(await thrownBy(() => sender.send(post(listening.port), aborted))).toMatchObject({
    meaning: 'unknown',
    message: mentioning('canceled'),
  })
  await sender.send(post(listening.port), never)
  expect(listening.connections()).toBe(1)
})

/** A proxy that calls `onConnect` for each CONNECT, for the rest of the test. */
async function startProxy(onConnect: (socket: net.Socket) => void) {
  const server = http.createServer().on('connect', (_, socket) => {
    if (socket instanceof net.Socket) onConnect(socket)
  })
  const proxy = await start(server)
  const url = `http://127.0.0.1:${proxy.port}`
  const before = process.env
  cleanups.push(() => {
    process.env = before
  })
  process.env = { ...before, http_proxy: url, https_proxy: url, no_proxy: '', NO_PROXY: '' }
  return proxy
}

describe('through a proxy', () => {
  const beyond: HttpRequest = { ...post(1), url: new URL('http://atlas.invalid/path') }
  const respond = (head: string) => (socket: net.Socket) => socket.end(`HTTP/1.1 ${head}\r\n\r\n`)

  it('a self-signed certificate is rejected', async () => {
    const backend = await start(https.createServer(selfSigned, (_, response) => response.end()))
    await startProxy((socket) => openTunnel(socket, backend.port))
    expect(await errorOf({ ...beyond, url: new URL('https://atlas.invalid/path') })).toMatchObject({
      meaning: 'untrusted',
      help: { title: TITLES.untrustedCertificate },
    })
  })

  it.each<[string, (socket: net.Socket) => void, string]>([
    ['407', respond('407 Proxy Authentication Required'), TITLES.proxyRefused],
    ['401', respond('401 Unauthorized'), TITLES.proxyRefused],
    ['403', respond('403 Forbidden'), TITLES.proxyRefused],
    ['502', respond('502 Bad Gateway'), TITLES.unreachable],
    ['a reset', (socket) => socket.resetAndDestroy(), TITLES.unreachable],
    ['bytes after its response', respond('200 OK\r\n\r\nHTTP/1.1 200 OK'), TITLES.unreachable],
  ])('a request is not sent after %s to CONNECT', async (_, onConnect, title) => {
    await startProxy(onConnect)
    const meaning = title === TITLES.unreachable ? 'notExecuted' : 'rejected'
    expect(await errorOf(beyond)).toMatchObject({ meaning, help: { title }, mayHaveExecuted: false })
  })

  it('a CONNECT without a response ends when the signal aborts', async () => {
    const controller = new AbortController()
    await startProxy(() => controller.abort(new Error('canceled')))
    expect(await errorOf(beyond, controller.signal)).toMatchObject({ message: mentioning('canceled') })
  })

  it('nothing is sent through a tunnel that opens after the signal has aborted', async () => {
    const backend = await serve((_, response) => response.end())
    const controller = new AbortController()
    const proxy = await startProxy((socket) => {
      controller.abort(new Error('canceled'))
      openTunnel(socket, backend.port)
    })
    expect(await errorOf(beyond, controller.signal)).toMatchObject({ message: mentioning('canceled') })
    await until(() => backend.connections() > 0)
    await until(() => proxy.open() === 0)
    expect(backend.requests).toHaveLength(0)
  })
})
