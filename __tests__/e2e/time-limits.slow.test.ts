import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from '@jest/globals'
import { projectRoot } from '../../script/root.js'
import { TITLES } from '../../src/titles.js'
import { life, startSnapshot } from '../support/bundle.js'
import { playAll, until } from '../support/play-bundle.js'
import { annotated, mentioning } from '../support/played.js'
import { startTunnels, type Tunnels } from '../support/proxies.js'
import { completed, listsAndCluster } from '../support/scenarios/row.js'
import { startSteppedAtlas } from '../support/stepped-atlas.js'

const pem = (name: string) => join(projectRoot(), '__tests__', 'fixtures', 'tls', `self-signed.${name}.pem`)
const identity = { cert: readFileSync(pem('cert'), 'utf8'), key: readFileSync(pem('key'), 'utf8') }

const cleanups: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const cleanUp of cleanups.splice(0)) await cleanUp()
})

/** Starts an emulated Atlas behind a proxy. `delayOf` returns the delay of each CONNECT in milliseconds. */
async function startBehindProxy(delayOf: (connect: number) => number) {
  const emulated = await startSteppedAtlas(life, { tls: identity, hostnames: ['atlas.invalid'] })
  const tunnels = await startTunnels(Number(new URL(emulated.url).port), delayOf)
  cleanups.push(tunnels.close, emulated.close)
  return { atlas: emulated.atlas, tunnels }
}

function startThrough({ port }: Tunnels) {
  return startSnapshot('https://atlas.invalid', {
    env: { https_proxy: `http://127.0.0.1:${port}`, NODE_EXTRA_CA_CERTS: pem('cert') },
    timeoutMs: 120_000,
  })
}

/** On Windows, Node ends a process instead of sending a signal. */
const onPosix = process.platform === 'win32' ? describe.skip : describe

onPosix('a step that is canceled while a CONNECT hangs', () => {
  it.each([
    { of: 'its first request', answered: 0, mentions: [], status: '' },
    { of: 'its POST', answered: 1, mentions: ['[as-TAG]'], status: '' },
    { of: 'a poll', answered: 3, mentions: ['queued', 'snapshot-id: ID'], status: 'queued' },
  ])('ends at once during $of', async ({ answered, mentions, status }) => {
    const { tunnels } = await startBehindProxy((nth) => (nth <= answered ? 0 : Number.POSITIVE_INFINITY))
    const run = startThrough(tunnels)
    await until(() => tunnels.targets.length > answered)
    const canceledAt = performance.now()
    run.kill('SIGINT')
    const result = await run.result
    expect(performance.now() - canceledAt).toBeLessThan(5_000)
    expect(annotated(result)).toEqual([mentioning(TITLES.canceled, 'SIGINT', ...mentions)])
    expect(result.exitCode).toBe(1)
    expect(result.outputs['status']).toBe(status)
  })
})

describe('the 30 s limit of a POST', () => {
  // Runs while the other tests wait.
  const hanging = playAll([{ name: 'hanging', scenario: { faults: ['create:hang:executed'] } }])

  it('applies to a CONNECT, after which another POST creates the snapshot', async () => {
    const { atlas, tunnels } = await startBehindProxy((nth) => (nth === 2 ? 31_000 : 0))
    const { exitCode, outputs, log } = await startThrough(tunnels).result
    expect(exitCode).toBe(0)
    expect(log).toContainEqual(mentioning('30 s'))
    expect(outputs).toMatchObject(completed)
    const posts = atlas.requests.filter(({ operation, authorized }) => operation === 'create' && authorized)
    expect(posts).toHaveLength(1)
  })

  it('applies to a response, after which the step finds its snapshot', async () => {
    const found = await hanging('hanging')
    expect(found.exitCode).toBe(0)
    expect(found.requests).toEqual(['create 401', 'create 0', ...listsAndCluster, 'get 200'])
    expect(found.log).toContainEqual(mentioning('30 s', '[as-TAG]'))
    expect(found.result.outputs).toMatchObject(completed)
    expect(found.created).toBe(1)
  })
})
