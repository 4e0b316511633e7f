import { describe, expect, it } from '@jest/globals'
import type { AtlasOptions } from '../../emulator/atlas.js'
import { REQUEST } from '../../simulation/options.js'
import { FAILURES } from '../../src/atlas/responses.js'
import { mentioning } from '../support/played.js'
import {
  conflict,
  lost,
  nonAtlas,
  notExecuted,
  recent,
  rejected,
  type Script,
  snapshot,
  snapshotId,
  throttled,
} from '../support/scripted-client.js'
import { MINUTE, SENT, StepHarness, type StepHarnessOptions, scriptedStep } from '../support/step-harness.js'
import { TITLES } from '../support/titles.js'

// The rows have the list that can't be read, and the snapshot that a step reuses.

/** Ends the step as soon as its snapshot is known. */
const NO_WAIT = { wait: false } as const
const REUSE = { ...NO_WAIT, reuseWithinMs: 60 * MINUTE } as const
/** The first pause of a step whose random numbers are all 0.5: half-way from 5 s to 10 s. */
const PAUSE_MS = 7_500
const CONFLICT = 'create:400:code=UNFINISHED_ON_DEMAND_SNAPSHOT'
const own = snapshot({ id: snapshotId(2), description: SENT })
const other = snapshot({ id: snapshotId(3), description: 'nightly', status: 'inProgress' })

/** The requests that read the list for the first time in a step. */
function firstList(at: number): string[] {
  return [`${at} cluster 200`, `${at} list 200`]
}

/** The requests of a step until it knows its snapshot. */
async function play(options: StepHarnessOptions, overrides: Parameters<StepHarness['obtain']>[0] = NO_WAIT) {
  const harness = new StepHarness(options)
  const { created } = await harness.obtain(overrides)
  return { requests: harness.requests, created, snapshots: harness.atlas.snapshots().length }
}

describe('rule 1: a step with reuse-within-minutes', () => {
  it.each([
    ['the cluster is rejected', { getCluster: rejected(403) }],
    ['the list is rejected', { list: rejected(404) }],
    ['a proxy responds instead of Atlas', { list: nonAtlas() }],
  ])('fails at once if %s', async (_, script) => {
    const harness = scriptedStep(script)
    expect(await harness.obtainFailure(REUSE)).toMatchObject({ left: 'nothing' })
    expect(harness.clock.now()).toBe(0)
  })

  it.each([
    ['reuses it if it fits', [[other], [recent]], false],
    ['otherwise sends the POST', [[other], []], true],
  ])('waits for another snapshot, and %s', async (_, list, created) => {
    const harness = scriptedStep({ create: own, list })
    expect(await harness.obtain(REUSE)).toMatchObject({ created })
    const calls = harness.calls.map((call) => call.split(' ')[0])
    expect(calls).toStrictEqual(['get', 'list', 'list', ...(created ? ['create'] : [])])
  })

  it('reads the list again before each POST, also after a throttled one', async () => {
    const harness = scriptedStep({ create: throttled(), list: [[], [recent]] })
    expect(await harness.obtain(REUSE)).toMatchObject({ snapshot: recent })
  })
})

describe('rule 2: a step', () => {
  it('creates the requested snapshot with its POST, and reads nothing else', async () => {
    const harness = new StepHarness()
    const options = { ...NO_WAIT, request: { ...REQUEST, retentionInDays: 3 } }
    expect(await harness.obtain(options)).toMatchObject({ created: true })
    expect(harness.requests).toStrictEqual(['0 create 200'])
    expect(harness.atlas.snapshots()).toMatchObject([{ description: SENT, retentionInDays: 3 }])
  })

  it('does not believe a response to its POST that says completed', async () => {
    const create = { ...own, status: 'completed', createdAt: '2026-08-10T03:00:00Z' }
    const { snapshot } = await scriptedStep({ create }).obtain(NO_WAIT)
    expect(snapshot).toMatchObject({ status: 'inProgress', createdAt: undefined })
  })
})

