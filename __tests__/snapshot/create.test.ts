import { describe, expect, it } from '@jest/globals'
import { REMEDIES } from '../../src/atlas/remedies.js'
import { TITLES } from '../../src/titles.js'
import { mentioning } from '../support/played.js'
import {
  cluster,
  lost,
  nonAtlas,
  page,
  rejected,
  type Script,
  scriptedClient,
  snapshot,
  snapshotId,
  throttled,
} from '../support/scripted-client.js'
import { MINUTE, StepHarness, type StepHarnessOptions, scriptedStep, TAG } from '../support/step-harness.js'
import { lists, listsAndCluster, post } from '../support/step-requests.js'

const RESET = 'read ECONNRESET'

it('a POST that Atlas accepts creates the requested snapshot', async () => {
  const harness = new StepHarness()
  const { snapshot: own, created } = await harness.createSnapshot({ retentionInDays: 3 })
  expect(created).toBe(true)
  expect(harness.requests).toStrictEqual(post(0))
  expect(harness.lines).toStrictEqual([])
  expect(harness.atlas.snapshots()).toMatchObject([
    { id: own.id, description: `before deploy ${TAG}`, retentionInDays: 3 },
  ])
})

describe('a POST that was not executed', () => {
  it.each([
    ['429:retry-after=7', 429, 7_000],
    ['429', 429, 500],
  ])(
    'is repeated after Retry-After or the backoff, after reading the lists: %s',
    async (effect, status, at) => {
      const harness = new StepHarness({ faults: [`create:${effect}`] })
      await harness.createSnapshot()
      expect(harness.requests).toStrictEqual([...post(0, status), ...lists(at), ...post(at)])
    },
  )

  it('is repeated if there was no connection', async () => {
    const harness = new StepHarness({ onlineAt: 1_000 })
    await harness.createSnapshot()
    expect(harness.requests).toStrictEqual([
      '0 create connect ECONNREFUSED',
      '500 list 1 connect ECONNREFUSED',
      '1000 list 1 401',
      ...lists(1_000),
      ...post(1_000),
    ])
  })
})

const LOST = [
  ['reset', RESET, 0],
  ['hang', 'aborted', 30_000],
  ['503', 503, 0],
] as const

describe('a POST that might have been executed', () => {
  it.each(LOST)('and was not executed is repeated after 5 s: %s', async (effect, outcome, lostAt) => {
    const harness = new StepHarness({ faults: [`create:${effect}`] })
    expect(await harness.createSnapshot()).toMatchObject({ created: true, mayHaveOrphan: false })
    const again = lostAt + 5_000
    expect(harness.requests).toStrictEqual([
      ...post(0, outcome),
      ...lists(lostAt),
      ...lists(again),
      ...post(again),
    ])
    expect(harness.activities).toStrictEqual(['0 request', `${again} request`])
    expect(harness.lines).toStrictEqual([mentioning(TAG), mentioning(TAG)])
    expect(harness.atlasSnapshots).toHaveLength(1)
  })

  it.each<[string, StepHarnessOptions]>([
    ['the list lags', { faults: ['create:reset:executed'], atlas: { list: { lagSeconds: 3 } } }],
    ['it is executed late', { faults: ['create:late=4'] }],
  ])('is found after 5 s if %s', async (_, options) => {
    const harness = new StepHarness(options)
    await harness.createSnapshot()
    expect(harness.requests).toStrictEqual([...post(0, RESET), ...lists(0), ...listsAndCluster(5_000)])
    expect(harness.atlasSnapshots).toStrictEqual([`OWN queued: before deploy ${TAG}`])
  })

  it('is repeated after at least 5 s, and not later because of slow lists', async () => {
    const harness = new StepHarness({ faults: ['create:reset'], latencyMs: 3_000 })
    await harness.createSnapshot()
    expect(harness.requests).toStrictEqual([
      '0 create 401',
      `3000 create ${RESET}`,
      '6000 list 1 200',
      '9000 list sharded 1 200',
      '12000 list 1 200',
      '15000 list sharded 1 200',
      '18000 create 401',
      '21000 create 200',
    ])
  })

  it('is repeated after growing delays of at least 5 s', async () => {
    const harness = new StepHarness({ faults: ['create:503:times=6'] })
    await harness.createSnapshot()
    expect(harness.posts).toStrictEqual([
      ...[0, 5, 10, 15, 20, 28].flatMap((seconds) => post(seconds * 1_000, 503)),
      ...post(43_000),
    ])
  })

  it('is searched for again if the process was suspended before the next POST', async () => {
    const harness = new StepHarness({
      faults: ['create:503:retry-after=8'],
      suspension: { atMs: 7_000, forMs: MINUTE },
    })
    await harness.createSnapshot()
    expect(harness.requests).toStrictEqual([
      ...post(0, 503),
      ...[0, 5_000, 67_000].flatMap(lists),
      ...post(67_000),
    ])
  })
})

