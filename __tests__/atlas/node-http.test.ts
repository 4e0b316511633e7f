import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import * as http from 'node:http'
import * as https from 'node:https'
import * as net from 'node:net'
import { text } from 'node:stream/consumers'
import { afterEach, describe, expect, it } from '@jest/globals'
import type { HttpRequest } from '../../src/atlas/http.js'
import { createHttpSender, type HttpSender } from '../../src/atlas/node-http.js'
import { thrownBy } from '../support/answers.js'
import { type Listening, listen } from '../support/listen.js'
import { joinRealms } from '../support/patch-instanceof.js'

joinRealms()

const cleanups: (() => unknown)[] = []

afterEach(async () => {
  for (const cleanup of cleanups.splice(0)) await cleanup()
})

function sender(): HttpSender {
  const made = createHttpSender('tester')
  cleanups.push(() => made.close())
  return made
}

async function started(server: net.Server): Promise<Listening> {
  const listening = await listen(server)
  cleanups.push(() => listening.close())
  return listening
}

/** A server that reads what begins a request, and then does as told with the connection. */
function raw(answer: (socket: net.Socket) => void): Promise<Listening> {
  return started(net.createServer((socket) => socket.once('data', () => answer(socket))))
}

/** Sets environment variables until the end of the test. */
function setEnv(variables: Readonly<Record<string, string>>): void {
  for (const [name, value] of Object.entries(variables)) {
    const before = process.env[name]
    cleanups.push(() => {
      if (before === undefined) delete process.env[name]
      else process.env[name] = before
    })
    process.env[name] = value
  }
}

const never = new AbortController().signal
const EIGHT_MIB = 8 * 1024 * 1024

/** Resolves once the other side has closed every connection of a server. */
async function allClosed(server: Listening): Promise<void> {
  while (server.open() > 0) await new Promise((resolve) => setImmediate(resolve))
}

function get(port: number, path = '/path?query=1'): HttpRequest {
  const url = new URL(`http://127.0.0.1:${port}${path}`)
  return { purpose: 'Reading', method: 'GET', url, headers: { accept: 'x/y' } }
}

function post(port: number): HttpRequest {
  const headers = { 'content-type': 'x/y' }
  return { ...get(port), purpose: 'Taking', method: 'POST', headers, body: '{"ä": "€"}' }
}

describe('an exchange', () => {
  it('brings what the request says to the server', async () => {
    const seen: string[] = []
    const server = http.createServer(async (request, response) => {
      const { method, url, headers } = request
      seen.push(`${method} ${url} ${headers['content-type']} ${headers['user-agent']} ${await text(request)}`)
      response.end()
    })
    const { port } = await started(server)
    await sender().send(post(port), never)
    expect(seen).toEqual(['POST /path?query=1 x/y tester {"ä": "€"}'])
  })

  it('brings status, headers and body back, a header that is sent twice as two', async () => {
    const server = http.createServer((_, response) => {
      response.writeHead(401, { 'WWW-Authenticate': ['Digest a="1, 2"', 'Digest b=3'], 'X-One': 'one' })
      response.end('ä€')
    })
    const { port } = await started(server)
    const answer = await sender().send(get(port), never)
    expect(answer).toMatchObject({
      status: 401,
      headers: { 'www-authenticate': ['Digest a="1, 2"', 'Digest b=3'], 'x-one': ['one'] },
      body: 'ä€',
    })
  })

  it('keeps the connection for the next one, until the sender is closed', async () => {
    const server = http.createServer((_, response) => response.end('{}'))
    // Or else the server would close it after a while by itself.
    server.keepAliveTimeout = 0
    const listening = await started(server)
    const own = sender()
    for (let requests = 0; requests < 3; requests++) await own.send(get(listening.port), never)
    expect(listening.connections()).toBe(1)
    expect(listening.open()).toBe(1)
    own.close()
    await allClosed(listening)
  })

  it('does not follow a redirect', async () => {
    const paths: (string | undefined)[] = []
    const server = http.createServer((request, response) => {
      paths.push(request.url)
      response.writeHead(302, { location: '/elsewhere' }).end('moved')
    })
    const { port } = await started(server)
    expect(await sender().send(get(port, '/here'), never)).toMatchObject({
      status: 302,
      headers: { location: ['/elsewhere'] },
      body: 'moved',
    })
    expect(paths).toEqual(['/here'])
  })

  it.each([401, 502, 503, 504])('repeats nothing after %i', async (status) => {
    let requests = 0
    const server = http.createServer((_, response) => {
      requests += 1
      response.writeHead(status).end()
    })
    const { port } = await started(server)
    expect(await sender().send(get(port), never)).toMatchObject({ status })
    expect(requests).toBe(1)
  })
})