describe('rule 3: a step whose POST failed and can be retried', () => {
  it.each([
    ['might have been executed', 'create:502', PAUSE_MS, true],
    ['might have been executed, with a longer Retry-After', 'create:503:retry-after=70', 70_000, true],
    ['was throttled', 'create:429', PAUSE_MS, false],
    ['was throttled, with a Retry-After above the limit', 'create:429:retry-after=600', 120_000, false],
    ['met a conflict', CONFLICT, PAUSE_MS, true],
  ])(
    'pauses, and then sends another POST, after the list if it needs one: the POST %s',
    async (_, fault, at, hasList) => {
      const { requests } = await play({ faults: [fault] })
      expect(requests.slice(1)).toStrictEqual([...(hasList ? firstList(at) : []), `${at} create 200`])
    },
  )

  it.each<[string, readonly string[]]>([
    ['rejected', ['cluster:403:times=2', 'list:401:code=USER_UNAUTHORIZED']],
    ['refused by a proxy', ['cluster:html=407', 'list:html=407']],
    ['answered by a proxy', ['cluster:html=403', 'list:html=404']],
    ['not answered', ['cluster:503', 'list:reset']],
  ])('finds its snapshot although the list is first %s', async (_, faults) => {
    const found = await play({ faults: ['create:reset:executed', ...faults] })
    expect(found).toMatchObject({ created: true, snapshots: 1 })
  })

  it.each<[string, AtlasOptions]>([
    ['is late', { list: { lagSeconds: 30 } }],
    ['hides what is in progress', { secondsToCompleted: 540, list: { hidesUnfinished: true } }],
    ['has a text before each description', { descriptionPrefix: 'Automated: ' }],
  ])('finds its snapshot although the list %s', async (_, atlas) => {
    const found = await play({ faults: ['create:reset:executed'], atlas })
    expect(found).toMatchObject({ created: true, snapshots: 1 })
  })

  it('waits until the list shows no other snapshot in progress, then sends the POST directly', async () => {
    const harness = new StepHarness({ atlas: { secondsToCompleted: 10 }, othersAt: [0] })
    expect(await harness.obtain(NO_WAIT)).toMatchObject({ created: true })
    expect(harness.requests).toStrictEqual([
      ...['0 create 400', ...firstList(PAUSE_MS), '9500 list 200', '11500 list 200', '11500 create 200'],
    ])
  })

  it('says once for which other snapshot it waits, and reads the list at the poll interval', async () => {
    const another = { ...other, id: snapshotId(4) }
    const list = [[other], [other], [another], [another], []]
    const harness = scriptedStep({ create: [conflict(), own], list })
    await harness.obtain({ ...NO_WAIT, pollIntervalMs: undefined })
    const shown = harness.lines.filter((line) => line.includes('Another on-demand snapshot'))
    expect(shown).toStrictEqual([other, another].map(({ id }) => mentioning(id, 'inProgress')))
    // The first interval, then that of an older snapshot.
    expect(harness.clock.now()).toBe(PAUSE_MS + 4_000 + 3 * 3_000)
  })

  it.each([
    ['rejected', ['list:403:skip=1']],
    ['not readable for longer than an outage', ['list:503:skip=1:times=25']],
  ])('waits although the list is %s meanwhile', async (_, faults) => {
    const { created } = await play({ atlas: { secondsToCompleted: 60 }, othersAt: [0], faults })
    expect(created).toBe(true)
  })

  it('does not count the time in which it waits for another snapshot as an outage', async () => {
    const faults = ['create:502', 'create:502:skip=1']
    const harness = new StepHarness({ faults, othersAt: [1_000], atlas: { secondsToCompleted: 20 * 60 } })
    expect(await harness.obtain(NO_WAIT)).toMatchObject({ created: true })
    const creates = harness.requests.filter((request) => request.includes('create'))
    expect(creates.map((request) => request.replace(/^\d+ create /, ''))).toStrictEqual(['502', '502', '200'])
    expect(harness.clock.now()).toBeGreaterThan(20 * MINUTE)
  })

  it.each([
    ['one that is queued', { status: 'queued' }, 2],
    // Atlas decides.
    ['one with an unknown status', { status: 'pondering' }, 1],
    ['a scheduled one', { snapshotType: 'scheduled' }, 1],
    ['a failed one', { status: 'failed' }, 1],
  ])('waits only for a snapshot that blocks the next one: %s', async (_, fields, lists) => {
    const harness = scriptedStep({ create: [conflict(), own], list: [[snapshot(fields)], []] })
    await harness.obtain(NO_WAIT)
    expect(harness.calls.filter((call) => call.startsWith('list'))).toHaveLength(lists)
  })
})

