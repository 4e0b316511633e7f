import { describe, expect, it } from '@jest/globals'
import { REQUEST } from '../../simulation/options.js'
import { TITLES } from '../../src/titles.js'
import { mentioning } from '../support/played.js'
import {
  conflict,
  losses,
  page,
  rejected,
  type Script,
  snapshot,
  snapshotId,
  throttled,
} from '../support/scripted-client.js'
import {
  FAST,
  firstLists,
  lists,
  MINUTE,
  polls,
  SENT,
  StepHarness,
  type StepHarnessOptions,
  scriptedStep,
} from '../support/step-harness.js'

// decision.test.ts has the rules. Here are the times, and what follows from an error.

const own = snapshot({ id: snapshotId(2), description: SENT })
const nightly = (status: string) => snapshot({ status, description: 'nightly' })
/** Ends the step as soon as its snapshot is known. */
const NO_WAIT = { wait: false } as const

it('a POST that Atlas accepts creates the requested snapshot', async () => {
  const harness = new StepHarness()
  const { snapshot, created } = await harness.obtain({
    ...NO_WAIT,
    request: { ...REQUEST, retentionInDays: 3 },
  })
  expect(created).toBe(true)
  expect(harness.requests).toStrictEqual(['0 create 200'])
  expect(harness.atlas.snapshots()).toMatchObject([
    { id: snapshot.id, description: SENT, retentionInDays: 3 },
  ])
})

it('a POST that was not executed is repeated after all of Retry-After, right after the lists', async () => {
  const harness = new StepHarness({ faults: ['create:429:retry-after=600'] })
  await harness.obtain(NO_WAIT)
  expect(harness.requests).toStrictEqual(['0 create 429', ...firstLists(600_000), '600000 create 200'])
})

describe('a POST that might have been executed', () => {
  it('is found after 5 s if the list lags, and the cluster is read once', async () => {
    const harness = new StepHarness({ faults: ['create:reset:executed'], atlas: { list: { lagSeconds: 3 } } })
    await harness.obtain(NO_WAIT)
    expect(harness.requests).toStrictEqual(['0 create 0', ...firstLists(0), ...lists(5_000), ...polls(5_000)])
    expect(harness.atlas.snapshots()).toHaveLength(1)
  })

  it('is searched for 2 s before the deadline if Retry-After is later', async () => {
    const faults = ['create:503:executed:retry-after=59']
    const harness = new StepHarness({ faults, atlas: { list: { lagSeconds: 40 } } })
    expect(await harness.obtain({ ...NO_WAIT, timeoutMs: MINUTE })).toMatchObject({ created: true })
    expect(harness.requests.slice(-3)).toStrictEqual([...lists(58_000), ...polls(58_000)])
  })

  it('is accepted with its tag anywhere in the description, but not without a description', async () => {
    const accepted = scriptedStep({ create: snapshot({ description: `[prod] ${SENT}` }) })
    expect(await accepted.obtain(NO_WAIT)).toMatchObject({ created: true })
    const mismatched = scriptedStep({ create: snapshot(), list: page([]) })
    expect(await mismatched.obtainFailure()).toMatchObject({
      title: TITLES.mismatchedResponse,
      left: 'maybe',
    })
  })

  it('is found although the lists first return responses that are not from Atlas', async () => {
    const faults = ['create:reset:executed', 'cluster:html=403', 'list:html=404']
    const harness = new StepHarness({ faults })
    expect(await harness.obtain(NO_WAIT)).toMatchObject({ created: true })
    expect(harness.atlas.snapshots()).toHaveLength(1)
  })
})

