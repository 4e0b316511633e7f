import { createServer } from 'node:net'
import { expect, it } from '@jest/globals'
import { never } from '../support/http-responses.js'
import { createSender, get, post, serve, start, until } from '../support/local-http.js'

it('a request uses the connection of the one before, unless that one asked to close it, until the end', async () => {
  const server = await serve((_, response) => response.end())
  const sender = createSender()
  const read = { ...get(server.port), headers: { connection: 'close' } }
  for (const request of [post(server.port), post(server.port), read, read, post(server.port)])
    await sender.send(request, never)
  expect([server.connections(), server.open()]).toStrictEqual([3, 1])
  sender.close()
  await until(() => server.open() === 0)
})

// Python's http.server and the JDK's HttpServer don't repeat `Connection: close`.
it.each([3, 20])(
  'nothing follows a read on a connection that the server closes in silence %d ms after it',
  async (ms) => {
    const server = createServer((socket) => {
      socket.once('data', () => {
        socket.write('HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n')
        setTimeout(() => socket.end(), ms)
      })
    })
    const { port } = await start(server)
    const read = { ...get(port), headers: { connection: 'close' } }
    for (const next of [post(port), read]) {
      const { send } = createSender()
      await send(read, never)
      expect(await send(next, never)).toMatchObject({ status: 200 })
    }
  },
)
