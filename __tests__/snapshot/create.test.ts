import { describe, expect, it } from '@jest/globals'
import { REQUEST } from '../../simulation/options.js'
import type { OnConflict } from '../../src/snapshot/context.js'
import { TITLES } from '../../src/titles.js'
import { mentioning } from '../support/played.js'
import {
  conflict,
  nonAtlas,
  page,
  rejected,
  type Script,
  snapshot,
  snapshotId,
  throttled,
} from '../support/scripted-client.js'
import {
  FAST,
  firstList,
  MINUTE,
  polls,
  SENT,
  StepHarness,
  type StepHarnessOptions,
  scriptedStep,
} from '../support/step-harness.js'

// The rows in responses.ts have the POSTs after which a step fails, and the list that it cannot read.

/** Ends the step as soon as its snapshot is known. */
const NO_WAIT = { wait: false } as const
const REUSE = { ...NO_WAIT, reuseWithinMs: 60 * MINUTE } as const
const own = snapshot({ id: snapshotId(2), description: SENT })

/** The requests of a step until it knows its snapshot, or fails. */
async function play(options: StepHarnessOptions, overrides: Parameters<StepHarness['obtain']>[0] = NO_WAIT) {
  const harness = new StepHarness(options)
  const { created } = await harness.obtain(overrides)
  return { requests: harness.requests, created, snapshots: harness.atlas.snapshots().length }
}

describe('1. with reuse-within-minutes, a step', () => {
  it('reads the list, and sends the POST if none is recent', async () => {
    expect((await play({}, REUSE)).requests).toStrictEqual([...firstList(0), '0 create 200'])
  })

  it.each([
    ['the cluster is rejected', { getCluster: rejected(403) }],
    ['the list is rejected', { list: rejected(404) }],
    ['a proxy responds instead of Atlas', { list: nonAtlas() }],
  ])('fails at once if %s', async (_, script) => {
    const harness = scriptedStep(script)
    expect(await harness.obtainFailure(REUSE)).toMatchObject({ left: 'nothing' })
    expect(harness.clock.now()).toBe(0)
  })
})

describe('2. a POST', () => {
  it('that Atlas accepts creates the requested snapshot, and nothing else is read', async () => {
    const harness = new StepHarness()
    const options = { ...NO_WAIT, request: { ...REQUEST, retentionInDays: 3 } }
    expect(await harness.obtain(options)).toMatchObject({ created: true })
    expect(harness.requests).toStrictEqual(['0 create 200'])
    expect(harness.atlas.snapshots()).toMatchObject([{ description: SENT, retentionInDays: 3 }])
  })

  it('whose response says completed proves no end', async () => {
    const create = { ...own, status: 'completed', createdAt: '2026-08-10T03:00:00Z' }
    const { snapshot } = await scriptedStep({ create }).obtain(NO_WAIT)
    expect(snapshot).toMatchObject({ status: 'inProgress', createdAt: undefined })
  })
})

describe('3. after a POST that might have been executed, a step', () => {
  it('finds its snapshot in the list at once', async () => {
    const { requests } = await play({ faults: ['create:reset:executed'] })
    expect(requests).toStrictEqual(['0 create 0', ...firstList(0), ...polls(0)])
  })

  it('finds it after 5 s if the list lags', async () => {
    const { requests } = await play({ faults: ['create:503:executed'], atlas: { list: { lagSeconds: 3 } } })
    expect(requests).toStrictEqual(['0 create 503', ...firstList(0), '5000 list 200', ...polls(5_000)])
  })

  it('sends another POST if the list never shows it', async () => {
    const { requests } = await play({ faults: ['create:502'] })
    expect(requests).toStrictEqual(['0 create 502', ...firstList(0), '5000 list 200', '5000 create 200'])
  })

  it('also looks before the deadline if Retry-After ends later', async () => {
    const faults = ['create:503:executed:retry-after=59']
    const harness = new StepHarness({ faults, atlas: { list: { lagSeconds: 40 } } })
    expect(await harness.obtain({ ...NO_WAIT, timeoutMs: MINUTE })).toMatchObject({ created: true })
    expect(harness.requests.slice(-2)).toStrictEqual(['58000 list 200', ...polls(58_000)])
  })

  it.each([
    [3_000, ['1000 list 200']],
    [2_000, []],
    [1_500, []],
  ])('sends no other POST in the last %d ms, without the list after 5 s', async (timeoutMs, more) => {
    const harness = new StepHarness({ faults: ['create:reset'] })
    expect(await harness.obtainFailure({ timeoutMs })).toMatchObject({ left: 'maybe' })
    expect(harness.requests).toStrictEqual(['0 create 0', ...firstList(0), ...more])
    expect(harness.clock.now()).toBe(timeoutMs)
  })

  it.each([
    ['rejected', 'cluster:403:times=2', 'list:401:code=USER_UNAUTHORIZED'],
    ['answered by a proxy', 'cluster:html=403', 'list:html=404'],
    ['not answered', 'cluster:503', 'list:reset'],
  ])('finds it although the list is first %s', async (_, ...faults) => {
    const found = await play({ faults: ['create:reset:executed', ...faults] })
    expect(found).toMatchObject({ created: true, snapshots: 1 })
  })
})

