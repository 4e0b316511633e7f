import { describe, expect, it } from '@jest/globals'
import { mentioning } from '../support/played.js'
import {
  conflict,
  losses,
  lost,
  page,
  rejected,
  type Script,
  snapshot,
  snapshotId,
} from '../support/scripted-client.js'
import { FAST, SENT, StepHarness, scriptedStep } from '../support/step-harness.js'
import { firstLists, lists, post } from '../support/step-requests.js'

const own = snapshot({ id: snapshotId(2), description: SENT })
const nightly = (status: string, id = 1) => snapshot({ id: snapshotId(id), status, description: 'nightly' })

/** The times of the POSTs with credentials, in milliseconds. */
function postTimes({ requests }: StepHarness): number[] {
  const posts = requests.filter((request) => /create (?!401)/.test(request))
  return posts.map((request) => Number.parseInt(request, 10))
}

describe('on-conflict: wait', () => {
  it('waits for another snapshot, reads the lists, and sends the POST again', async () => {
    const harness = new StepHarness({ atlas: FAST })
    harness.createOtherSnapshot()
    expect(await harness.createSnapshot()).toMatchObject({ created: true })
    expect(harness.requests).toStrictEqual([
      ...post(0, 400),
      ...firstLists(0),
      ...[2_000, 4_000, 6_000].map((at) => `${at} get 200`),
      ...lists(6_000),
      ...post(6_000),
    ])
    expect(harness.activities).toContainEqual('0 conflict')
  })

  it('waits again, without a POST, if yet another one got in first', async () => {
    const harness = new StepHarness({ atlas: FAST })
    harness.createOtherSnapshot()
    harness.clock.setTimeout(5_500, () => harness.createOtherSnapshot())
    expect(await harness.createSnapshot()).toMatchObject({ created: true })
    expect(postTimes(harness)).toStrictEqual([0, 12_000])
  })

  // A new snapshot can be listed before Atlas finds it.
  it('sends no POST while a list shows another one in progress, although Atlas does not find it', async () => {
    const gone = rejected(404, 'Gone.', 'SNAPSHOT_NOT_FOUND')
    const listed = page([nightly('queued')])
    const list = [listed, listed, page([])]
    const harness = scriptedStep({ create: [conflict(), own], list, get: [gone, gone] })
    expect(await harness.createSnapshot()).toMatchObject({ snapshot: own, created: true })
    expect(harness.clock.now()).toBe(4_000)
  })

  it('tolerates an outage of more than five minutes while it waits', async () => {
    const harness = new StepHarness({ faults: ['get:503:times=40'] })
    harness.createOtherSnapshot()
    expect(await harness.createSnapshot()).toMatchObject({ created: true })
    expect(harness.clock.now()).toBeGreaterThan(500_000)
  })

  it('fails after the wait if the lists cannot be read for five minutes', async () => {
    const list = [page([nightly('queued')]), ...losses(100)]
    const harness = scriptedStep({ create: [conflict()], list, get: [nightly('completed')] })
    expect(await harness.createFailure()).toMatchObject({
      left: 'maybe',
      message: mentioning('Lost.', '5 min'),
    })
  })

  it.each(['GROUP_NOT_FOUND', 'CLUSTER_NOT_FOUND', 'BACKUP_CONFIG_NOT_FOUND'])(
    'does not take a 404 with %s for the end of another snapshot',
    async (code) => {
      const harness = new StepHarness({ faults: [`get:404:code=${code}`], atlas: FAST })
      harness.createOtherSnapshot()
      expect(await harness.createFailure()).toMatchObject({ message: mentioning(code) })
    },
  )
})

