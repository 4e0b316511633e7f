import { randomBytes } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { request as httpRequest } from 'node:http'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from '@jest/globals'
import { Atlas } from '../../emulator/atlas.js'
import { parseFaultSpec } from '../../emulator/fault-spec.js'
import { isObject } from '../../emulator/http.js'
import { type RunningServer, type ServerOptions, startServer } from '../../emulator/server.js'
import { projectRoot } from '../../script/root.js'
import { type Call, creating, snapshotsPath, toRequest } from '../support/emulator-client.js'

const running: RunningServer[] = []

afterEach(async () => {
  for (const server of running.splice(0)) await server.close()
})

/** Starts an emulator with this fault. */
async function start(fault = 'any:reset:skip=1000', options: ServerOptions = {}) {
  const deps = { now: () => Date.now(), randomHex: (bytes: number) => randomBytes(bytes).toString('hex') }
  const atlas = new Atlas({ authentication: 'none', faults: [parseFaultSpec(fault)] }, deps)
  const server = await startServer(atlas, options)
  running.push(server)
  return { atlas, url: server.url }
}

function fetchCall(url: string, call: Call, timeoutMs = 30_000): Promise<Response> {
  const { method, headers, body } = toRequest(call)
  const signal = AbortSignal.timeout(timeoutMs)
  return fetch(url + call.target, { method, headers, signal, ...(body === '' ? {} : { body }) })
}

const listing: Call = { target: snapshotsPath('demo') }

/** The code of an error's cause, or the error's name. `instanceof` doesn't work because of Jest's realms. */
function errorCode(error: unknown): unknown {
  if (!isObject(error)) return error
  const { name, cause } = error
  return isObject(cause) ? cause['code'] : name
}

describe('the server', () => {
  it('uses the host of the request in links', async () => {
    const { url } = await start()
    const byName = url.replace('127.0.0.1', 'localhost')
    for (const base of [url, byName]) {
      const body: unknown = await (await fetchCall(base, listing)).json()
      expect(JSON.stringify(body)).toContain(`"${base}/api/atlas/v2/`)
    }
  })

  it.each([
    ['another Host', { host: 'example.org' }],
    ['another Host that begins with a loopback address', { host: '127.0.0.1.example.org' }],
    ['any Origin', { origin: 'http://127.0.0.1' }],
  ])('rejects %s, which only web pages send', async (_, headers) => {
    const { atlas, url } = await start()
    const status = await new Promise((resolve, reject) => {
      httpRequest(`${url}${listing.target}`, { headers }, (response) => {
        response.resume()
        resolve(response.statusCode)
      })
        .on('error', reject)
        .end()
    })
    expect(status).toBe(403)
    expect(atlas.requests).toStrictEqual([])
  })

  it.each(['0.0.0.0', '::', '192.168.0.1', '10.0.0.1', '127.0.0.1.example.org', 'example.org', ''])(
    'does not listen on %j',
    async (host) => {
      await expect(start(undefined, { host })).rejects.toThrow(RangeError)
    },
  )

  it.each(['127.0.0.1', 'localhost'])('can listen on %s', async (host) => {
    const { url } = await start(undefined, { host })
    expect((await fetchCall(url, listing)).status).toBe(200)
  })

  it('serves HTTPS with a certificate, which clients do not trust by default', async () => {
    const pem = (name: string) =>
      readFileSync(join(projectRoot(), '__tests__', 'fixtures', 'tls', `self-signed.${name}.pem`), 'utf8')
    const { url } = await start(undefined, { tls: { cert: pem('cert'), key: pem('key') } })
    expect(url).toMatch(/^https:\/\/127\.0\.0\.1:\d+$/)
    expect(await fetchCall(url, listing).catch(errorCode)).toBe('DEPTH_ZERO_SELF_SIGNED_CERT')
  })
})

describe('a delivery', () => {
  it('can reset the connection after the POST is executed', async () => {
    const { atlas, url } = await start('create:reset:executed')
    expect(await fetchCall(url, creating()).catch(errorCode)).toBe('ECONNRESET')
    expect(atlas.snapshots()).toHaveLength(1)
  })

  it('can hang', async () => {
    const { url } = await start('list:hang')
    expect(await fetchCall(url, listing, 100).catch(errorCode)).toBe('TimeoutError')
  })

  it('can cut the body in half', async () => {
    const { url } = await start('list:cut')
    const answer = await fetchCall(url, listing)
    expect(answer.status).toBe(200)
    await expect(answer.text()).rejects.toThrow()
  })

  it('can drip the body', async () => {
    const { url } = await start('create:drip=1')
    expect(await (await fetchCall(url, creating())).json()).toMatchObject({ status: 'queued' })
  })
})
