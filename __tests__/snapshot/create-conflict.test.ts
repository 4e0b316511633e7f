import { describe, expect, it } from '@jest/globals'
import { TITLES } from '../../src/titles.js'
import { mentioning } from '../support/played.js'
import { conflict, lost, page, scriptedClient, snapshot, snapshotId } from '../support/scripted-client.js'
import { FAST, lists, MINUTE, post, StepHarness, TAG } from '../support/step-harness.js'

const RESET = 'read ECONNRESET'
const policies = ['wait', 'reuse', 'fail'] as const

describe('a conflict while a snapshot might exist', () => {
  it("prevents another POST until the step's own snapshot is listed as completed", async () => {
    const harness = new StepHarness({
      faults: ['create:reset:executed'],
      atlas: { list: { hidesUnfinished: true }, secondsToCompleted: 20, olderSnapshots: 2 },
    })
    expect(await harness.createSnapshot()).toMatchObject({ created: true, snapshot: { status: 'completed' } })
    expect(harness.requests).toEqual([
      ...post(0, RESET),
      ...lists(0),
      ...lists(5_000),
      ...post(5_000, 400),
      ...[5, 7, 9, 11, 13, 15, 17, 19, 21].flatMap((seconds) => lists(seconds * 1_000)),
    ])
    expect(harness.atlasSnapshots.filter((one) => one.startsWith('OWN'))).toHaveLength(1)
  })

  it.each(policies)("is resolved by the step's own snapshot with any on-conflict: %s", async (onConflict) => {
    const harness = new StepHarness({ faults: ['create:reset:executed'], atlas: { list: { lagSeconds: 8 } } })
    expect(await harness.createSnapshot({ onConflict })).toMatchObject({ created: true })
    expect(harness.requests).toEqual([
      ...post(0, RESET),
      ...lists(0),
      ...lists(5_000),
      ...post(5_000, 400),
      ...[5, 7, 9].flatMap((seconds) => lists(seconds * 1_000)),
    ])
  })

  // Since the start of the step, the interval would be 9 s.
  it('determines the poll interval by the time since the conflict', async () => {
    const harness = new StepHarness({
      faults: ['create:429:retry-after=300', 'create:reset:executed'],
      atlas: { list: { lagSeconds: 15 } },
    })
    await harness.createSnapshot({}, 60 * MINUTE, 'adaptive')
    const polls = [305_000, 309_000, 313_000, 317_000]
    expect(harness.requests.slice(-10)).toEqual([...post(305_000, 400), ...polls.flatMap(lists)])
  })

  it('with another snapshot waits for that snapshot, then repeats the POST', async () => {
    const harness = new StepHarness({ faults: ['create:reset'], atlas: FAST })
    harness.clock.setTimeout(3_000, () => harness.createOtherSnapshot())
    expect(await harness.createSnapshot()).toMatchObject({ created: true })
    expect(harness.requests).toEqual([
      ...post(0, RESET),
      ...lists(0),
      ...lists(5_000),
      ...post(5_000, 400),
      ...lists(5_000),
      '7000 get 200',
      '9000 get 200',
      ...lists(9_000),
      ...post(9_000),
    ])
  })

  it('is explained by a completed snapshot that was in no earlier list', async () => {
    const harness = new StepHarness({
      faults: ['create:reset'],
      atlas: { list: { hidesUnfinished: true }, secondsToCompleted: 7, olderSnapshots: 1 },
    })
    harness.clock.setTimeout(1_000, () => harness.createOtherSnapshot())
    await harness.createSnapshot()
    expect(harness.requests.slice(6)).toEqual([
      ...post(5_000, 400),
      ...[5, 7, 9].flatMap((seconds) => lists(seconds * 1_000)),
      ...post(9_000),
    ])
  })

  it('is not explained by the snapshot of an earlier conflict', async () => {
    const harness = new StepHarness({
      faults: ['create:reset:executed:skip=2'],
      atlas: { list: { hidesUnfinished: true }, secondsToCompleted: 7 },
    })
    harness.createOtherSnapshot()
    const { snapshot: own } = await harness.createSnapshot({}, 60 * MINUTE, 8_000)
    expect(harness.named(`${own.id} ${own.status}`)).toBe('OWN completed')
    expect(harness.requests).toEqual([
      ...post(0, 400),
      ...lists(0),
      ...post(0, 400),
      ...[500, 8_500].flatMap(lists),
      ...post(8_500, RESET),
      ...[8_500, 13_500].flatMap(lists),
      ...post(13_500, 400),
      ...[14_500, 22_500].flatMap(lists),
    ])
  })

  it('is not explained by a snapshot that was finished in an earlier list', async () => {
    const finished = page([snapshot({ status: 'completed', description: 'nightly' })])
    const own = snapshot({ id: snapshotId(2), description: TAG })
    const client = scriptedClient({
      create: [lost(), conflict()],
      list: [finished, page([]), finished, page([own])],
      listSharded: Array.from({ length: 4 }, () => page([])),
    })
    expect(await new StepHarness({ client }).createSnapshot()).toMatchObject({ snapshot: own, created: true })
  })

  it('names the other snapshot with on-conflict: fail', async () => {
    const harness = new StepHarness({ faults: ['create:reset'] })
    harness.clock.setTimeout(3_000, () => harness.createOtherSnapshot())
    expect(await harness.createFailure({ onConflict: 'fail' })).toMatchObject({
      title: TITLES.conflict,
      left: 'maybe',
      message: mentioning('HTTP 400', 'OTHER', 'nightly', 'queued'),
    })
  })

  it.each(policies)('lasts until the deadline if the lists show no snapshot: %s', async (onConflict) => {
    const harness = new StepHarness({
      faults: ['create:reset:executed'],
      atlas: { list: { hidesUnfinished: true } },
    })
    expect(await harness.createFailure({ onConflict }, 30_000)).toMatchObject({
      title: TITLES.timedOut,
      left: 'maybe',
      message: mentioning('30 s', 'UNFINISHED_ON_DEMAND_SNAPSHOT'),
    })
    expect(harness.clock.now()).toBe(30_000)
    expect(harness.posts).toEqual([...post(0, RESET), ...post(5_000, 400)])
  })
})

