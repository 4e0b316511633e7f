import * as net from 'node:net'
import { describe, expect, it } from '@jest/globals'
import { withNewConnection } from '../../src/atlas/middleware.js'
import { never, thrownBy } from '../support/http-responses.js'
import { createSender, get, serve, start, until } from '../support/local-http.js'

const ok = 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}'

/** A server that closes a connection at its second request, without a response. Counts the connections. */
async function serveOnce() {
  let connections = 0
  const server = net.createServer((socket) => {
    connections += 1
    socket.once('data', () => socket.write(ok, () => socket.once('data', () => socket.end())))
  })
  const { port } = await start(server)
  return { port, connections: () => connections }
}

describe('a request', () => {
  it('uses the connection of the one before, unless the request needs a new one', async () => {
    const server = await serve((_, response) => response.end())
    const sender = createSender()
    // A POST with its challenge and its answer, a read, and the same again.
    for (const newConnection of [true, false, false, true, false, false])
      await sender.send({ ...get(server.port), newConnection }, never)
    const ports = server.requests.map(({ socket }) => socket.remotePort)
    expect(ports.map((port) => ports.indexOf(port))).toStrictEqual([0, 0, 0, 3, 3, 3])
    sender.close()
    await until(() => server.open() === 0)
  })

  // Such as a proxy with `maxconn 1`.
  it('with a new connection closes the idle one first, because a server can serve only one', async () => {
    const waiting: net.Socket[] = []
    let current: net.Socket | undefined
    const next = () => {
      current = waiting.shift()
      current?.on('data', () => current?.write(ok)).on('close', next)
    }
    const server = net.createServer((socket) => {
      waiting.push(socket)
      if (current === undefined) next()
    })
    const { port } = await start(server)
    const sender = createSender()
    for (const newConnection of [false, true, false, true])
      expect(await sender.send({ ...get(port), newConnection }, never)).toMatchObject({ status: 200 })
  })

  it('with a new connection does not end one that is in progress', async () => {
    const releases: (() => void)[] = []
    const server = await serve(({ url }, response) => {
      if (url === '/slow') releases.push(() => response.end())
      else response.end()
    })
    const sender = createSender()
    const slow = sender.send(get(server.port, '/slow'), never)
    await until(() => releases.length > 0)
    await sender.send({ ...get(server.port), newConnection: true }, never)
    for (const release of releases) release()
    expect(await slow).toMatchObject({ status: 200 })
  })

  // A load balancer can close a connection without saying so, and Node notices only with the next request.
  it('fails if the server has closed the kept connection, and the next one has a new connection', async () => {
    const { port } = await serveOnce()
    const sender = createSender()
    const send = () => sender.send(get(port), never)
    await send()
    expect(await thrownBy(send)).toMatchObject({ brokeKeptConnection: true, mayHaveExecuted: true })
    await send()
  })

  it('does not break a kept connection if its response has begun, or if it is the first', async () => {
    const server = net.createServer((socket) => {
      socket.once('data', () =>
        socket.write(ok, () => socket.once('data', () => socket.end(ok.slice(0, -1)))),
      )
    })
    const { port } = await start(server)
    const sender = createSender()
    await sender.send(get(port), never)
    expect(await thrownBy(() => sender.send(get(port), never))).toMatchObject({ brokeKeptConnection: false })
    const closed = await start(net.createServer((socket) => socket.once('data', () => socket.end())))
    expect(await thrownBy(() => sender.send(get(closed.port), never))).toMatchObject({
      brokeKeptConnection: false,
    })
  })

  it('of a read is repeated once on a new connection', async () => {
    const { port, connections } = await serveOnce()
    const { send } = createSender()
    const sendRead = withNewConnection(async (request, signal) => ({
      response: await send(request, signal),
      authenticated: true,
      credential: 'apiKey',
    }))
    for (let requests = 1; requests <= 4; requests++)
      expect(await sendRead(get(port), never)).toMatchObject({ response: { status: 200 } })
    expect(connections()).toBe(4)
  })
})
