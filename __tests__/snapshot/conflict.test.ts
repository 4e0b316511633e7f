import { describe, expect, it } from '@jest/globals'
import { findConflictingSnapshot } from '../../src/snapshot/conflict.js'
import {
  conflict,
  lost,
  page,
  refused,
  scriptedClient,
  snapshot,
  snapshotId,
  tryLater,
} from '../support/scripted-client.js'
import { BACKUP_PAGE, MINUTE, StepHarness, TAG } from '../support/step-harness.js'

const CONFLICT =
  'Taking a snapshot of cluster demo was refused (HTTP 400 Bad Request, UNFINISHED_ON_DEMAND_SNAPSHOT: Cluster demo already has an on-demand snapshot that is queued or in progress).'
const ONCE_MORE = 'Atlas does not show what is in the way: asking once more.'
const LOOKING_ON = 'Atlas does not show what is in the way: looking until it does.'
const AGAIN = 'It is out of the way: asking Atlas for a snapshot again.'
const MAY_EXIST = `Atlas may have taken a snapshot for this step, tagged ${TAG}, though no answer says so.`
const LOOK_THERE = `Before running this again, look in the backups of the cluster (${BACKUP_PAGE}) for a description that ends in ${TAG}; if it is there, give its id as snapshot-id.`
const FAST = { secondsToInProgress: 1, secondsToCompleted: 5 }

const look = (at: number) => [`${at} list 1 200`, `${at} list sharded 1 200`]
const post = (at: number, outcome: string | number = 200) => [`${at} create 401`, `${at} create ${outcome}`]

describe('what explains a refusal', () => {
  const none: ReadonlySet<string> = new Set()
  const known = new Set([snapshotId(1)])

  it.each([
    ['an unfinished one, known or not', [snapshot({ id: snapshotId(1), status: 'inProgress' })], 1],
    ['one of a status unknown today', [snapshot({ id: snapshotId(1), status: 'pondering' })], 1],
    ['one whose kind Atlas does not say', [snapshot({ id: snapshotId(1), snapshotType: undefined })], 1],
    ['a finished one that is new', [snapshot({ id: snapshotId(2), status: 'completed' })], 2],
    ['a failed one that is new', [snapshot({ id: snapshotId(2), status: 'failed' })], 2],
    [
      'the unfinished one rather than a new one',
      [snapshot({ id: snapshotId(2), status: 'completed' }), snapshot({ id: snapshotId(1) })],
      1,
    ],
    [
      'not a finished one that was there before',
      [snapshot({ id: snapshotId(1), status: 'completed' })],
      undefined,
    ],
    [
      'not a scheduled one in progress',
      [snapshot({ id: snapshotId(2), snapshotType: 'scheduled' })],
      undefined,
    ],
    [
      'not a fallback one in progress',
      [snapshot({ id: snapshotId(2), snapshotType: 'fallback' })],
      undefined,
    ],
    ['nothing in an empty list', [], undefined],
  ])('is %s', (_, snapshots, number) => {
    expect(findConflictingSnapshot(snapshots, known)?.id).toBe(
      number === undefined ? undefined : snapshotId(number),
    )
  })

  it('is any on-demand snapshot that the list before did not have', () => {
    expect(findConflictingSnapshot([snapshot({ status: 'completed' })], none)?.id).toBe(snapshotId(1))
  })

  it('is only an unfinished one where no list was read before', () => {
    const completed = snapshot({ id: snapshotId(2), status: 'completed' })
    expect(findConflictingSnapshot([completed], undefined)).toBeUndefined()
    expect(findConflictingSnapshot([completed, snapshot()], undefined)?.id).toBe(snapshotId(1))
  })
})

