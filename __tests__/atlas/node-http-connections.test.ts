import * as net from 'node:net'
import { describe, expect, it } from '@jest/globals'
import { never, thrownBy } from '../support/http-responses.js'
import { createSender, get, post, serve, start, until } from '../support/local-http.js'

const ok = 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}'

describe('a request', () => {
  it('uses the connection of the one before, and closes it at the end', async () => {
    const server = await serve((_, response) => response.end())
    const sender = createSender()
    for (let count = 0; count < 4; count++) await sender.send(get(server.port), never)
    expect(server.connections()).toBe(1)
    sender.close()
    await until(() => server.open() === 0)
  })

  it('has a new connection after one that asked to close it', async () => {
    const server = await serve((_, response) => response.end())
    const sender = createSender()
    const list = { ...get(server.port), headers: { connection: 'close' } }
    for (const request of [list, list, post(server.port), get(server.port)]) await sender.send(request, never)
    expect(server.connections()).toBe(3)
  })

  it('has a connection of its own while another one is in progress', async () => {
    const releases: (() => void)[] = []
    const server = await serve(({ url }, response) => {
      if (url === '/slow') releases.push(() => response.end())
      else response.end()
    })
    const sender = createSender()
    const slow = sender.send(get(server.port, '/slow'), never)
    await until(() => releases.length > 0)
    await sender.send(get(server.port), never)
    for (const release of releases) release()
    expect(await slow).toMatchObject({ status: 200 })
  })

  // A load balancer can close a connection without saying so, and Node notices only with the next request.
  it('is lost if the server closes the kept connection, and the next one has a new connection', async () => {
    const server = net.createServer((socket) => {
      socket.once('data', () => socket.write(ok, () => socket.once('data', () => socket.end())))
    })
    const { port } = await start(server)
    const sender = createSender()
    const send = () => sender.send(get(port), never)
    await send()
    expect(await thrownBy(send)).toMatchObject({ meaning: 'unknown', mayHaveExecuted: true })
    expect(await send()).toMatchObject({ status: 200 })
  })
})
