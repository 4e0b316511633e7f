import * as http from 'node:http'
import * as https from 'node:https'
import { afterEach, describe, expect, it } from '@jest/globals'
import { Routes } from '../../src/atlas/routes.js'

const VARIABLE = 'https_proxy'
const before = process.env[VARIABLE]

afterEach(() => {
  if (before === undefined) delete process.env[VARIABLE]
  else process.env[VARIABLE] = before
})

describe('the route to an origin', () => {
  it.each([
    ['http://127.0.0.1:8080/', http],
    ['https://cloud.example/', https],
  ])(
    'of %s goes straight there, over one kept connection after the other',
    async (url, { Agent, request }) => {
      delete process.env[VARIABLE]
      const routes = new Routes('test')
      const route = await routes.to(new URL(url))
      expect(route.request).toBe(request)
      expect(route.agent).toBeInstanceOf(Agent)
      expect(route.agent).toMatchObject({ keepAlive: true })
      expect(await routes.to(new URL('/another/path', url))).toBe(route)
      routes.close()
    },
  )

  it('goes through the proxy that a variable names, except to a loopback address', async () => {
    process.env[VARIABLE] = 'http://proxy.example:3128'
    const routes = new Routes('test')
    const { agent } = await routes.to(new URL('https://cloud.example/'))
    expect(agent).toMatchObject({ proxyOptions: { host: 'proxy.example', port: '3128' } })
    expect((await routes.to(new URL('https://127.0.0.1/'))).agent).toBeInstanceOf(https.Agent)
    routes.close()
  })
})