describe('on-conflict: wait', () => {
  it('says which snapshot is in the way, waits until it is completed, and POSTs again', async () => {
    const harness = new StepHarness({ atlas: FAST })
    harness.createOtherSnapshot()
    expect(await harness.createSnapshot()).toMatchObject({ created: true })
    expect(harness.requests).toEqual([
      ...post(0, 400),
      ...look(0),
      '2000 get 200',
      '4000 get 200',
      '6000 get 200',
      ...look(6_000),
      ...post(6_000),
    ])
    expect(harness.lines).toEqual([
      `0 info ${CONFLICT}`,
      '0 info Waiting until snapshot OTHER (nightly), queued, which this step did not take, ends.',
      '2000 info Snapshot OTHER, which this step did not take, is inProgress after 2 s.',
      '6000 info Snapshot OTHER, which this step did not take, is completed after 6 s.',
      `6000 info ${AGAIN}`,
    ])
    expect(harness.atlasSnapshots).toEqual(['OTHER completed: nightly', `OWN queued: before deploy ${TAG}`])
    expect(harness.snapshots).toEqual([])
  })

  it('POSTs again when the other one fails', async () => {
    const harness = new StepHarness({ atlas: FAST })
    harness.createOtherSnapshot({ fails: true })
    await harness.createSnapshot()
    expect(harness.lines).toContain(
      '6000 info Snapshot OTHER, which this step did not take, is failed after 6 s.',
    )
    expect(harness.requests.slice(-2)).toEqual(post(6_000))
  })

  it('waits again when somebody else gets in first, twice', async () => {
    const harness = new StepHarness({ atlas: FAST })
    harness.createOtherSnapshot({ description: 'first' })
    harness.clock.setTimeout(5_500, () => harness.createOtherSnapshot({ description: 'second' }))
    harness.clock.setTimeout(11_000, () => harness.createOtherSnapshot({ description: 'third' }))
    await harness.createSnapshot()
    expect(harness.requests.filter((request) => request.includes('create'))).toEqual([
      ...post(0, 400),
      ...post(6_000, 400),
      ...post(12_000, 400),
      ...post(16_000),
    ])
    expect(harness.lines.filter((line) => line.includes('Waiting until'))).toEqual([
      '0 info Waiting until snapshot OTHER (first), queued, which this step did not take, ends.',
      '6000 info Waiting until snapshot OTHER2 (second), queued, which this step did not take, ends.',
      '12000 info Waiting until snapshot OTHER3 (third), inProgress, which this step did not take, ends.',
    ])
    expect(harness.lines.filter((line) => line.includes(CONFLICT))).toHaveLength(3)
    expect(harness.atlasSnapshots).toHaveLength(4)
  })

  it('asks once more at once where the lists hide the other one, then only looks until it shows', async () => {
    const harness = new StepHarness({
      atlas: { ...FAST, list: { hidesUnfinished: true }, olderSnapshots: 1 },
    })
    harness.createOtherSnapshot()
    await harness.createSnapshot()
    expect(harness.requests).toEqual([
      ...post(0, 400),
      ...look(0),
      ...post(0, 400),
      ...look(0),
      ...look(2_000),
      ...look(4_000),
      ...look(6_000),
      ...look(6_000),
      ...post(6_000),
    ])
    expect(harness.lines).toEqual([
      `0 info ${CONFLICT}`,
      `0 info ${ONCE_MORE}`,
      `0 info ${CONFLICT}`,
      `0 info ${LOOKING_ON}`,
      `6000 info ${AGAIN}`,
    ])
  })

  it('keeps to a fixed interval, for the other one and for looks', async () => {
    const seen = new StepHarness({ atlas: FAST })
    seen.createOtherSnapshot()
    await seen.createSnapshot({}, 60 * MINUTE, 7_000)
    expect(seen.requests.slice(2)).toEqual([...look(0), '7000 get 200', ...look(7_000), ...post(7_000)])
    const hidden = new StepHarness({ atlas: { secondsToCompleted: 15, list: { hidesUnfinished: true } } })
    hidden.createOtherSnapshot()
    await hidden.createSnapshot({}, 60 * MINUTE, 7_000)
    expect(hidden.requests).toEqual([
      ...post(0, 400),
      ...look(0),
      ...post(0, 400),
      ...[0, 7, 14, 21, 21].flatMap((seconds) => look(seconds * 1_000)),
      ...post(21_000),
    ])
  })

  it('gets through by asking once more where the other one ended before the first look', async () => {
    // Refused at 200 ms, completed at 250 ms, looked for at 300 ms.
    const harness = new StepHarness({
      atlas: { secondsToInProgress: 0, secondsToCompleted: 0.25 },
      latencyMs: 100,
    })
    harness.createOtherSnapshot()
    expect(await harness.createSnapshot()).toMatchObject({ created: true })
    expect(harness.requests).toEqual([
      '0 create 401',
      '100 create 400',
      '200 list 1 200',
      '300 list sharded 1 200',
      '400 create 401',
      '500 create 200',
    ])
    expect(harness.lines).toEqual([`200 info ${CONFLICT}`, `400 info ${ONCE_MORE}`])
  })

  it('leaves open whether a snapshot exists, whatever a further POST brings, as long as nothing shows', async () => {
    const harness = new StepHarness({
      faults: ['create:403:skip=1'],
      atlas: { list: { hidesUnfinished: true } },
    })
    harness.createOtherSnapshot()
    const failure = await harness.catchReport(harness.createSnapshot())
    expect(failure.title).toBe('Atlas forbids this')
    expect(failure.message).toContain(MAY_EXIST)
    expect(failure.remedy).toContain(LOOK_THERE)
  })

  it('says at the deadline that a snapshot may exist where nothing showed', async () => {
    const harness = new StepHarness({ atlas: { list: { hidesUnfinished: true } } })
    harness.createOtherSnapshot()
    expect(await harness.catchReport(harness.createSnapshot({}, 10_000))).toEqual({
      title: 'The deadline has passed',
      message: `The deadline of 10 s has passed while looking for the snapshot that is in the way. ${CONFLICT} ${MAY_EXIST}`,
      remedy: `${LOOK_THERE} For more time, raise the input timeout-minutes.`,
    })
    expect(harness.requests.filter((request) => request.includes('create'))).toHaveLength(4)
  })

  it('names the last error of reading the other one at the deadline', async () => {
    const harness = new StepHarness({ faults: ['get:503:times=always'] })
    harness.createOtherSnapshot()
    expect((await harness.catchReport(harness.createSnapshot({}, 100_000))).message).toBe(
      'The deadline of 1 min 40 s has passed while waiting for snapshot OTHER, which this step did not take. Reading snapshot OTHER: Atlas answered HTTP 503 Service Unavailable, UNEXPECTED_ERROR: Unexpected error. No snapshot was taken.',
    )
  })

  it('takes one that is gone for ended', async () => {
    const client = scriptedClient({
      create: [conflict(), snapshot({ id: snapshotId(2), description: TAG })],
      list: [page([snapshot()]), page([])],
      listSharded: [page([]), page([])],
      get: [snapshot({ status: 'inProgress' }), refused(404)],
    })
    const harness = new StepHarness({ client })
    expect(await harness.createSnapshot()).toMatchObject({ snapshot: { id: snapshotId(2) }, created: true })
    expect(harness.lines.slice(1)).toEqual([
      `0 info Waiting until snapshot ${snapshotId(1)}, queued, which this step did not take, ends.`,
      `2000 info Snapshot ${snapshotId(1)}, which this step did not take, is inProgress after 2 s.`,
      `4000 info Snapshot ${snapshotId(1)}, which this step did not take, is gone.`,
      `4000 info ${AGAIN}`,
    ])
  })

  it('adopts its own snapshot if that shows once the other one is out of the way', async () => {
    const own = snapshot({ id: snapshotId(2), description: TAG })
    const client = scriptedClient({
      create: [lost(), conflict()],
      list: [page([]), page([]), page([snapshot()]), page([own])],
      listSharded: Array.from({ length: 4 }, () => page([])),
      get: [snapshot({ status: 'completed' })],
    })
    const harness = new StepHarness({ client })
    expect(await harness.createSnapshot()).toEqual({
      snapshot: own,
      created: true,
      mayHaveOrphan: false,
    })
    expect(harness.lines.slice(-2)).toEqual([
      `7000 info Snapshot ${snapshotId(1)}, which this step did not take, is completed after 2 s.`,
      `7000 info Snapshot ${snapshotId(2)} bears ${TAG}: Atlas did take it for this step.`,
    ])
  })

  it('bears an outage while it waits for the other one for longer than five minutes', async () => {
    const harness = new StepHarness({ faults: ['get:503:times=40'] })
    harness.createOtherSnapshot()
    expect(await harness.createSnapshot()).toMatchObject({ created: true })
    expect(harness.clock.now()).toBeGreaterThan(500_000)
  })

  it('fails where the other one cannot be read', async () => {
    const harness = new StepHarness({ faults: ['get:403'] })
    harness.createOtherSnapshot()
    expect(await harness.catchReport(harness.createSnapshot())).toMatchObject({
      title: 'Atlas forbids this',
      message:
        'Reading snapshot OTHER was refused (HTTP 403 Forbidden, UNEXPECTED_ERROR: Unexpected error). No snapshot was taken.',
    })
  })

  it('fails at the deadline, having taken nothing', async () => {
    const harness = new StepHarness()
    harness.createOtherSnapshot()
    const failure = await harness.catchReport(harness.createSnapshot({}, 100_000))
    expect(failure).toEqual({
      title: 'The deadline has passed',
      message: `The deadline of 1 min 40 s has passed while waiting for snapshot OTHER, which this step did not take. ${CONFLICT} No snapshot was taken.`,
      remedy: 'Run this again. For more time, raise the input timeout-minutes.',
    })
    expect(harness.clock.now()).toBe(100_000)
    expect(harness.atlasSnapshots).toEqual(['OTHER inProgress: nightly'])
  })

  it('fails when it is cancelled between two looks', async () => {
    const harness = new StepHarness()
    harness.createOtherSnapshot()
    harness.cancelAt(9_999)
    expect(await harness.catchReport(harness.createSnapshot())).toMatchObject({
      title: 'Cancelled',
      message: expect.stringContaining('No snapshot was taken.'),
    })
    expect(harness.clock.now()).toBe(9_999)
  })
})

