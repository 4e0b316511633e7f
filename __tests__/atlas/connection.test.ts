import { describe, expect, it } from '@jest/globals'
import { Atlas, type AtlasOptions } from '../../emulator/atlas.js'
import { demo } from '../../emulator/config.js'
import { demoAccount, demoKey } from '../../simulation/access.js'
import { VirtualClock } from '../../simulation/virtual-clock.js'
import { createConnection } from '../../src/atlas/connection.js'
import type { Credentials } from '../../src/atlas/credentials.js'
import type { HttpRequest, Send } from '../../src/atlas/http.js'
import { thrownBy } from '../support/answers.js'
import { LogLines } from '../support/captured-output.js'

const cluster = {
  baseUrl: 'https://cloud.example',
  apiVersion: '2023-01-01',
  groupId: demo.groupId,
  clusterName: 'demo',
} as const
const snapshots = `/api/atlas/v2/groups/${demo.groupId}/clusters/demo/backup/snapshots`
const order = { description: 'whole', retentionInDays: 1 }
const TRAVEL_MS = 20

/** The whole client in front of the emulator's state machine, on one virtual clock. */
function rig(credentials: Credentials = demoKey, options: AtlasOptions = {}) {
  const clock = new VirtualClock(Date.parse('2026-08-10T03:26:42Z'))
  const log = new LogLines()
  let drawn = 0
  const hex = (bytes: number) => {
    drawn += 1
    return drawn.toString(16).padStart(bytes * 2, '0')
  }
  const atlas = new Atlas(options, { now: () => clock.now(), randomHex: hex })
  const sent: HttpRequest[] = []
  const send: Send = async (request, signal) => {
    sent.push(request)
    await clock.sleep(TRAVEL_MS, signal)
    const { response } = atlas.handle({
      method: request.method,
      target: `${request.url.pathname}${request.url.search}`,
      headers: { ...request.headers },
      body: request.body ?? '',
    })
    const headers = Object.entries(response.headers).map(([name, value]) => [
      name.toLowerCase(),
      typeof value === 'string' ? [value] : value,
    ])
    return { status: response.status, headers: Object.fromEntries(headers), body: response.body }
  }
  const masked: string[] = []
  const connection = createConnection(cluster, credentials, {
    send,
    clock,
    random: { fraction: () => 0.5, hex },
    logger: log,
    setSecret: (secret) => masked.push(secret),
  })
  const { signal } = new AbortController()
  const { client } = connection
  const release = (limit: AbortSignal) => connection.close(limit)
  const take = () => clock.run(client.createSnapshot(order, signal))
  const read = async (id: string) => (await clock.run(client.getSnapshot(id, signal))).snapshot
  const requests = () => atlas.requests.map(({ operation, status }) => `${operation} ${status}`)
  return { connection, client, release, take, read, requests, clock, log, sent, masked, atlas, signal }
}

describe('the client as a whole, with an API key', () => {
  it('takes a snapshot, reads it on the nonce of the POST, and lists it', async () => {
    const { client, take, read, clock, sent, signal } = rig()
    const taken = await take()
    expect(await read(taken.id)).toMatchObject({ id: taken.id, status: 'queued', description: 'whole' })
    const page = await clock.run(client.listSnapshots('plain', 1, signal))
    expect(page.snapshots.map(({ id }) => id)).toEqual([taken.id])
    expect(
      sent.map(({ method, headers }) => `${method} ${headers['authorization'] ? 'signed' : 'bare'}`),
    ).toEqual(['POST bare', 'POST signed', 'GET signed', 'GET signed'])
    expect(clock.pending).toBe(0)
  })

  it('writes one debug line for each request, without the key or what is made of it', async () => {
    const { take, log, sent } = rig()
    await take()
    expect(log.lines).toEqual([`debug: POST ${snapshots} 401 20 ms`, `debug: POST ${snapshots} 200 20 ms`])
    const response =
      /response="([0-9a-f]+)"/.exec(sent[1]?.headers['authorization'] ?? '')?.[1] ?? 'no response'
    expect(response).toHaveLength(32)
    for (const secret of [demo.privateKey, response, 'Digest']) expect(log.lines.join()).not.toContain(secret)
  })

  it('sees a wrong key after two requests', async () => {
    const { take, sent, atlas } = rig({ ...demoKey, privateKey: 'wrong' })
    expect(await thrownBy(take)).toMatchObject({
      name: 'RejectedError',
      title: 'Atlas does not accept the API key',
    })
    expect(sent).toHaveLength(2)
    expect(atlas.snapshots()).toHaveLength(0)
  })

  it('sends nothing when it is closed', async () => {
    const { connection, sent } = rig()
    await connection.close(new AbortController().signal)
    expect(sent).toEqual([])
  })
})

