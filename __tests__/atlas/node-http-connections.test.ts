import * as net from 'node:net'
import { describe, expect, it } from '@jest/globals'
import { never, thrownBy } from '../support/http-responses.js'
import { createSender, get, serve, start, until } from '../support/local-http.js'

/** A sender, and a server that responds to `/slow` only when it is released. */
async function connect() {
  const releases: (() => void)[] = []
  const server = await serve(({ url }, response) => {
    if (url === '/slow') releases.push(() => response.end())
    else response.end()
  })
  const sender = createSender()
  const send = (newConnection: boolean, path?: string) =>
    sender.send({ ...get(server.port, path), newConnection }, never)
  /** The index of the first request on the same connection, for each request. */
  const connections = () => {
    const ports = server.requests.map(({ socket }) => socket.remotePort)
    return ports.map((port) => ports.indexOf(port))
  }
  return { server, sender, send, releases, connections }
}

describe('a request', () => {
  it('uses the connection of the one before, unless the request needs a new one', async () => {
    const { server, sender, send, connections } = await connect()
    // A POST with its challenge and its answer, a read, and the same again.
    for (const newConnection of [true, false, false, true, false, false]) await send(newConnection)
    expect(connections()).toStrictEqual([0, 0, 0, 3, 3, 3])
    sender.close()
    await until(() => server.open() === 0)
  })

  it('with a new connection neither ends nor follows one that is in flight', async () => {
    const { send, releases, connections } = await connect()
    await send(false)
    const slow = send(false, '/slow')
    await until(() => releases.length > 0)
    await send(true)
    for (const release of releases) release()
    expect(await slow).toMatchObject({ status: 200 })
    await send(false)
    expect(connections()).toStrictEqual([0, 0, 2, 2])
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
