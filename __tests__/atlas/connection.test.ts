import { describe, expect, it } from '@jest/globals'
import { demo } from '../../emulator/config.js'
import { demoAccount } from '../../simulation/access.js'
import { sendToEmulator } from '../../simulation/emulated-send.js'
import { createWorld, seededHex } from '../../simulation/world.js'
import { createConnection } from '../../src/atlas/connection.js'
import { OutcomeUnknownError } from '../../src/atlas/errors.js'
import type { HttpRequest } from '../../src/atlas/http.js'
import { LogLines } from '../support/captured-output.js'

const cluster = {
  baseUrl: 'https://cloud.example',
  apiVersion: '2023-01-01',
  groupId: demo.groupId,
  clusterName: 'demo',
} as const
const snapshots = `/api/atlas/v2/groups/${demo.groupId}/clusters/demo/backup/snapshots`
const LATENCY_MS = 20
const { signal } = new AbortController()

/** A connection with a service account to the emulator. The first reads fail with the errors. */
function connect(...errors: Error[]) {
  const { clock, atlas, wallClock } = createWorld()
  const log = new LogLines()
  const sent: HttpRequest[] = []
  /** Masked secrets, and the paths of requests. */
  const events: string[] = []
  const { client, close } = createConnection(cluster, demoAccount, {
    send: async (request, signal) => {
      sent.push(request)
      events.push(request.url.pathname)
      const error = request.method === 'GET' ? errors.shift() : undefined
      if (error !== undefined) throw error
      await clock.sleep(LATENCY_MS, signal)
      return sendToEmulator(atlas, clock, request, signal)
    },
    clock,
    wallClock,
    random: { fraction: () => 0.5, hex: seededHex('action') },
    logger: log,
    setSecret: (secret) => events.push(secret),
  })
  const create = (signal: AbortSignal) =>
    clock.run(client.createSnapshot({ description: 'whole', retentionInDays: 1 }, signal))
  const list = () => clock.run(client.listSnapshots('plain', 1, signal))
  return { log, atlas, sent, events, create, list, close: () => clock.run(close(signal)) }
}

// What else the layers do together is in the scenarios of main.test.ts.
describe('a connection', () => {
  it('adds the common headers, and logs debug lines', async () => {
    const { create, close, log, sent } = connect()
    await create(signal)
    await close()
    for (const { headers } of sent)
      expect(headers).toMatchObject({ 'cache-control': 'no-cache', 'accept-encoding': 'identity' })
    expect(log.lines.slice(0, 3)).toStrictEqual([
      'debug: POST /api/oauth/token 200 20 ms',
      `debug: POST ${snapshots} 200 20 ms`,
      'debug: POST /api/oauth/revoke 200 20 ms',
    ])
  })

  it('masks every secret before the first request with it, and logs none', async () => {
    const { create, close, log, events, atlas } = connect()
    await create(signal)
    await close()
    const basic = Buffer.from(`${demo.clientId}:${demo.clientSecret}`).toString('base64')
    const token = atlas.tokens()[0]?.value ?? 'none'
    expect(events).toStrictEqual([basic, '/api/oauth/token', token, snapshots, '/api/oauth/revoke'])
    for (const secret of [basic, token]) expect(log.lines.join()).not.toContain(secret)
  })

  it('repeats a read on a new connection if the server closed the idle one', async () => {
    const closed = { title: 'T', message: 'M.', remedy: 'R.', isConnectionClosed: true }
    const { list, sent } = connect(new OutcomeUnknownError(closed))
    expect((await list()).snapshots).toStrictEqual([])
    expect(sent.map(({ method, newConnection }) => [method, newConnection])).toStrictEqual([
      ['POST', undefined],
      ['GET', undefined],
      ['GET', true],
    ])
  })
})