describe('4. a POST that was not executed', () => {
  it('is repeated after all of Retry-After', async () => {
    const { requests } = await play({ faults: ['create:429:retry-after=600'] })
    expect(requests).toStrictEqual(['0 create 429', ...firstList(600_000), '600000 create 200'])
  })

  it('has a delay that starts at its failure, not after the search', async () => {
    const { requests } = await play({ faults: ['create:503:retry-after=7'] })
    expect(requests).toStrictEqual([
      '0 create 503',
      ...firstList(0),
      '5000 list 200',
      '7000 list 200',
      '7000 create 200',
    ])
  })

  it('has no negative delay after a list that took longer', async () => {
    const { requests } = await play({ faults: ['create:502', 'list:delay=7000'] })
    expect(requests.slice(-3)).toStrictEqual(['0 list 200', '7000 list 200', '7000 create 200'])
  })

  it('announces a delay that is longer than the search', async () => {
    const harness = new StepHarness({ faults: ['create:503:retry-after=600'] })
    await harness.obtain(NO_WAIT)
    expect(harness.lines).toContainEqual(mentioning('5000 info', 'HTTP 503', 'Retrying in 9 min 55 s.'))
    expect(harness.lines).toContainEqual(mentioning('Still creating the snapshot'))
  })
})

describe('5. before each further POST, a step reads the list, and', () => {
  it('uses its own snapshot, which it found neither at once nor after 5 s', async () => {
    const faults = ['create:reset:executed', 'create:429:retry-after=30']
    const { requests } = await play({ faults, atlas: { list: { lagSeconds: 20 } } })
    expect(requests.slice(-3)).toStrictEqual(['5000 create 429', '35000 list 200', ...polls(35_000)])
  })

  it.each([
    ['uses a recent one', 'create:429', false],
    ['uses none in doubt', 'create:reset', true],
  ])('%s', async (_, fault, created) => {
    // The first list cannot show it, because it is completed after 2 s.
    const atlas = { ...FAST, list: { lagSeconds: 0 } }
    const faults = [`${fault}${fault.endsWith('429') ? ':retry-after=10' : ''}`]
    expect(await play({ faults, atlas, othersAt: [-3_000] }, REUSE)).toMatchObject({ created })
  })
})

