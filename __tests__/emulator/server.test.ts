import { randomBytes } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { Agent, request as httpRequest, IncomingMessage, ServerResponse } from 'node:http'
import { Socket } from 'node:net'
import { join } from 'node:path'
import { afterEach, describe, expect, it, jest } from '@jest/globals'
import { Atlas, type AtlasOptions } from '../../emulator/atlas.js'
import { parseFaultSpec } from '../../emulator/fault-spec.js'
import { isObject } from '../../emulator/http.js'
import { sendResponse } from '../../emulator/send-response.js'
import { isLoopback, type RunningServer, type Served, startServer } from '../../emulator/server.js'
import { projectRoot } from '../../script/root.js'
import { authorize, type Call, snapshotsPath, taking, toRequest } from '../support/emulator-client.js'

const running: RunningServer[] = []

afterEach(async () => {
  jest.useRealTimers()
  for (const server of running.splice(0)) await server.close()
})

async function start(options: AtlasOptions = {}, onServed?: (served: Served) => void) {
  const deps = { now: () => Date.now(), randomHex: (bytes: number) => randomBytes(bytes).toString('hex') }
  const atlas = new Atlas(options, deps)
  const server = await startServer(atlas, onServed === undefined ? {} : { onServed })
  running.push(server)
  return { atlas, url: server.url }
}

function plainFetch(url: string, call: Call, timeoutMs = 30_000): Promise<Response> {
  const { method, headers, body } = toRequest(call)
  const signal = AbortSignal.timeout(timeoutMs)
  return fetch(url + call.target, { method, headers, signal, ...(body === '' ? {} : { body }) })
}

/** Sends the call with a digest for a new challenge. */
async function digestFetch(url: string, call: Call, timeoutMs?: number): Promise<Response> {
  const challenged = await plainFetch(url, call)
  await challenged.arrayBuffer()
  const challenge = challenged.headers.get('www-authenticate') ?? ''
  return plainFetch(url, { ...call, authorization: authorize(challenge, call) }, timeoutMs)
}

/** Replaces the timers of the server, but not the network and the clock. */
const fakeTimers = () =>
  jest.useFakeTimers({ doNotFake: ['Date', 'nextTick', 'performance', 'queueMicrotask', 'setImmediate'] })
const nextTurn = () => new Promise((resolve) => setImmediate(resolve))

const faults = (...specs: string[]) => ({ faults: specs.map(parseFaultSpec) })
const listing: Call = { target: snapshotsPath('demo') }

/** The code of an error's cause, or the error's name. `instanceof` doesn't work because of Jest's realms. */
function errorCode(error: unknown): unknown {
  if (!isObject(error)) return error
  const { name, cause } = error
  if (!isObject(cause)) return name
  const { code } = cause
  return code
}

describe('the server', () => {
  it('sends a challenge, creates a snapshot, and reports its requests', async () => {
    const served: Served[] = []
    const { atlas, url } = await start({}, (entry) => served.push(entry))
    const answer = await digestFetch(url, taking())
    expect(answer.status).toBe(200)
    expect(answer.headers.get('content-type')).toBe('application/vnd.atlas.2023-01-01+json;charset=utf-8')
    expect(await answer.json()).toMatchObject({ status: 'queued', description: 'test' })
    expect(atlas.snapshots()).toHaveLength(1)
    expect(served.map(({ method, status }) => `${method} ${status}`)).toEqual(['POST 401', 'POST 200'])
  })

  it('keeps connections alive', async () => {
    const { url } = await start()
    const { port } = new URL(url)
    const agent = new Agent({ keepAlive: true, maxSockets: 1 })
    const ports: (number | undefined)[] = []
    for (let n = 0; n < 2; n += 1)
      await new Promise<void>((resolve, reject) => {
        const sent = httpRequest({ port, host: '127.0.0.1', path: '/', agent }, (answer) => {
          ports.push(answer.socket.localPort)
          answer.resume().on('end', resolve)
        })
        sent.on('error', reject).end()
      })
    agent.destroy()
    expect(ports[0]).toBe(ports[1])
  })

  it('sends several challenges in separate header lines', async () => {
    const { url } = await start({ digest: { algorithms: ['SHA-256', 'MD5'] } })
    const answer = await plainFetch(url, listing)
    expect(answer.headers.get('www-authenticate')).toMatch(/algorithm=SHA-256.*, Digest .*algorithm=MD5/)
  })

  it('uses the host of the request in links', async () => {
    const { url } = await start()
    const byName = url.replace('127.0.0.1', 'localhost')
    for (const base of [url, byName]) {
      const body: unknown = await (await digestFetch(base, listing)).json()
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
      httpRequest(`${url}${snapshotsPath('demo')}`, { headers }, (response) => {
        response.resume()
        resolve(response.statusCode)
      })
        .on('error', reject)
        .end()
    })
    expect(status).toBe(403)
    expect(atlas.requests).toEqual([])
  })

  it('rejects a body of more than 1 MiB', async () => {
    const { atlas, url } = await start()
    const answer = await plainFetch(url, { ...taking(), body: 'x'.repeat(1024 * 1024 + 1) })
    expect(answer.status).toBe(413)
    expect(atlas.requests).toEqual([])
  })

  it.each([
    '0.0.0.0',
    '::',
    '192.168.0.1',
    '10.0.0.1',
    '127.0.0.256',
    '127.0.0.1.example.org',
    'example.org',
    '',
  ])('does not listen on %j', async (host) => {
    expect(isLoopback(host)).toBe(false)
    const { atlas } = await start()
    await expect(startServer(atlas, { host })).rejects.toThrow(RangeError)
  })

  it.each(['127.0.0.1', '127.1.2.3', '::1', 'localhost'])('can listen on %s', (host) => {
    expect(isLoopback(host)).toBe(true)
  })
})