describe('after a conflict', () => {
  it('a step waits for each other snapshot, reads the lists, and only then sends the POST again', async () => {
    const harness = new StepHarness({ atlas: FAST, othersAt: [0, 5_500] })
    expect(await harness.obtain(NO_WAIT)).toMatchObject({ created: true })
    expect(harness.requests).toStrictEqual([
      '0 create 400',
      ...firstLists(0),
      ...polls(2_000, 4_000, 6_000),
      ...lists(6_000),
      ...polls(8_000, 10_000, 12_000),
      ...lists(12_000),
      '12000 create 200',
    ])
    expect(harness.activities).toContainEqual('0 conflict')
  })

  // A new snapshot can be listed before Atlas finds it.
  it('a step sends no POST while a list shows another one in progress, although Atlas does not find it', async () => {
    const gone = rejected(404, 'SNAPSHOT_NOT_FOUND')
    const listed = page([nightly('queued')])
    const list = [listed, listed, page([])]
    const harness = scriptedStep({ create: [conflict(), own], list, get: gone })
    expect(await harness.obtain(NO_WAIT)).toMatchObject({ snapshot: own, created: true })
    expect(harness.clock.now()).toBe(4_000)
  })

  it.each(['GROUP_NOT_FOUND', 'CLUSTER_NOT_FOUND', 'BACKUP_CONFIG_NOT_FOUND'])(
    'a step does not take a 404 with %s for the end of another snapshot',
    async (code) => {
      const harness = new StepHarness({ faults: [`get:404:code=${code}`], othersAt: [0] })
      expect(await harness.obtainFailure()).toMatchObject({ message: mentioning(code) })
    },
  )

  it('the backoff starts anew after each wait', async () => {
    const ended = page([nightly('completed')])
    const harness = scriptedStep({
      create: [...Array(4).fill(conflict()), own],
      list: [page([]), page([]), page([nightly('queued')]), ...losses(1), ended, ended],
      get: [...losses(1), rejected(404, 'SNAPSHOT_NOT_FOUND')],
    })
    await harness.obtain(NO_WAIT)
    // After 0, 0.5, and 1 s for POSTs and the wait of 2 and 0.5 s, it is 0.5 s for the lists and 0 s for a POST again.
    expect(harness.clock.now()).toBe(1_500 + 2_500 + 500)
  })

  it('POSTs follow if the lists hide what is in progress', async () => {
    const atlas = { ...FAST, list: { hidesUnfinished: true }, olderSnapshots: 1 }
    const harness = new StepHarness({ atlas, othersAt: [0] })
    await harness.obtain(NO_WAIT)
    expect(harness.requests).toStrictEqual([
      '0 create 400',
      ...firstLists(0),
      '0 create 400',
      ...[500, 1_500, 3_500].flatMap((at) => [...lists(at), `${at} create 400`]),
      ...lists(7_500),
      '7500 create 200',
    ])
  })

  it('no POST follows if one was lost, but polls of the lists since the conflict', async () => {
    const harness = new StepHarness({
      faults: ['create:429:retry-after=300', 'create:reset:executed'],
      atlas: { list: { lagSeconds: 15 } },
    })
    await harness.obtain({ ...NO_WAIT, pollIntervalMs: undefined })
    // Since the start of the step, the interval would be 6 s.
    const polled = [306_000, 310_000, 313_000, 316_000].flatMap(lists)
    expect(harness.requests.slice(-10)).toStrictEqual(['305000 create 400', ...polled, ...polls(316_000)])
    expect(harness.atlas.snapshots()).toHaveLength(1)
    // The search is announced once.
    const messages = harness.lines.map((line) => line.replace(/^\d+ /, ''))
    expect(new Set(messages).size).toBe(messages.length)
  })
})

describe('the report of a step that created no snapshot', () => {
  it('says that one might exist if a list that was never read to its end shows the tag', async () => {
    const harness = scriptedStep({ create: [throttled()], list: [page([own], 2), ...losses(100)] })
    expect((await harness.obtainFailure()).left).toBe('maybe')
  })

  it.each<[string, StepHarnessOptions, string, string]>([
    ['POST', { faults: ['create:reset', 'create:429:times=always'] }, 'maybe', 'HTTP 429'],
    ['list', { faults: ['create:429', 'list:503:times=always'] }, 'nothing', 'HTTP 503'],
    ['poll of another one', { faults: ['get:502:times=always'], othersAt: [0] }, 'nothing', 'HTTP 502'],
  ])('has the error of the last %s at the deadline', async (_, options, left, fact) => {
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