describe('the client as a whole, with a service account', () => {
  it('needs N + 2 requests to take a snapshot and look at it N times, and one to revoke the token', async () => {
    const { take, read, release, requests, clock, atlas, signal } = rig(demoAccount)
    const { id } = await take()
    for (let look = 0; look < 3; look++) await read(id)
    expect(atlas.tokens()).toEqual([{ value: expect.any(String), isAlive: true }])
    await clock.run(release(signal))
    expect(requests()).toEqual(['token 200', 'create 200', 'get 200', 'get 200', 'get 200', 'revoke 200'])
    expect(atlas.tokens()).toEqual([{ value: expect.any(String), isAlive: false }])
    expect(clock.pending).toBe(0)
  })

  it('writes debug lines that hold no secret, and has every secret masked', async () => {
    const { take, release, clock, log, masked, atlas, signal } = rig(demoAccount)
    await take()
    await clock.run(release(signal))
    expect(log.lines).toEqual([
      'debug: POST /api/oauth/token 200 20 ms',
      `debug: POST ${snapshots} 200 20 ms`,
      'debug: POST /api/oauth/revoke 200 20 ms',
      'debug: The access token is revoked.',
    ])
    const basic = Buffer.from(`${demo.clientId}:${demo.clientSecret}`).toString('base64')
    expect(masked).toEqual([basic, atlas.tokens()[0]?.value])
  })

  it('renews a token before it runs out, so that no look fails, though the network is slow', async () => {
    const { take, read, requests, clock } = rig(demoAccount, { tokenSeconds: 10 })
    const { id } = await take()
    for (let look = 0; look < 100; look++) {
      await clock.advance(500)
      await read(id)
    }
    expect(requests().filter((request) => request === 'get 200')).toHaveLength(100)
    expect(requests().filter((request) => request.endsWith('401'))).toEqual([])
    expect(requests().filter((request) => request === 'token 200')).toHaveLength(6)
  })

  it('replaces a token that Atlas does not know any more', async () => {
    const { take, read, requests, atlas } = rig(demoAccount)
    const { id } = await take()
    atlas.expireTokens()
    expect(await read(id)).toMatchObject({ id })
    expect(requests()).toEqual(['token 200', 'create 200', 'get 401', 'token 200', 'get 200'])
  })

  it('sees a wrong secret after one request', async () => {
    const { take, release, requests, atlas, signal } = rig({ ...demoAccount, clientSecret: 'wrong' })
    expect(await thrownBy(take)).toMatchObject({
      name: 'TokenRequestError',
      title: 'Atlas does not accept the client secret',
    })
    await release(signal)
    expect(requests()).toEqual(['token 401'])
    expect(atlas.snapshots()).toHaveLength(0)
  })

  it('gives a token request no second of grace when the step has to stop, and the POST it was for does not start', async () => {
    const { client, clock, sent } = rig(demoAccount)
    const stop = new AbortController()
    clock.setTimeout(TRAVEL_MS / 2, () => stop.abort(new Error('the step was cancelled')))
    const error = await clock.run(thrownBy(() => client.createSnapshot(order, stop.signal)))
    expect(error).toMatchObject({ message: 'the step was cancelled' })
    expect(sent).toHaveLength(1)
    expect(clock.pending).toBe(0)
  })
})
