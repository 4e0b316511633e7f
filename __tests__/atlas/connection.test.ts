import { expect, it } from '@jest/globals'
import { demo } from '../../emulator/config.js'
import { demoAccount } from '../../simulation/access.js'
import { sendToEmulator } from '../../simulation/emulated-send.js'
import { clusterRef } from '../../simulation/options.js'
import { createWorld, seededHex } from '../../simulation/world.js'
import { createConnection } from '../../src/atlas/connection.js'
import type { HttpRequest } from '../../src/atlas/http.js'
import { LogLines } from '../support/captured-output.js'
import { snapshotsPath } from '../support/emulator-client.js'

const LATENCY_MS = 20
const { signal } = new AbortController()

/** A connection with a service account to the emulator. */
function connect() {
  const { clock, atlas, wallClock } = createWorld()
  const log = new LogLines()
  const sent: HttpRequest[] = []
  /** Masked secrets, and the paths of requests. */
  const events: string[] = []
  const { client, close } = createConnection(clusterRef('demo'), demoAccount, {
    send: async (request, signal) => {
      sent.push(request)
      events.push(request.url.pathname)
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
  return { clock, log, atlas, sent, events, create, close: () => clock.run(close(signal)) }
}

// What else the layers do together is in the rows of main.test.ts.
it('a connection adds the common headers, masks every secret before its first use, and logs none', async () => {
  const { create, close, log, sent, events, atlas } = connect()
  await create(signal)
  await close()
  const snapshots = snapshotsPath('demo')
  for (const { headers } of sent)
    expect(headers).toMatchObject({ 'cache-control': 'no-cache', 'accept-encoding': 'identity' })
  const basic = Buffer.from(`${demo.clientId}:${demo.clientSecret}`).toString('base64')
  const token = atlas.tokens()[0]?.value ?? 'none'
  expect(events).toStrictEqual([basic, '/api/oauth/token', token, snapshots, '/api/oauth/revoke'])
  for (const secret of [basic, token]) expect(log.lines.join()).not.toContain(secret)
  expect(log.lines.slice(0, 3)).toStrictEqual([
    'debug: POST /api/oauth/token 200 20 ms',
    `debug: POST ${snapshots} 200 20 ms`,
    'debug: POST /api/oauth/revoke 200 20 ms',
  ])
})

it('a connection gives a POST with a token more time when the step is canceled', async () => {
  const { clock, create } = connect()
  const controller = new AbortController()
  clock.setTimeout(1.5 * LATENCY_MS, () => controller.abort(new Error('canceled')))
  expect(await create(controller.signal)).toMatchObject({ status: 'queued' })
})
