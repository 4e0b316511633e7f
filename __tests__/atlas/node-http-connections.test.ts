import * as http from 'node:http'
import * as net from 'node:net'
import { describe, expect, it } from '@jest/globals'
import { DigestAuth } from '../../src/atlas/digest-auth.js'
import { thrownBy } from '../support/http-responses.js'
import { allClosed, createSender, get, never, post, serve, start } from '../support/local-http.js'

/** A sender, and a server that keeps connections. `ports` has the client's port of each request. */
async function serveKept() {
  const ports: (number | undefined)[] = []
  const releases: (() => void)[] = []
  const server = http.createServer(({ socket, url }, response) => {
    ports.push(socket.remotePort)
    if (url === '/slow') releases.push(() => response.end('{}'))
    else response.end('{}')
  })
  // Otherwise the server closes an idle connection after a while.
  server.keepAliveTimeout = 0
  const listening = await start(server)
  const sender = createSender()
  const send = (newConnection: boolean, path?: string) =>
    sender.send({ ...get(listening.port, path), newConnection }, never)
  return { ports, releases, listening, sender, send }
}

describe('a request', () => {
  it('uses the connection of the one before, unless the request needs a new one', async () => {
    const { ports, send, sender, listening } = await serveKept()
    // A POST with its challenge and its answer, a read, and the same again.
    for (const newConnection of [true, false, false, true, false, false]) await send(newConnection)
    expect(ports.map((port) => ports.indexOf(port))).toStrictEqual([0, 0, 0, 3, 3, 3])
    expect(listening.connections()).toBe(2)
    sender.close()
    await allClosed(listening)
  })

  it('with an API key is on the connection that its nonce belongs to', async () => {
    const listening = await serve(({ headers, socket }, response) => {
      const nonce = `nonce="${socket.remotePort}"`
      const isValid = headers.authorization?.includes(nonce) === true
      const challenge = { 'www-authenticate': `Digest realm="r", ${nonce}, qop="auth"` }
      response.writeHead(isValid ? 200 : 401, isValid ? {} : challenge).end()
    })
    const key = { kind: 'apiKey', publicKey: 'public', privateKey: 'private' } as const
    const auth = new DigestAuth(createSender().send, key, { fraction: () => 0, hex: () => 'c0ffee' })
    for (const request of [{ ...post(listening.port), newConnection: true }, get(listening.port)]) {
      for (const _ of ['first', 'second'])
        expect(await auth.send(request, never)).toMatchObject({ response: { status: 200 } })
    }
    expect(listening.connections()).toBe(2)
  })

  it('with a new connection neither ends nor follows one that is in flight', async () => {
    const { ports, send, releases } = await serveKept()
    await send(false)
    const slow = send(false, '/slow')
    while (releases.length === 0) await new Promise((resolve) => setImmediate(resolve))
    await send(true)
    for (const release of releases) release()
    expect(await slow).toMatchObject({ status: 200 })
    await send(false)
    expect(ports.map((port) => ports.indexOf(port))).toStrictEqual([0, 0, 2, 2])
  })

  // A load balancer can close a connection without saying so, and Node notices only with the next request.
  it('fails if the server has closed the kept connection, and the next one has a new connection', async () => {
    const ok = 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}'
    const server = net.createServer((socket) => {
      socket.once('data', () => socket.write(ok, () => socket.once('data', () => socket.end())))
    })
    const { port } = await start(server)
    const sender = createSender()
    expect(await sender.send(get(port), never)).toMatchObject({ status: 200 })
    expect(await thrownBy(() => sender.send(get(port), never))).toMatchObject({ name: 'OutcomeUnknownError' })
    expect(await sender.send(get(port), never)).toMatchObject({ status: 200 })
  })
})
