import { describe, expect, it } from '@jest/globals'
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
import { MINUTE, StepHarness, TAG } from '../support/step-harness.js'
import { lists, listsAndCluster, post } from '../support/step-requests.js'

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
})

describe('a POST that might have been executed', () => {
  it('is found after 5 s if the list lags', async () => {
    const harness = new StepHarness({ faults: ['create:reset:executed'], atlas: { list: { lagSeconds: 3 } } })
    await harness.createSnapshot()
    expect(harness.requests).toStrictEqual([...post(0, 0), ...lists(0), ...listsAndCluster(5_000)])
    expect(harness.atlasSnapshots).toStrictEqual([`OWN queued: before deploy ${TAG}`])
  })

  it('is repeated after growing delays of at least 5 s', async () => {
    const harness = new StepHarness({ faults: ['create:503:times=6'] })
    await harness.createSnapshot()
    expect(harness.requests.filter((request) => request.includes('create'))).toStrictEqual([
      ...[0, 5, 10, 15, 20, 28].flatMap((seconds) => post(seconds * 1_000, 503)),
      ...post(43_000),
    ])
  })

  it('is searched for again if the process was suspended before the next POST', async () => {
    const suspension = { atMs: 7_000, forMs: MINUTE }
    const harness = new StepHarness({ faults: ['create:503:retry-after=8'], suspension })
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

  it('of POSTs fails the step after five minutes, though the lists respond', async () => {
    const harness = new StepHarness({ faults: ['create:503:times=always'] })
    expect(await harness.createFailure()).toMatchObject({
      title: TITLES.invalidResponse,
      left: 'maybe',
      message: mentioning('HTTP 503', '5 min'),
    })
    expect(harness.clock.now()).toBe(318_000)
  })
})

it('a snapshot that might exist is reported at the deadline, with the error of the last POST', async () => {
  const harness = new StepHarness({ faults: ['create:reset', 'create:429:times=always'] })
  expect(await harness.createFailure({}, 32_000)).toMatchObject({
    title: TITLES.timedOut,
    left: 'maybe',
    message: mentioning('HTTP 429'),
  })
  expect(harness.clock.now()).toBe(32_000)
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
  expect(harness.atlasSnapshots).toHaveLength(1)
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