describe('a conflict with a snapshot that finishes immediately', () => {
  /** Lists that each have one more finished snapshot. */
  const overAtOnce = (count: number) =>
    Array.from({ length: count }, (_, more) =>
      page(
        Array.from({ length: more + 1 }, (_, index) =>
          snapshot({ id: snapshotId(index + 2), status: 'completed', description: 'nightly' }),
        ),
      ),
    )

  it('is followed by a POST after a backoff that grows with each conflict', async () => {
    const own = snapshot({ description: TAG })
    const posts: number[] = []
    const create = [conflict(), conflict(), conflict(), conflict(), conflict(), own].map((response) => () => {
      posts.push(harness.clock.now())
      if (response instanceof Error) throw response
      return response
    })
    const listSharded = Array.from({ length: 5 }, () => page([]))
    const harness: StepHarness = new StepHarness({
      client: scriptedClient({ create, list: overAtOnce(5), listSharded }),
    })
    expect(await harness.createSnapshot()).toMatchObject({ created: true })
    expect(posts).toEqual([0, 0, 500, 1_500, 3_500, 7_500])
  })

  it('is followed by the shortest backoff again after a wait for another snapshot', async () => {
    const other = (id: number, status: string) =>
      snapshot({ id: snapshotId(id), status, description: 'nightly' })
    const own = snapshot({ description: TAG })
    const posts: number[] = []
    const create = [conflict(), conflict(), conflict(), conflict(), own].map((response) => () => {
      posts.push(harness.clock.now())
      if (response instanceof Error) throw response
      return response
    })
    const list = [
      page([other(2, 'completed')]),
      page([other(2, 'completed'), other(3, 'completed')]),
      page([other(4, 'queued')]),
      page([other(4, 'completed')]),
      page([other(4, 'completed'), other(5, 'completed')]),
    ]
    const harness: StepHarness = new StepHarness({
      client: scriptedClient({
        create,
        get: [other(4, 'completed')],
        list,
        listSharded: list.map(() => page([])),
      }),
    })
    await harness.createSnapshot()
    // 1 s before the lists of the third conflict, then 2 s until the other snapshot has finished.
    expect(posts).toEqual([0, 0, 500, 3_500, 3_500])
  })
})