describe('a delivery', () => {
  it('can reset the connection', async () => {
    const { atlas, url } = await start(faults('create:reset:executed'))
    expect(await digestFetch(url, taking()).catch(errorCode)).toBe('ECONNRESET')
    expect(atlas.snapshots()).toHaveLength(1)
  })

  it('can hang', async () => {
    const { url } = await start(faults('list:hang'))
    expect(await digestFetch(url, listing, 100).catch(errorCode)).toBe('TimeoutError')
  })

  it('can cut the body in half', async () => {
    const { url } = await start(faults('list:cut'))
    const answer = await digestFetch(url, listing)
    expect(answer.status).toBe(200)
    await expect(answer.text()).rejects.toThrow()
  })

  it('can drip the body', async () => {
    const { url } = await start(faults('create:drip=1000'))
    fakeTimers()
    let settled = false
    const settle = () => {
      settled = true
    }
    const dripped = digestFetch(url, taking()).then((answer) => answer.json())
    dripped.then(settle, settle)
    while (!settled) {
      jest.advanceTimersByTime(60_000)
      await nextTurn()
    }
    expect(await dripped).toMatchObject({ status: 'queued' })
  })

  it('drips one byte per interval, after a delay', () => {
    fakeTimers()
    const outgoing = new ServerResponse(new IncomingMessage(new Socket()))
    const written = jest.spyOn(outgoing, 'write')
    const ended = jest.spyOn(outgoing, 'end')
    const response = { status: 200, headers: {}, body: 'abc' }
    const dripping = { response, delivery: { kind: 'drip', everyMs: 10 }, delayMs: 5 } as const
    sendResponse(dripping, outgoing, new AbortController().signal)
    const drips = () => [written.mock.calls.map(([chunk]) => String(chunk)).join(), ended.mock.calls.length]
    const after = [14, 1, 9, 1, 10].map((ms) => {
      jest.advanceTimersByTime(ms)
      return drips()
    })
    expect(after).toEqual([
      ['', 0],
      ['a', 0],
      ['a', 0],
      ['a,b', 0],
      ['a,b,c', 1],
    ])
  })

  it('ends when the server closes', async () => {
    const { atlas, url } = await start(faults('list:hang', 'list:delay=60000'))
    const pending = [1, 2].map(() => digestFetch(url, listing).catch(errorCode))
    while (atlas.requests.filter(({ authorized }) => authorized).length < 2) await nextTurn()
    for (const server of running.splice(0)) await server.close()
    for (const outcome of await Promise.all(pending)) expect(outcome).not.toBe('TimeoutError')
  })
})

describe('the server with a certificate', () => {
  const pem = (name: string) =>
    readFileSync(join(projectRoot(), '__tests__', 'fixtures', 'tls', `self-signed.${name}.pem`), 'utf8')

  it('serves HTTPS, which clients do not trust by default', async () => {
    const deps = { now: () => Date.now(), randomHex: (bytes: number) => randomBytes(bytes).toString('hex') }
    const atlas = new Atlas(faults('any:reset'), deps)
    const server = await startServer(atlas, { tls: { cert: pem('cert'), key: pem('key') } })
    running.push(server)
    expect(server.url).toMatch(/^https:\/\/127\.0\.0\.1:\d+$/)
    await expect(plainFetch(server.url, listing).catch(errorCode)).resolves.toBe(
      'DEPTH_ZERO_SELF_SIGNED_CERT',
    )
  })
})