describe('on-conflict: reuse', () => {
  const WARNING = (status: string, keptUntil: string) =>
    `Using snapshot OTHER (nightly), ${status}, which this step did not take (on-conflict: reuse): its data may be older than this step, and it is kept until ${keptUntil}.`

  it('adopts the unfinished snapshot, with a warning', async () => {
    const harness = new StepHarness()
    harness.createOtherSnapshot()
    const { snapshot: reused, created, mayHaveOrphan } = await harness.createSnapshot({ onConflict: 'reuse' })
    expect([harness.named(reused.id), reused.status]).toEqual(['OTHER', 'queued'])
    expect({ created, mayHaveOrphan }).toEqual({ created: false, mayHaveOrphan: false })
    expect(harness.requests).toEqual([...post(0, 400), ...look(0)])
    expect(harness.lines).toEqual([
      `0 info ${CONFLICT}`,
      `0 warning ${WARNING('queued', '2026-08-17T03:26:42Z')}`,
    ])
  })

  it('adopts it with a second warning if an earlier POST may have created one', async () => {
    const harness = new StepHarness({ faults: ['create:reset'] })
    harness.clock.setTimeout(3_000, () => harness.createOtherSnapshot())
    expect(await harness.createSnapshot({ onConflict: 'reuse' })).toMatchObject({
      created: false,
      mayHaveOrphan: true,
    })
    expect(harness.lines.slice(-2)).toEqual([
      `5000 warning ${WARNING('queued', '2026-08-17T03:26:45Z')}`,
      `5000 warning ${MAY_EXIST}`,
    ])
  })

  it('takes a new one where nothing is in the way', async () => {
    const harness = new StepHarness({ atlas: { olderSnapshots: 1 } })
    expect(await harness.createSnapshot({ onConflict: 'reuse' })).toMatchObject({ created: true })
    expect(harness.requests).toEqual(post(0))
  })

  it('adopts one that the lists show only when it is completed', async () => {
    const harness = new StepHarness({
      atlas: { ...FAST, list: { hidesUnfinished: true }, olderSnapshots: 1 },
    })
    harness.createOtherSnapshot()
    const { snapshot: reused, created } = await harness.createSnapshot({ onConflict: 'reuse' })
    expect([harness.named(reused.description ?? ''), reused.status, created]).toEqual([
      'nightly',
      'completed',
      false,
    ])
    expect(harness.clock.now()).toBe(6_000)
  })

  it('POSTs again if it shows only as failed', async () => {
    const harness = new StepHarness({ atlas: { ...FAST, list: { hidesUnfinished: true } } })
    harness.createOtherSnapshot({ fails: true })
    expect(await harness.createSnapshot({ onConflict: 'reuse' })).toMatchObject({ created: true })
    expect(harness.requests.slice(-4)).toEqual([...look(6_000), ...post(6_000)])
    expect(harness.lines.at(-1)).toBe(`6000 info ${AGAIN}`)
  })

  it('asks once more at once, then only looks, while the lists hide it', async () => {
    const harness = new StepHarness({ atlas: { ...FAST, list: { hidesUnfinished: true } } })
    harness.createOtherSnapshot()
    await harness.createSnapshot({ onConflict: 'reuse' })
    expect(harness.requests).toEqual([
      ...post(0, 400),
      ...look(0),
      ...post(0, 400),
      ...[0, 2, 4, 6].flatMap((seconds) => look(seconds * 1_000)),
    ])
    expect(harness.lines).toEqual([
      `0 info ${CONFLICT}`,
      `0 info ${ONCE_MORE}`,
      `0 info ${CONFLICT}`,
      `0 info ${LOOKING_ON}`,
      `6000 warning ${WARNING('completed', '2026-08-17T03:26:47Z')}`,
    ])
  })
})