describe('6. after a conflict, a step', () => {
  /** The end of a step, in doubt if a POST was lost before the conflict at 5 s. */
  async function resolve(onConflict: OnConflict, isInDoubt: boolean, more: StepHarnessOptions) {
    const faults = isInDoubt ? ['create:reset'] : []
    const harness = new StepHarness({ ...more, faults: [...faults, ...(more.faults ?? [])] })
    const end = await harness.obtain({ ...NO_WAIT, onConflict, timeoutMs: 10 * MINUTE }).then(
      ({ created }) => (created ? 'creates' : 'uses'),
      ({ title }) => String(title),
    )
    return end
  }
  const CONFLICT = TITLES.conflict
  const STUCK = TITLES.timedOut

  // The step with wait, reuse, and fail, and in doubt.
  it.each<[string, StepHarnessOptions, readonly string[], readonly string[]]>([
    [
      'another one is in progress',
      { othersAt: [0], atlas: { secondsToCompleted: 60 } },
      ['creates', 'uses', CONFLICT],
      ['creates', 'creates', CONFLICT],
    ],
    [
      'nothing is in progress',
      { faults: ['create:400:code=UNFINISHED_ON_DEMAND_SNAPSHOT'] },
      ['creates', 'creates', CONFLICT],
      [STUCK, STUCK, STUCK],
    ],
    [
      'nothing is in progress anymore',
      { othersAt: [0], atlas: { secondsToCompleted: 5.5 } },
      ['creates', 'uses', CONFLICT],
      ['creates', 'creates', CONFLICT],
    ],
  ])('follows on-conflict if %s', async (_, more, usual, inDoubt) => {
    const ends = [false, true].map((isInDoubt) =>
      Promise.all(
        (['wait', 'reuse', 'fail'] as const).map((onConflict) => resolve(onConflict, isInDoubt, more)),
      ),
    )
    expect(await Promise.all(ends)).toStrictEqual([usual, inDoubt])
  })

  it('waits for each other snapshot, reads the list, and only then sends the POST again', async () => {
    const harness = new StepHarness({ atlas: FAST, othersAt: [0, 7_500] })
    expect(await harness.obtain(NO_WAIT)).toMatchObject({ created: true })
    expect(harness.requests).toStrictEqual([
      '0 create 400',
      ...firstList(500),
      ...polls(2_500, 4_500, 6_500),
      '6500 list 200',
      '6500 create 200',
    ])
    expect(harness.phases).toContainEqual('500 waiting for another snapshot')
  })

  it('reads the list again if it is rejected after the wait', async () => {
    const { created } = await play({ atlas: FAST, othersAt: [0], faults: ['list:403:skip=1'] })
    expect(created).toBe(true)
  })

  it('repeats the POST after the backoff if the list shows nothing in progress', async () => {
    const faults = ['create:400:code=UNFINISHED_ON_DEMAND_SNAPSHOT:times=4']
    const { requests } = await play({ faults })
    expect(requests).toStrictEqual([
      '0 create 400',
      ...firstList(500),
      '500 create 400',
      '1500 list 200',
      '1500 create 400',
      '3500 list 200',
      '3500 create 400',
      '7500 list 200',
      '7500 create 200',
    ])
  })

  it('names the other snapshot if it fails', async () => {
    const harness = new StepHarness({ othersAt: [0] })
    expect(await harness.obtainFailure({ onConflict: 'fail' })).toMatchObject({
      title: TITLES.conflict,
      message: mentioning('OTHER', 'queued'),
    })
  })

  it('reads the list a last time in doubt, 2 s before the deadline', async () => {
    const faults = ['create:reset', 'create:400:code=UNFINISHED_ON_DEMAND_SNAPSHOT']
    const harness = new StepHarness({ faults })
    await harness.obtainFailure({ pollIntervalMs: MINUTE, timeoutMs: MINUTE })
    expect(harness.requests.at(-1)).toBe('58000 list 200')
  })

  it('reads the list again in doubt until it shows its own snapshot, even with fail', async () => {
    const harness = new StepHarness({
      faults: ['create:reset:executed'],
      atlas: { list: { lagSeconds: 15 } },
    })
    const options = { ...NO_WAIT, onConflict: 'fail', pollIntervalMs: undefined } as const
    expect(await harness.obtain(options)).toMatchObject({ created: true })
    expect(harness.requests.slice(3)).toStrictEqual([
      '5000 list 200',
      '5000 create 400',
      ...[6_000, 10_000, 13_000, 16_000].map((at) => `${at} list 200`),
      ...polls(16_000),
    ])
    expect(harness.lines.filter((line) => /^1[0-5]/.test(line))).toStrictEqual([])
  })

  // A new snapshot can be listed before Atlas finds it.
  it('sends no POST while the list shows another one, although Atlas does not find that', async () => {
    const gone = rejected(404, 'SNAPSHOT_NOT_FOUND')
    const listed = page([snapshot({ description: 'nightly' })])
    const list = [listed, listed, page([])]
    const harness = scriptedStep({ create: [conflict(), own], list, get: gone })
    expect(await harness.obtain(NO_WAIT)).toMatchObject({ snapshot: own, created: true })
    expect(harness.clock.now()).toBe(500 + 2 * 2_000)
  })

  it.each(['GROUP_NOT_FOUND', 'CLUSTER_NOT_FOUND', 'BACKUP_CONFIG_NOT_FOUND'])(
    'does not take a 404 with %s for the end of another snapshot',
    async (code) => {
      const harness = new StepHarness({ faults: [`get:404:code=${code}:times=always`], othersAt: [0] })
      expect(await harness.obtainFailure()).toMatchObject({
        left: 'nothing',
        message: mentioning(code, 'All tries for 1 min'),
      })
      expect(harness.requests.filter((request) => request.includes('create'))).toHaveLength(1)
    },
  )

  it.each([
    ['one with an unknown status', { status: 'pondering' }, false],
    ['a scheduled one', { snapshotType: 'scheduled' }, true],
    ['a failed one', { status: 'failed' }, true],
  ])('takes %s for in progress or not', async (_, fields, created) => {
    const list = page([snapshot(fields)])
    const harness = scriptedStep({ create: [conflict(), own], list, get: snapshot() })
    expect(await harness.obtain({ ...NO_WAIT, onConflict: 'reuse' })).toMatchObject({ created })
  })
})

describe('7. the report of a step that created no snapshot', () => {
  it.each<[string, StepHarnessOptions, string, string]>([
    ['POST', { faults: ['create:reset', 'create:429:times=always'] }, 'maybe', 'HTTP 429'],
    ['list', { faults: ['create:429', 'list:503:times=always'] }, 'nothing', 'HTTP 503'],
    [
      'list after another one',
      { faults: ['list:503:skip=1:times=always'], othersAt: [0], atlas: FAST },
      'nothing',
      'creating the snapshot',
    ],
    ['poll of another one', { faults: ['get:502:times=always'], othersAt: [0] }, 'nothing', 'HTTP 502'],
  ])('tells what failed last at the deadline, for example a %s', async (_, options, left, fact) => {
    const harness = new StepHarness(options)
    expect(await harness.obtainFailure({ timeoutMs: 32_000 })).toMatchObject({
      title: TITLES.timedOut,
      left,
      message: mentioning(fact),
    })
    expect(harness.clock.now()).toBe(32_000)
  })

  it.each<[string, string, Script]>([
    ['in a POST', 'maybe', { create: new TypeError('no') }],
    ['in a list', 'nothing', { create: throttled(1_000), list: new TypeError('no') }],
  ])('has a bug, and whether a snapshot might exist: %s', async (_, left, script) => {
    expect(await scriptedStep(script).obtainFailure()).toMatchObject({
      title: TITLES.unexpected,
      left,
      message: mentioning('no'),
    })
  })
})
