import { describe, expect, it } from '@jest/globals'
import { demo } from '../../emulator/config.js'
import { demoAccount, demoKey } from '../../simulation/access.js'
import { sendToEmulator } from '../../simulation/emulated-send.js'
import { createConnection } from '../../src/atlas/connection.js'
import type { Credentials } from '../../src/atlas/credentials.js'
import type { HttpRequest } from '../../src/atlas/http.js'
import { LogLines } from '../support/captured-output.js'
import { thrownBy } from '../support/http-responses.js'
import { createWorld, seededHex } from '../support/world.js'

const cluster = {
  baseUrl: 'https://cloud.example',
  apiVersion: '2023-01-01',
  groupId: demo.groupId,
  clusterName: 'demo',
} as const
const snapshots = `/api/atlas/v2/groups/${demo.groupId}/clusters/demo/backup/snapshots`
const LATENCY_MS = 20

/** A connection to the emulator, on one virtual clock. */
function connect(credentials: Credentials) {
  const { clock, atlas, wallClock } = createWorld()
  const log = new LogLines()
  const sent: HttpRequest[] = []
  const masked: string[] = []
  const { client, close } = createConnection(cluster, credentials, {
    send: async (request, signal) => {
      sent.push(request)
      await clock.sleep(LATENCY_MS, signal)
      return sendToEmulator(atlas, clock, request, signal)
    },
    clock,
    wallClock,
    random: { fraction: () => 0.5, hex: seededHex('action') },
    logger: log,
    setSecret: (secret) => masked.push(secret),
  })
  const { signal } = new AbortController()
  return {
    clock,
    log,
    atlas,
    sent,
    masked,
    create: (until = signal) =>
      clock.run(client.createSnapshot({ description: 'whole', retentionInDays: 1 }, until)),
    read: async (id: string) => (await clock.run(client.getSnapshot(id, signal))).snapshot,
    list: () => clock.run(client.listSnapshots('plain', 1, signal)),
    close: () => clock.run(close(signal)),
    requests: () => atlas.requests.map(({ operation, status }) => `${operation} ${status}`),
  }
}

describe('a connection with an API key', () => {
  it('creates a snapshot and reads it with the nonce of the POST', async () => {
    const { create, read, list, close, requests, clock } = connect(demoKey)
    const { id } = await create()
    expect(await read(id)).toMatchObject({ id, status: 'queued', description: 'whole' })
    expect((await list()).snapshots).toMatchObject([{ id }])
    await close()
    expect(requests()).toStrictEqual(['create 401', 'create 200', 'get 200', 'list 200'])
    expect(clock.pending).toBe(0)
  })
})

describe('a connection with a service account', () => {
  it('sends one request to get a token and one to revoke it', async () => {
    const { create, read, close, requests, sent, clock, atlas } = connect(demoAccount)
    const { id } = await create()
    for (let polls = 0; polls < 3; polls++) await read(id)
    expect(atlas.tokens()).toMatchObject([{ isAlive: true }])
    await close()
    expect(requests()).toStrictEqual([
      'token 200',
      'create 200',
      'get 200',
      'get 200',
      'get 200',
      'revoke 200',
    ])
    for (const { headers } of sent)
      expect(headers).toMatchObject({ 'cache-control': 'no-cache', 'accept-encoding': 'identity' })
    expect(atlas.tokens()).toMatchObject([{ isAlive: false }])
    expect(clock.pending).toBe(0)
  })

  it('logs debug lines without secrets and masks every secret', async () => {
    const { create, close, log, masked, atlas } = connect(demoAccount)
    await create()
    await close()
    expect(log.lines.slice(0, 3)).toStrictEqual([
      'debug: POST /api/oauth/token 200 20 ms',
      `debug: POST ${snapshots} 200 20 ms`,
      'debug: POST /api/oauth/revoke 200 20 ms',
    ])
    const basic = Buffer.from(`${demo.clientId}:${demo.clientSecret}`).toString('base64')
    expect(masked).toStrictEqual([basic, atlas.tokens()[0]?.value])
    for (const secret of masked) expect(log.lines.join()).not.toContain(secret)
  })

  it('gives a token request no grace period and then sends no POST', async () => {
    const { create, clock, sent } = connect(demoAccount)
    const cancellation = new AbortController()
    clock.setTimeout(LATENCY_MS / 2, () => cancellation.abort(new Error('canceled')))
    expect(await thrownBy(() => create(cancellation.signal))).toBe(cancellation.signal.reason)
    expect(sent).toHaveLength(1)
    expect(clock.pending).toBe(0)
  })
})