describe('on-conflict: fail', () => {
  it('fails at once, naming what is in the way', async () => {
    const harness = new StepHarness()
    harness.createOtherSnapshot()
    expect(await harness.catchReport(harness.createSnapshot({ onConflict: 'fail' }))).toEqual({
      title: 'Another snapshot of this cluster is unfinished',
      message: `${CONFLICT} In the way is snapshot OTHER (nightly), queued. No snapshot was taken.`,
      remedy: 'Wait until the other snapshot ends, or set on-conflict to wait or reuse.',
    })
    expect(harness.requests).toEqual([...post(0, 400), ...look(0)])
  })

  it('keeps it short, whatever somebody else called the snapshot', async () => {
    const harness = new StepHarness({
      atlas: { oddStatus: { word: 's'.repeat(5_000), fromSeconds: 0, toSeconds: 9 } },
    })
    harness.createOtherSnapshot({ description: `${'x'.repeat(5_000)} the end` })
    const { message } = await harness.catchReport(harness.createSnapshot({ onConflict: 'fail' }))
    expect(message).toMatch(/ snapshot OTHER \(… the end\), …\. No snapshot was taken\.$/)
    expect(message.length).toBeLessThan(800)
  })

  it('fails without a name where the lists hide it', async () => {
    const harness = new StepHarness({ atlas: { list: { hidesUnfinished: true } } })
    harness.createOtherSnapshot()
    expect(await harness.catchReport(harness.createSnapshot({ onConflict: 'fail' }))).toEqual({
      title: 'Another snapshot of this cluster is unfinished',
      message: `${CONFLICT} ${MAY_EXIST}`,
      remedy: `${LOOK_THERE} Wait until the other snapshot ends, or set on-conflict to wait or reuse.`,
    })
    expect(harness.requests).toEqual([...post(0, 400), ...look(0)])
  })

  it('fails at once, too, where an earlier list is there to compare with and nothing shows', async () => {
    const harness = new StepHarness({
      faults: ['create:429:retry-after=5'],
      atlas: { list: { hidesUnfinished: true } },
    })
    harness.createOtherSnapshot()
    const failure = await harness.catchReport(harness.createSnapshot({ onConflict: 'fail' }))
    expect(failure.message).toBe(`${CONFLICT} ${MAY_EXIST}`)
    expect(harness.requests).toEqual([...post(0, 429), ...look(5_000), ...post(5_000, 400), ...look(5_000)])
  })

  it('names what was in the way and has ended by now', async () => {
    const ended = snapshot({ status: 'completed', description: 'nightly' })
    const client = scriptedClient({
      create: [tryLater(1_000), conflict()],
      list: [page([]), page([ended])],
      listSharded: [page([]), page([])],
    })
    const harness = new StepHarness({ client })
    expect(await harness.catchReport(harness.createSnapshot({ onConflict: 'fail' }))).toMatchObject({
      message: `Conflict. In the way was snapshot ${snapshotId(1)} (nightly), which is completed by now. No snapshot was taken.`,
      remedy: 'Run this again: it has ended.',
    })
  })
})