describe('an answer that is lost', () => {
  const lost = { name: 'OutcomeUnknownError', mayHaveExecuted: true, title: 'Atlas gave no usable answer' }

  it('is a reset before the answer', async () => {
    const { port } = await raw((socket) => socket.resetAndDestroy())
    const error = await thrownBy(() => sender().send(post(port), never))
    expect(error).toMatchObject(lost)
    expect(String(error)).toMatch(/Taking: the connection broke .*ECONNRESET/)
  })

  it('is a connection that is closed before the answer', async () => {
    const { port } = await raw((socket) => socket.end())
    const error = await thrownBy(() => sender().send(get(port), never))
    expect(error).toMatchObject(lost)
    expect(String(error)).toContain('socket hang up')
  })

  it.each([
    ['shorter than its Content-Length', 'HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{"id": '],
    ['cut between two chunks', 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n'],
    ['cut in a chunk', 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n50\r\nhello'],
  ])('is a body that is %s', async (_, answer) => {
    for (const break_ of ['end', 'reset'] as const) {
      const { port } = await raw((socket) =>
        socket.write(answer, () => (break_ === 'end' ? socket.end() : socket.resetAndDestroy())),
      )
      expect(await thrownBy(() => sender().send(get(port), never))).toMatchObject(lost)
    }
  })

  it('is what is not HTTP', async () => {
    const { port } = await raw((socket) => socket.end('SSH-2.0-OpenSSH_9.6\r\n'))
    expect(await thrownBy(() => sender().send(get(port), never))).toMatchObject(lost)
  })

  it('is one that is not waited for any more, and the connection is closed', async () => {
    const controller = new AbortController()
    const server = http.createServer()
    const { port } = await started(server)
    const error = thrownBy(() => sender().send(post(port), controller.signal))
    const [request] = await once(server, 'request')
    controller.abort(new Error('the step was cancelled'))
    expect(await error).toMatchObject({ ...lost, message: 'Taking: the step was cancelled.' })
    if (!(request instanceof http.IncomingMessage)) throw new TypeError('no request')
    if (!request.socket.destroyed) await once(request.socket, 'close')
  })

  it('is one that is not waited for in the middle of its body', async () => {
    const controller = new AbortController()
    const { port } = await raw((socket) => {
      socket.write('HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf', () =>
        controller.abort(new Error('no whole answer within 30 s')),
      )
    })
    expect(await thrownBy(() => sender().send(get(port), controller.signal))).toMatchObject({
      ...lost,
      message: 'Reading: no whole answer within 30 s.',
    })
  })

  it('is one that changes to another protocol', async () => {
    const { port } = await raw((socket) =>
      socket.write('HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: x\r\n\r\n'),
    )
    const error = await thrownBy(() => sender().send(post(port), never))
    expect(error).toMatchObject(lost)
    expect(String(error)).toContain('closed without an answer')
  })
})

describe('a request that was not sent', () => {
  const notSent = { name: 'NotExecutedError', mayHaveExecuted: false, title: 'Atlas cannot be reached' }

  it('is one to a port that refuses', async () => {
    const listening = await started(net.createServer())
    await listening.close()
    const error = await thrownBy(() => sender().send(post(listening.port), never))
    expect(error).toMatchObject(notSent)
    expect(String(error)).toContain('ECONNREFUSED')
  })

  it('is one to a host that is unknown', async () => {
    const request = { ...post(1), url: new URL('http://atlas.invalid/') }
    expect(await thrownBy(() => sender().send(request, never))).toMatchObject(notSent)
  })

  it('is one whose signal had aborted already, for which no connection is opened', async () => {
    const listening = await started(http.createServer((_, response) => response.end()))
    const { send } = sender()
    const late = AbortSignal.abort(new Error('the step was cancelled'))
    expect(await thrownBy(() => send(post(listening.port), late))).toMatchObject({
      name: 'NotExecutedError',
      mayHaveExecuted: false,
      message: 'Taking: nothing was sent, since the step was cancelled.',
    })
    await send(post(listening.port), never)
    expect(listening.connections()).toBe(1)
  })
})

/** A server of HTTPS whose certificate nobody signed. */
function selfSigned(): https.Server {
  const file = (name: string) =>
    readFileSync(new URL(`../fixtures/tls/self-signed.${name}.pem`, import.meta.url))
  return https.createServer({ key: file('key'), cert: file('cert') }, (_, response) => response.end())
}

const untrusted = {
  name: 'UntrustedResponseError',
  mayHaveExecuted: false,
  title: 'The certificate of Atlas cannot be trusted',
}

describe('an answer that is not trusted', () => {
  it('is one behind a certificate that nobody signed', async () => {
    const { port } = await started(selfSigned())
    const request = { ...post(port), url: new URL(`https://127.0.0.1:${port}/`) }
    const error = await thrownBy(() => sender().send(request, never))
    expect(error).toMatchObject(untrusted)
    expect(String(error)).toContain('self-signed certificate')
  })

  it('is a body above 8 MiB, which is not read to its end', async () => {
    const server = http.createServer((_, response) => {
      const chunk = Buffer.alloc(1024 * 1024, 'x')
      const more = () => {
        if (!response.destroyed) response.write(chunk, more)
      }
      more()
    })
    const listening = await started(server)
    const error = await thrownBy(() => sender().send(get(listening.port), never))
    expect(error).toMatchObject({
      name: 'UntrustedResponseError',
      title: 'The answer is too large',
      mayHaveExecuted: true,
    })
    await allClosed(listening)
  })

  it.each([
    ['exactly 8 MiB', EIGHT_MIB, 'answered'],
    ['one byte more', EIGHT_MIB + 1, 'refused'],
  ])('is judged by its bytes: %s', async (_, bytes, expected) => {
    const { port } = await started(
      http.createServer((__, response) => response.end(Buffer.alloc(bytes, 'x'))),
    )
    const outcome = await sender()
      .send(get(port), never)
      .then(({ body }) => (body.length === bytes ? 'answered' : 'cut'))
      .catch(() => 'refused')
    expect(outcome).toBe(expected)
  })
})

/** A proxy that treats each CONNECT as told. */
async function proxy(onConnect: (socket: net.Socket, target: string) => void): Promise<Listening> {
  const server = http.createServer((_, response) => response.writeHead(500).end('only CONNECT'))
  server.on('connect', (request, socket) => {
    if (socket instanceof net.Socket) onConnect(socket, request.url ?? '')
  })
  const listening = await started(server)
  const url = `http://127.0.0.1:${listening.port}`
  setEnv({ http_proxy: url, https_proxy: url, no_proxy: '', NO_PROXY: '' })
  return listening
}

const beyond: HttpRequest = { ...post(1), url: new URL('http://atlas.invalid/path') }

describe('through a proxy', () => {
  const reply = (text_: string) => (socket: net.Socket) => socket.end(text_)

  it('an exchange goes through a tunnel, to the host that the proxy knows', async () => {
    const backend = await started(
      http.createServer((request, response) => response.end(request.headers.host)),
    )
    const targets: string[] = []
    await proxy((socket, target) => {
      targets.push(target)
      const tunnel = net.connect(backend.port, '127.0.0.1', () => {
        socket.write('HTTP/1.1 200 OK\r\n\r\n')
        tunnel.pipe(socket).pipe(tunnel)
      })
    })
    const own = sender()
    expect(await own.send(beyond, never)).toMatchObject({ status: 200, body: 'atlas.invalid:80' })
    expect(targets).toEqual(['atlas.invalid:80'])
  })

  it('a bad certificate is seen at the end of the tunnel', async () => {
    const backend = await started(selfSigned())
    await proxy((socket) => {
      const tunnel = net.connect(backend.port, '127.0.0.1', () => {
        socket.write('HTTP/1.1 200 OK\r\n\r\n')
        tunnel.pipe(socket).pipe(tunnel)
      })
    })
    const request = { ...beyond, url: new URL('https://atlas.invalid/path') }
    expect(await thrownBy(() => sender().send(request, never))).toMatchObject(untrusted)
  })

  it('407 to CONNECT names the proxy variables', async () => {
    await proxy(reply('HTTP/1.1 407 Proxy Authentication Required\r\nContent-Length: 0\r\n\r\n'))
    const error = await thrownBy(() => sender().send(beyond, never))
    expect(error).toMatchObject({
      name: 'UntrustedResponseError',
      mayHaveExecuted: false,
      title: 'The proxy refuses',
      message: 'Taking: the proxy wants authentication (HTTP 407).',
    })
  })

  it.each<[string, (socket: net.Socket) => void]>([
    ['403', reply('HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n')],
    ['502', reply('HTTP/1.1 502 Bad Gateway\r\nContent-Length: 0\r\n\r\n')],
    ['a closed connection', (socket) => socket.end()],
    ['a reset', (socket) => socket.resetAndDestroy()],
    ['bytes that belong to nothing', reply('HTTP/1.1 200 OK\r\n\r\nHTTP/1.1 200 OK\r\n\r\n')],
  ])('%s to CONNECT means that nothing was sent', async (_, onConnect) => {
    await proxy(onConnect)
    const error = await thrownBy(() => sender().send(beyond, never))
    expect(error).toMatchObject({ name: 'NotExecutedError', mayHaveExecuted: false })
  })

  it('a proxy that is not there means that nothing was sent', async () => {
    const listening = await proxy(() => undefined)
    await listening.close()
    const error = await thrownBy(() => sender().send(beyond, never))
    expect(error).toMatchObject({ name: 'NotExecutedError' })
    expect(String(error)).toContain('ECONNREFUSED')
  })

  it('a CONNECT that hangs does not outlast the signal', async () => {
    const controller = new AbortController()
    await proxy(() => controller.abort(new Error('the step was cancelled')))
    expect(await thrownBy(() => sender().send(beyond, controller.signal))).toMatchObject({
      message: 'Taking: the step was cancelled.',
    })
  })

  it('a CONNECT that is answered after the signal sends nothing', async () => {
    const asked: string[] = []
    const backend = await started(
      http.createServer((request, response) => {
        asked.push(String(request.url))
        response.end()
      }),
    )
    const controller = new AbortController()
    const listening = await proxy((socket) => {
      controller.abort(new Error('no whole answer within 30 s'))
      const tunnel = net.connect(backend.port, '127.0.0.1', () => {
        socket.write('HTTP/1.1 200 OK\r\n\r\n')
        tunnel.pipe(socket).pipe(tunnel)
      })
    })
    expect(await thrownBy(() => sender().send(beyond, controller.signal))).toMatchObject({
      message: 'Taking: no whole answer within 30 s.',
    })
    while (backend.connections() === 0) await new Promise((resolve) => setImmediate(resolve))
    await allClosed(listening)
    expect(asked).toEqual([])
  })

  it('nothing goes that no_proxy names', async () => {
    const listening = await proxy(reply('HTTP/1.1 407 No\r\n\r\n'))
    setEnv({ no_proxy: 'atlas.invalid' })
    const error = await thrownBy(() => sender().send(beyond, never))
    expect(error).toMatchObject({ name: 'NotExecutedError' })
    expect(listening.connections()).toBe(0)
  })
})

const VARIABLE = 'https_proxy'
const before = process.env[VARIABLE]

afterEach(() => {
  if (before === undefined) delete process.env[VARIABLE]
  else process.env[VARIABLE] = before
})