describe('on-conflict: reuse and fail', () => {
  it('use another snapshot, or name it', async () => {
    const other = nightly('inProgress')
    const script = { create: [conflict()], list: page([nightly('completed', 5), other]) }
    const reused = scriptedStep(script).createSnapshot({ onConflict: 'reuse' })
    expect(await reused).toStrictEqual({ snapshot: other, created: false, seenAt: 0, mayBePart: false })
    expect(await scriptedStep(script).createFailure({ onConflict: 'fail' })).toMatchObject({
      left: 'nothing',
      message: mentioning('Conflict.', other.id),
    })
  })
})

describe('Atlas goes on refusing after the end of another snapshot', () => {
  it('starts the backoff anew after each wait', async () => {
    const script: Script = {
      create: [...Array(5).fill(conflict()), own],
      list: [
        ...Array(4).fill(page([])),
        page([nightly('queued')]),
        ...Array(9).fill(page([nightly('completed')])),
      ],
      get: [nightly('completed')],
    }
    const harness = scriptedStep(script)
    await harness.createSnapshot()
    // After 0, 0.5, 1, and 2 s of backoff and the wait of 2 s, no backoff again.
    expect(harness.clock.now()).toBe(7_500 + 2_000)
  })
})

describe('a conflict without another snapshot to be seen', () => {
  it('is followed by POSTs if the lists hide what is in progress', async () => {
    const atlas = { ...FAST, list: { hidesUnfinished: true }, olderSnapshots: 1 }
    const harness = new StepHarness({ atlas })
    harness.createOtherSnapshot()
    await harness.createSnapshot()
    expect(harness.requests).toStrictEqual([
      ...post(0, 400),
      ...firstLists(0),
      ...post(0, 400),
      ...[500, 1_500, 3_500].flatMap((at) => [...lists(at), ...post(at, 400)]),
      ...lists(7_500),
      ...post(7_500),
    ])
  })

  it('is followed by no POST after a lost one, but by polls since the conflict', async () => {
    const harness = new StepHarness({
      faults: ['create:429:retry-after=300', 'create:reset:executed'],
      atlas: { list: { lagSeconds: 15 } },
      pollIntervalMs: 'adaptive',
    })
    await harness.createSnapshot()
    // Since the start of the step, the interval would be 6 s.
    const polls = [306_000, 310_000, 313_000, 316_000]
    expect(harness.requests.slice(-10)).toStrictEqual([...post(305_000, 400), ...polls.flatMap(lists)])
    expect(harness.atlasSnapshots).toHaveLength(1)
  })
})

describe('in a replica set with an old sharded entry of a cluster with the same name', () => {
  const old = { type: 'shardedCluster', status: 'completed', snapshotIds: [snapshotId(8)] }
  const listSharded = page([snapshot({ id: snapshotId(9), description: 'old', ...old }, { form: 'sharded' })])

  it('the own completed snapshot is found after a lost response', async () => {
    const completed = { ...own, status: 'completed' }
    const harness = scriptedStep({ create: [lost()], list: page([completed]), listSharded })
    expect(await harness.createSnapshot()).toMatchObject({ snapshot: { id: own.id }, created: true })
  })

  it('a conflict ends with the other snapshot', async () => {
    const list = [page([nightly('queued')]), page([nightly('completed')])]
    const harness = scriptedStep({
      create: [conflict(), own],
      list,
      listSharded,
      get: [nightly('completed')],
    })
    expect(await harness.createSnapshot()).toMatchObject({ snapshot: own, created: true })
    expect(harness.clock.now()).toBe(2_000)
  })
})

it('a snapshot from a list might be a part if the cluster cannot be read', async () => {
  const script = { create: [conflict()], list: page([nightly('queued')]), getCluster: rejected(401) }
  const reuse = { onConflict: 'reuse' } as const
  expect(await scriptedStep(script).createSnapshot(reuse)).toMatchObject({ mayBePart: true })
  const whole = snapshot({ type: 'shardedCluster' }, { form: 'sharded' })
  const sharded = scriptedStep({ ...script, list: page([]), listSharded: page([whole]) })
  expect(await sharded.createSnapshot(reuse)).toMatchObject({ snapshot: whole, mayBePart: false })
})