describe('what is no conflict', () => {
  it('is a scheduled snapshot in progress', async () => {
    const harness = new StepHarness()
    harness.createOtherSnapshot({ snapshotType: 'scheduled' })
    await harness.createSnapshot({ onConflict: 'fail' })
    expect(harness.requests).toEqual(post(0))
  })

  it('is a scheduled snapshot beside the on-demand one that is', async () => {
    const harness = new StepHarness()
    harness.createOtherSnapshot({ description: 'on demand' })
    harness.createOtherSnapshot({ description: 'daily', snapshotType: 'scheduled' })
    const failure = await harness.catchReport(harness.createSnapshot({ onConflict: 'fail' }))
    expect(failure.message).toContain('In the way is snapshot OTHER (on demand), queued.')
  })

  it.each(['wait', 'reuse', 'fail'] as const)(
    'is our own snapshot after a proxy sent the first POST twice (on-conflict: %s)',
    async (onConflict) => {
      const harness = new StepHarness({ faults: ['create:twice'] })
      const { snapshot: taken, created } = await harness.createSnapshot({ onConflict })
      expect([harness.named(taken.id), created]).toEqual(['OWN', true])
      expect(harness.requests).toEqual([...post(0, 400), ...look(0)])
      expect(harness.lines.at(-1)).toBe(`0 info Snapshot OWN bears ${TAG}: Atlas did take it for this step.`)
    },
  )

  it('is our own where the list lags behind a proxy that sent the first POST twice', async () => {
    const harness = new StepHarness({ faults: ['create:twice'], atlas: { list: { lagSeconds: 3 } } })
    expect(await harness.createSnapshot()).toMatchObject({ created: true })
    expect(harness.atlasSnapshots).toHaveLength(1)
  })

  it('is the end of an outage: a loss after it is borne anew', async () => {
    const harness = new StepHarness({
      faults: ['create:reset', 'create:reset:skip=2'],
      atlas: { secondsToCompleted: 400 },
    })
    harness.clock.setTimeout(3_000, () => harness.createOtherSnapshot())
    expect(await harness.createSnapshot()).toMatchObject({ created: true })
    expect(harness.requests.filter((request) => /create (?!401)/.test(request))).toEqual([
      '0 create read ECONNRESET',
      '5000 create 400',
      expect.stringMatching(/^4\d{5} create read ECONNRESET$/),
      expect.stringMatching(/^4\d{5} create 200$/),
    ])
  })
})

