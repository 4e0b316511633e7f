import { expect, it } from '@jest/globals'
import { never } from '../support/http-responses.js'
import { createSender, get, post, serve, until } from '../support/local-http.js'

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