describe('an outage while a snapshot is created', () => {
  it('of the lists does not count toward the outage of the POST', async () => {
    const harness = new StepHarness({
      faults: ['create:503', 'list:503:times=14', 'create:503'],
    })
    expect(await harness.createSnapshot()).toMatchObject({ created: true })
  })

  it.each([
    ['of the lists', ['create:reset:executed', 'list:503:times=always'], 'maybe', 'HTTP 503', 300_500],
    ['of POSTs, though the lists respond', ['create:503:times=always'], 'maybe', 'HTTP 503', 318_000],
    ['of every connection', [], 'nothing', 'ECONNREFUSED', 301_000],
  ])('fails the step after five minutes: %s', async (_, faults, left, cause, endsAt) => {
    const harness = new StepHarness({ faults, onlineAt: faults.length === 0 ? 1e9 : 0 })
    expect(await harness.createFailure()).toMatchObject({
      title: left === 'maybe' ? TITLES.invalidResponse : TITLES.unreachable,
      left,
      message: mentioning(cause, '5 min'),
    })
    expect(harness.clock.now()).toBe(endsAt)
  })
})

it.each([
  [
    'a rejection of the lists',
    ['create:reset:executed', 'list:403'],
    REMEDIES.forbidden.title,
    'HTTP 403',
    0,
  ],
  ['throttled POSTs', ['create:reset', 'create:429:times=always'], TITLES.timedOut, 'HTTP 429', 32_000],
  ['lost lists', ['create:reset', 'list:503:times=always'], TITLES.timedOut, 'HTTP 503', 32_000],
])('a snapshot that might exist is reported after %s', async (_, faults, title, fact, endsAt) => {
  const harness = new StepHarness({ faults, atlas: { list: { lagSeconds: 1_000 } } })
  const failure = await harness.createFailure({}, 32_000)
  expect(failure).toMatchObject({ title, left: 'maybe', message: mentioning(fact) })
  expect(harness.clock.now()).toBe(endsAt)
})

it('a response to a list that is not from Atlas is retried', async () => {
  const faults = [
    'create:reset:executed',
    'list:html=404',
    'list:html=401:unauthenticated',
    'list-sharded:html=403',
  ]
  const harness = new StepHarness({ faults })
  expect(await harness.createSnapshot()).toMatchObject({ created: true })
  expect(harness.posts).toHaveLength(2)
})

it.each([
  ['in a POST', 'maybe', scriptedClient({ create: [new TypeError('no')] })],
  ['in a list', 'nothing', scriptedClient({ create: [throttled(1_000)], list: [new TypeError('no')] })],
])('a step reports a bug and whether a snapshot might exist: %s', async (_, left, client) => {
  expect(await new StepHarness({ client }).createFailure()).toMatchObject({
    title: TITLES.unexpected,
    left,
    message: mentioning('no'),
  })
})

it("a response to the POST about another snapshot starts a search that finds the step's own", async () => {
  const other = snapshot({ id: snapshotId(2), description: 'nightly' })
  const own = snapshot({ id: snapshotId(3), description: `before deploy ${TAG}` })
  const found = await scriptedStep({ create: [other], list: [page([other, own])] }).createSnapshot()
  expect(found).toMatchObject({ snapshot: own, created: true, mayHaveOrphan: false })
})

// The list of the parts can be ahead of the list of the whole snapshots.
describe('a part of a sharded snapshot', () => {
  const tagged = (id: number, fields = {}) => snapshot({ id: snapshotId(id), description: TAG, ...fields })
  const whole = tagged(2, { type: 'shardedCluster', snapshotIds: [snapshotId(1)] })

  it.each<[string, Script]>([
    ['the cluster', { getCluster: [nonAtlas(), cluster({ clusterType: 'SHARDED' })] }],
    ['a list', { listSharded: [page([tagged(4, { type: 'shardedCluster', description: 'old' })])] }],
    ['an invalid entry of a list', { getCluster: [rejected(401)], listSharded: [page([], 1, ['old'])] }],
    ['the response to the POST', { create: [tagged(4, { type: 'shardedCluster', description: 'changed' })] }],
  ])('is not used although it has the tag, as %s shows', async (_, more) => {
    const list = Array(3).fill(page([tagged(1, { status: 'completed' })]))
    const { listSharded: [old = page([])] = [] } = more
    const listSharded = [old, old, page([whole])]
    const client = scriptedClient({ create: [lost()], list, ...more, listSharded })
    const found = await new StepHarness({ client }).createSnapshot()
    expect(found).toMatchObject({ snapshot: whole, created: true })
    expect(client.calls.filter((call) => call === 'get cluster')).toHaveLength(more.getCluster?.length ?? 0)
  })
})