// The invariant, with a proxy that repeats the first POST and lists that hide unfinished snapshots.
describe('a first POST sent twice while the lists hide unfinished snapshots', () => {
  it('leaves one snapshot behind', async () => {
    const harness = new StepHarness({
      faults: ['create:twice'],
      latencyMs: 100,
      atlas: { secondsToInProgress: 1, secondsToCompleted: 2.55, list: { hidesUnfinished: true } },
    })
    const { snapshot: taken, created } = await harness.createSnapshot()
    expect([harness.named(taken.id), taken.status, created]).toEqual(['OWN', 'completed', true])
    expect(harness.atlasSnapshots).toHaveLength(1)
    expect(harness.requests.filter((request) => request.includes('create'))).toEqual([
      '0 create 401',
      '100 create 400',
      '400 create 401',
      '500 create 400',
    ])
  })
})

describe('what was seen before a refused POST', () => {
  const other = (status: string) => snapshot({ status, description: 'nightly' })
  const own = snapshot({ id: snapshotId(2), description: TAG })

  it('explains the refusal where it was unfinished then, though it has ended since', async () => {
    const client = scriptedClient({
      create: [tryLater(1_000), conflict(), own],
      list: [page([other('inProgress')]), page([other('completed')]), page([other('completed')])],
      listSharded: [page([]), page([]), page([])],
    })
    const harness = new StepHarness({ client })
    expect(await harness.createSnapshot()).toMatchObject({ snapshot: own, created: true })
    expect(harness.lines).toEqual([
      '0 info Later. Trying again in 1 s.',
      '1000 info Conflict.',
      `1000 info ${AGAIN}`,
    ])
  })

  it('explains nothing where it had ended by then', async () => {
    const client = scriptedClient({
      create: [tryLater(1_000), conflict()],
      list: [page([other('failed')]), page([other('failed')])],
      listSharded: [page([]), page([])],
    })
    const harness = new StepHarness({ client })
    expect(await harness.catchReport(harness.createSnapshot({ onConflict: 'fail' }))).toMatchObject({
      message: `Conflict. ${MAY_EXIST}`,
    })
  })
})

