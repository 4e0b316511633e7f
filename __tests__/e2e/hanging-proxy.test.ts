import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals'
import { type EmulatedAtlas, startAtlas } from '../../script/emulated-atlas.js'
import { projectRoot } from '../../script/root.js'
import { life, startSnapshot } from './action.js'
import { startTunnels } from './proxies.js'
import { inWords, until } from './scenario.js'

const pem = (name: string) => join(projectRoot(), '__tests__', 'fixtures', 'tls', `self-signed.${name}.pem`)
const identity = { cert: readFileSync(pem('cert'), 'utf8'), key: readFileSync(pem('key'), 'utf8') }

const asking = 'The step was cancelled (SIGINT) while asking Atlas for a snapshot.'
/** Where nobody can tell. */
const mayExist = expect.stringMatching(
  / asking Atlas for a snapshot\. Atlas may have taken a snapshot for this step/,
)
const left =
  'The step was cancelled (SIGINT) while waiting for the snapshot. Snapshot ID was queued when last seen; it goes on in Atlas, and nothing was deleted. To wait for it later, run this action with snapshot-id ID and wait: true.'

const onPosix = process.platform === 'win32' ? describe.skip : describe

onPosix('a step that is cancelled while the proxy lets a CONNECT hang', () => {
  let emulated: EmulatedAtlas

  beforeEach(async () => {
    emulated = await startAtlas(
      { secondsToInProgress: 1000, secondsToCompleted: 2000 },
      { tls: identity, hostnames: ['atlas.invalid'] },
    )
  })

  afterEach(() => emulated.close())

  it.each([
    {
      when: 'of its first request',
      answered: 0,
      says: `${asking} No snapshot was taken. Run this again.`,
      status: '',
    },
    { when: 'of its POST', answered: 1, says: mayExist, status: '' },
    { when: 'of a poll', answered: 4, says: left, status: 'queued' },
  ])('ends within 2 s: the one $when', async ({ answered, says, status }) => {
    const tunnels = await startTunnels(Number(new URL(emulated.url).port), (nth) =>
      nth <= answered ? 0 : Number.POSITIVE_INFINITY,
    )
    const run = startSnapshot('https://atlas.invalid', {
      env: { https_proxy: `http://127.0.0.1:${tunnels.port}`, NODE_EXTRA_CA_CERTS: pem('cert') },
    })
    await until(() => tunnels.targets.length > answered)
    const cancelledAt = performance.now()
    run.kill('SIGINT')
    const { annotations, exitCode, outputs } = await run.result
    const took = performance.now() - cancelledAt
    await tunnels.close()
    expect(took).toBeLessThan(2_000)
    expect(annotations.map(({ data }) => inWords(data))).toEqual([says])
    expect(exitCode).toBe(1)
    expect(outputs['status']).toBe(status)
  })
})

describe('a POST whose CONNECT is answered after its 30 s', () => {
  it('is never sent any more, and another one takes the snapshot', async () => {
    const emulated = await startAtlas(life, { tls: identity, hostnames: ['atlas.invalid'] })
    const tunnels = await startTunnels(Number(new URL(emulated.url).port), (nth) => (nth === 2 ? 31_000 : 0))
    const { exitCode, outputs, log } = await startSnapshot('https://atlas.invalid', {
      env: { https_proxy: `http://127.0.0.1:${tunnels.port}`, NODE_EXTRA_CA_CERTS: pem('cert') },
      timeoutMs: 120_000,
    }).result
    await tunnels.close()
    await emulated.close()
    expect(exitCode).toBe(0)
    expect(log.map(inWords)).toContainEqual(
      expect.stringContaining('Taking a snapshot of cluster demo: no whole answer within 30 s.'),
    )
    expect(outputs).toMatchObject({ status: 'completed', created: 'true' })
    const taken = emulated.atlas.requests.filter(
      ({ operation, authorized }) => operation === 'create' && authorized,
    )
    expect(taken).toHaveLength(1)
  }, 120_000)
})