describe('rule 4: a step', () => {
  it.each([
    ['a redirect', '302', 'maybe'],
    ['a page of a proxy', 'html=403', 'maybe'],
    ['a missing role', '401:code=USER_UNAUTHORIZED', 'nothing'],
    ['a proxy that refuses', 'html=407', 'nothing'],
  ])('fails at once, without another list, after %s', async (_, effect, left) => {
    for (const before of [[], ['create:reset']]) {
      const harness = new StepHarness({ faults: [...before, `create:${effect}`] })
      expect(await harness.obtainFailure()).toMatchObject({ left: before.length > 0 ? 'maybe' : left })
      expect(harness.requests.at(-1)).toMatch(/create/)
    }
  })

  it.each<[string, readonly string[], string]>([
    ['a conflict', [CONFLICT], 'nothing'],
    ['a conflict after a lost POST', ['create:reset', CONFLICT], 'maybe'],
  ])('fails at once with on-conflict: fail after %s', async (_, faults, left) => {
    const harness = new StepHarness({ faults })
    const failure = await harness.obtainFailure({ onConflict: 'fail' })
    expect(failure).toMatchObject({ title: TITLES.conflict, left, message: mentioning('HTTP 400') })
    expect(failure.remedy).toBe(FAILURES.conflict.remedy)
    expect(harness.requests.at(-1)).toMatch(/create 400/)
  })

  it.each<[string, Script, string]>([
    ['POSTs reach no server', { create: notExecuted() }, 'nothing'],
    ['responses to POSTs are lost', { create: lost(), list: Array(99).fill([]) }, 'maybe'],
    ['the list after a POST is lost', { create: lost(), list: lost() }, 'maybe'],
    ['the list before the first POST reaches no server', { list: notExecuted() }, 'nothing'],
  ])('fails if for too long %s', async (_, script, left) => {
    const harness = scriptedStep(script)
    const failure = await harness.obtainFailure('create' in script ? {} : REUSE)
    expect(failure).toMatchObject({ left, message: mentioning('All tries for 5 min') })
    expect(harness.clock.now()).toBeLessThan(320_000)
  })
})

describe('the report of a step that created no snapshot', () => {
  it.each<[string, StepHarnessOptions, string, string, string]>([
    ['POST', { faults: ['create:reset', 'create:429:times=always'] }, TITLES.rateLimited, 'maybe', '429'],
    ['list', { faults: ['create:502', 'list:503:times=always'] }, TITLES.timedOut, 'maybe', '503'],
  ])('names what failed last at the deadline: %s', async (_, options, title, left, status) => {
    const harness = new StepHarness(options)
    expect(await harness.obtainFailure({ timeoutMs: 32_000 })).toMatchObject({
      ...{ title, left },
      message: mentioning('Timed out after 32 s', `HTTP ${status}`),
    })
    expect(harness.clock.now()).toBe(32_000)
  })

  it('does not name a conflict at the deadline if the other snapshot has ended', async () => {
    const faults = ['create:hang:skip=1']
    const harness = new StepHarness({ othersAt: [0], atlas: { secondsToCompleted: 8 }, faults })
    const { message } = await harness.obtainFailure({ timeoutMs: 15_000 })
    expect(message).toStrictEqual(mentioning('while creating the snapshot'))
    expect(message).not.toContain('HTTP 400')
  })

  it.each<[string, string, StepHarnessOptions, string]>([
    ['in the pause after a POST', 'HTTP 503', { faults: ['create:503'], cancelAt: 2_000 }, 'maybe'],
    ['during another POST', 'HTTP 503', { faults: ['create:503', 'create:hang'], cancelAt: 8_000 }, 'maybe'],
    ['during its first POST', 'Canceled', { faults: ['create:hang'], cancelAt: 1_000 }, 'maybe'],
    ['before a POST with credentials', 'Canceled', { faults: ['token:hang'], cancelAt: 1_000 }, 'nothing'],
  ])('names what failed before a cancellation %s', async (_, fact, options, left) => {
    const harness = new StepHarness({ ...options, latencyMs: fact === 'Canceled' ? 500 : 0 })
    const failure = await harness.obtainFailure()
    expect(failure).toMatchObject({ title: TITLES.canceled, left, message: mentioning(fact) })
    expect(harness.clock.now()).toBe(options.cancelAt)
  })

  it.each<[string, string, Script]>([
    ['in a POST', 'maybe', { create: new TypeError('no') }],
    ['in a list', 'nothing', { create: conflict(), list: new TypeError('no') }],
  ])('says that there is a bug, and whether a snapshot might exist: %s', async (_, left, script) => {
    expect(await scriptedStep(script).obtainFailure()).toMatchObject({
      ...{ title: TITLES.internalError, left },
      message: mentioning('no'),
    })
  })
})
