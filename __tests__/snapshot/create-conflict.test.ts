import { describe, expect, it } from '@jest/globals'
import { REMEDIES } from '../../src/atlas/remedies.js'
import { TITLES } from '../../src/titles.js'
import { conflict, lost, page, type Script, snapshot, snapshotId } from '../support/scripted-client.js'
import { FAST, MINUTE, StepHarness, scriptedStep, TAG } from '../support/step-harness.js'
import { lists, listsAndCluster, post } from '../support/step-requests.js'

const nightly = (status: string) => page([snapshot({ status, description: 'nightly' })])
const finished = nightly('completed')
const own = snapshot({ id: snapshotId(2), description: TAG })

describe('a conflict while a snapshot might exist', () => {
  // Since the start of the step, the interval would be 9 s.
  it('determines the poll interval by the time since the conflict', async () => {
    const harness = new StepHarness({
      faults: ['create:429:retry-after=300', 'create:reset:executed'],
      atlas: { list: { lagSeconds: 15 } },
      pollIntervalMs: 'adaptive',
    })
    await harness.createSnapshot()
    const polls = [305_000, 309_000, 313_000].flatMap(lists)
    expect(harness.requests.slice(-11)).toStrictEqual([
      ...post(305_000, 400),
      ...polls,
      ...listsAndCluster(317_000),
    ])
  })

  it('is not explained by a snapshot that was finished before a list that shows it in progress', async () => {
    const list = [finished, nightly('inProgress'), finished, page([own])]
    const harness = scriptedStep({ create: [lost(), conflict()], list })
    expect(await harness.createSnapshot()).toMatchObject({ snapshot: own, created: true })
  })
})

/** This many conflicts, then the step's own snapshot, with the times of their POSTs in milliseconds. */
function timedConflicts(count: number, script: Script) {
  const posts: number[] = []
  const create = Array.from({ length: count + 1 }, (_, index) => () => {
    posts.push(harness.clock.now())
    if (index < count) throw conflict()
    return own
  })
  const harness: StepHarness = scriptedStep({ create, ...script })
  return { harness, posts }
}

it('a conflict after a wait for another snapshot is followed by the shortest backoff again', async () => {
  const other = (number: number, status = 'completed') =>
    snapshot({ id: snapshotId(number), status, description: 'nightly' })
  const list = [
    page([other(3)]),
    page([other(3), other(4)]),
    page([other(5, 'queued')]),
    page([other(5)]),
    page([other(5), other(6)]),
  ]
  const { harness, posts } = timedConflicts(4, { list, get: [other(5)] })
  await harness.createSnapshot()
  // 1 s before the lists of the third conflict, then 2 s until the other snapshot has finished.
  expect(posts).toStrictEqual([0, 0, 500, 3_500, 4_000])
})

// The plain list does not show the step's own snapshot yet. The sharded list responds only after that has finished.
it.each([
  ['a lost POST', ['create:reset:executed', 'list-sharded:503:skip=1:times=8']],
  ['a POST delivered twice', ['create:twice', 'list-sharded:503:times=8']],
])('a list that responds late does not cause a second snapshot after %s', async (_, faults) => {
  const atlas = { secondsToInProgress: 1, secondsToCompleted: 40, list: { lagSeconds: 6 } }
  const harness = new StepHarness({ faults, atlas })
  expect(await harness.createSnapshot()).toMatchObject({ created: true })
  expect(harness.atlasSnapshots).toStrictEqual([`OWN completed: before deploy ${TAG}`])
})

describe('a conflict that outlasts the other snapshot', () => {
  const whole = (status: string) =>
    page([
      snapshot(
        { id: snapshotId(3), status, type: 'shardedCluster', snapshotIds: [snapshotId(1)] },
        { form: 'sharded' },
      ),
    ])
  const [queued, doneWhole] = [nightly('queued'), whole('completed')]
  const replicaSet = { get: finished.snapshots, list: [queued, finished], listSharded: [page([]), page([])] }
  // The plain list shows the end of a part later than the sharded list shows that of the whole snapshot.
  const sharded = {
    get: doneWhole.snapshots,
    list: [queued, queued, finished],
    listSharded: [whole('queued'), doneWhole, doneWhole],
  }
  const forever = <T>(pages: readonly T[]) => [...pages, ...Array(100).fill(pages.at(-1))]

  it.each([
    ['replica set', replicaSet],
    ['sharded cluster', sharded],
  ])('is followed by POSTs for a minute (%s)', async (_, { get, list, listSharded }) => {
    const lists = { list: forever(list), listSharded: forever(listSharded) }
    const { harness, posts } = timedConflicts(20, { get, ...lists })
    const { title, left } = await harness.createFailure({}, 200_000)
    expect({ title, left }).toStrictEqual({ title: TITLES.timedOut, left: 'maybe' })
    // The other snapshot finishes at 2 s.
    const seconds = [0, 2, 2.5, 3.5, 5.5, 9.5, 17.5, 32.5, 47.5, 62.5]
    expect(posts).toStrictEqual(seconds.map((at) => at * 1_000))
  })

  // The conflict might also be with the step's own snapshot, if a proxy sent the POST twice.
  it('is reported with a snapshot that might exist, although the other one explains it', async () => {
    const harness = scriptedStep({ create: [conflict(), conflict()], ...replicaSet })
    harness.cancelAt(2_300)
    expect(await harness.createFailure()).toMatchObject({ title: TITLES.canceled, left: 'maybe' })
  })
})

it('a step searches for the snapshot of a lost POST 2 s before the deadline, if Retry-After is later', async () => {
  const faults = ['create:503:executed:retry-after=59']
  const harness = new StepHarness({ faults, atlas: { list: { lagSeconds: 40 } } })
  expect(await harness.createSnapshot({}, MINUTE)).toMatchObject({ created: true })
  expect(harness.requests.slice(-3)).toStrictEqual(listsAndCluster(58_000))
})

it('a 404 about the cluster does not mean that another snapshot no longer exists', async () => {
  const harness = new StepHarness({ faults: ['get:404:code=CLUSTER_NOT_FOUND'], atlas: FAST })
  harness.createOtherSnapshot()
  expect(await harness.createFailure()).toMatchObject({ title: REMEDIES.clusterNotFound.title })
})