describe('an outage of the lists while it is looked for what is in the way', () => {
  const losses = (times: number) => Array.from({ length: times }, () => lost())
  // With half of each backoff, 20 losses in a row take 240.5 s.
  const script = (...list: NonNullable<Parameters<typeof scriptedClient>[0]['list']>) => ({
    create: [tryLater(1_000), conflict()],
    list: [page([]), ...list],
    listSharded: Array.from({ length: 9 }, () => page([])),
  })

  it('is borne for five minutes at each look', async () => {
    const own = page([snapshot({ description: TAG })])
    const list = [...losses(20), page([]), ...losses(20), page([]), ...losses(20), own]
    const harness = new StepHarness({ client: scriptedClient(script(...list)) })
    expect(await harness.createSnapshot()).toMatchObject({ created: true })
    expect(harness.clock.now()).toBeGreaterThan(3 * 240_500)
  })

  it('is borne for five minutes, too, once what was in the way has ended', async () => {
    const other = snapshot({ description: 'nightly' })
    const client = scriptedClient({
      create: [conflict()],
      get: [snapshot({ status: 'completed' })],
      list: [page([other]), ...losses(100)],
      listSharded: [page([])],
    })
    const harness = new StepHarness({ client })
    expect(await harness.catchReport(harness.createSnapshot())).toMatchObject({
      message: 'Lost. It has been like this for 5 min. No snapshot was taken.',
    })
  })

  it('is borne no longer at any of them', async () => {
    const harness = new StepHarness({ client: scriptedClient(script(page([]), ...losses(100))) })
    expect(await harness.catchReport(harness.createSnapshot())).toMatchObject({
      message: `Lost. It has been like this for 5 min. ${MAY_EXIST}`,
      remedy: `${LOOK_THERE} Do something.`,
    })
    expect(harness.clock.now()).toBe(1_000 + 2_000 + 300_500)
  })
})
