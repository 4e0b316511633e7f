import { expect, it } from '@jest/globals'
import { demo } from '../../emulator/config.js'
import { parseFaultSpec } from '../../emulator/fault-spec.js'
import { demoAccount } from '../../simulation/access.js'
import type { Network } from '../../simulation/emulated-send.js'
import { clusterRef } from '../../simulation/options.js'
import { connectStep, createStepRuntime } from '../../simulation/step.js'
import { VirtualClock } from '../../simulation/virtual-clock.js'
import { createWorld } from '../../simulation/world.js'
import { withLogging } from '../../src/atlas/connection.js'
import type { HttpRequest } from '../../src/atlas/http.js'
import { LogLines } from '../support/captured-output.js'
import { snapshotsPath } from '../support/emulator-client.js'
import { never, post } from '../support/http-responses.js'
import { createRandom } from '../support/played.js'
import { lost } from '../support/scripted-client.js'

const order = { description: 'whole', retentionInDays: 1 }

// What else the layers do together is in the rows of main.test.ts.
it('a connection adds the common headers, masks every secret before its first use, and logs none', async () => {
  const world = createWorld()
  const log = new LogLines()
  /** Masked secrets, and the paths and common headers of requests. */
  const events: string[] = []
  const network: Network = (send) => async (request, signal) => {
    const { 'cache-control': cache, 'accept-encoding': encoding } = request.headers
    events.push(`${request.url.pathname} ${cache} ${encoding}`)
    return send(request, signal)
  }
  const runtime = createStepRuntime(world, { random: createRandom(), latencyMs: 20, network })
  const { dependencies, close } = connectStep(clusterRef('demo'), runtime, demoAccount, {
    logger: log,
    setSecret: (secret) => events.push(secret),
  })
  await world.clock.run(dependencies.client.createSnapshot(order, () => true, never).then(() => close(never)))
  const snapshots = snapshotsPath('demo')
  const basic = Buffer.from(`${demo.clientId}:${demo.clientSecret}`).toString('base64')
  const token = world.atlas.tokens()[0]?.value ?? 'none'
  expect(events).toStrictEqual([
    basic,
    '/api/oauth/token no-cache identity',
    token,
    `${snapshots} no-cache identity`,
    '/api/oauth/revoke no-cache identity',
  ])
  expect(log.lines).toStrictEqual([
    'debug: POST /api/oauth/token 200 20 ms',
    `debug: POST ${snapshots} 200 20 ms`,
    'debug: POST /api/oauth/revoke 200 20 ms',
    'debug: Revoked the access token.',
  ])
})

it('a request that hangs ends after 30 seconds, so that no deployment waits for a dead connection', async () => {
  const world = createWorld({ faults: [parseFaultSpec('create:hang')] })
  const runtime = createStepRuntime(world, { random: createRandom() })
  const { client } = connectStep(clusterRef('demo'), runtime, demoAccount).dependencies
  const created = world.clock.run(client.createSnapshot(order, () => true, never))
  await expect(created).rejects.toMatchObject({ mayHaveExecuted: true })
  expect(world.clock.now()).toBe(30_000)
})

const signedPost: HttpRequest = { ...post, headers: { authorization: 'Digest response="5ec2e7"' } }

it.each([
  ['the meaning of an error', () => Promise.reject(lost()), 'unknown'],
  ['"error" for any other value', () => Promise.reject(new TypeError('5ec2e7')), 'error'],
])('withLogging logs %s instead of a status', async (_, send, outcome) => {
  const log = new LogLines()
  await withLogging(send, new VirtualClock(), log)(signedPost, never).catch(() => undefined)
  expect(log.lines).toStrictEqual([`debug: POST ${post.url.pathname}?pageNum=1 ${outcome} 0 ms`])
})
