import { describe, expect, it } from '@jest/globals'
import { REMEDIES } from '../../src/atlas/remedies.js'
import { obtainSnapshot } from '../../src/snapshot/obtain.js'
import { TITLES } from '../../src/titles.js'
import { never } from '../support/http-responses.js'
import { mentioning } from '../support/played.js'
import { lost, page, snapshot } from '../support/scripted-client.js'
import { FAST, MINUTE, SENT, StepHarness, scriptedStep } from '../support/step-harness.js'

describe('a step with wait: false', () => {
  it('reads the snapshot that a list showed again if Atlas did not find it at first', async () => {
    const harness = new StepHarness({ faults: ['create:reset:executed', 'get:404:code=SNAPSHOT_NOT_FOUND'] })
    expect(await harness.obtain({ wait: false })).toMatchObject({ snapshot: { status: 'queued' } })
  })

  it('reports a snapshot that has failed since a list showed it', async () => {
    const own = snapshot({ description: SENT })
    const list = page([{ ...own, resource: undefined }])
    const harness = scriptedStep({ create: lost(), list, get: { ...own, status: 'failed' } })
    expect((await harness.obtainFailure({ wait: false })).title).toBe(TITLES.snapshotFailed)
    expect(harness.snapshots).toStrictEqual([`0 ${own.id} queued`, `0 ${own.id} failed`])
  })

  it('fails after a response that is not from Atlas, unlike after any other without the members', async () => {
    const harness = (effect: string) =>
      new StepHarness({ cluster: 'sharded', faults: [`get-sharded:${effect}`] })
    expect(await harness('403').obtain({ wait: false })).toMatchObject({ created: true })
    expect(await harness('redirect=https://evil.example/').obtainFailure({ wait: false })).toMatchObject({
      title: TITLES.redirect,
      left: 'OWN',
    })
  })

  it('warns about no missing members if it is canceled meanwhile', async () => {
    const harness = new StepHarness({ cluster: 'sharded', faults: ['get-sharded:hang'], cancelAt: 500 })
    expect(await harness.obtainFailure({ wait: false })).toMatchObject({ title: TITLES.canceled })
    expect(harness.lines).not.toContainEqual(mentioning('warning', 'outputs'))
  })

  it('fails after a bug, unlike after any other failure to read the members', async () => {
    const create = snapshot({ type: 'shardedCluster', description: SENT })
    const harness = scriptedStep({ create, getSharded: new TypeError('no') })
    expect(await harness.obtainFailure({ wait: false })).toMatchObject({ title: TITLES.unexpected })
  })
})

it.each(['created (status', 'completed in'])(
  'a step succeeds although the line "%s …" has a bug',
  async (text) => {
    const harness = new StepHarness({ atlas: FAST })
    const { logger } = harness.dependencies
    const fail = (log: (message: string) => void) => (message: string) => {
      if (message.includes(text)) throw new TypeError('no')
      log(message)
    }
    const broken = { ...logger, info: fail(logger.info), notice: fail(logger.notice) }
    const dependencies = { ...harness.dependencies, logger: broken }
    const step = obtainSnapshot(harness.options(), dependencies, never)
    expect(await harness.clock.run(step)).toMatchObject({ snapshot: { status: 'completed' } })
    expect(harness.lines).toContainEqual(mentioning('warning', 'internal error: no'))
  },
)

describe('a step that must stop during its POST', () => {
  it.each([
    ['a cancellation', { cancelAt: 1_000 }, TITLES.canceled, 'Re-run'],
    ['the deadline', {}, TITLES.timedOut, 'timeout-minutes'],
  ])('waits up to 1 s after %s for the response, even with wait: false', async (_, options, title, fact) => {
    const harness = new StepHarness({ faults: ['create:delay=1999'], ...options })
    expect(await harness.obtainFailure({ wait: false, timeoutMs: 1_500 })).toMatchObject({
      title,
      left: 'OWN',
      message: mentioning('queued'),
      remedy: mentioning('Re-run', fact),
    })
    expect(harness.snapshots).toStrictEqual(['1999 OWN queued'])
    expect(harness.requests).toStrictEqual(['0 create 200'])
  })

  it.each([
    ['503', undefined, 'maybe'],
    ['429', undefined, 'nothing'],
    ['429:retry-after=3600', undefined, 'nothing'],
    ['400:code=UNFINISHED_ON_DEMAND_SNAPSHOT', undefined, 'nothing'],
    ['403', REMEDIES.forbidden.title, 'nothing'],
  ])('sends and announces no other request after the response: %s', async (effect, rejection, left) => {
    for (const [title, cancel, timeoutMs] of [
      [TITLES.canceled, { cancelAt: 500 }, MINUTE],
      [TITLES.timedOut, {}, 500],
    ] as const) {
      const harness = new StepHarness({ faults: [`create:${effect}`], latencyMs: 400, ...cancel })
      expect(await harness.obtainFailure({ timeoutMs })).toMatchObject({ title: rejection ?? title, left })
      expect(harness.requests).toHaveLength(1)
      expect(harness.phases).toStrictEqual(['0 requesting a snapshot'])
      expect(harness.lines.filter((line) => !line.startsWith('0 '))).toStrictEqual([])
      expect(harness.clock.now()).toBe(800)
    }
  })
})
