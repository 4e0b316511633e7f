import { getEventListeners } from 'node:events'
import { describe, expect, it } from '@jest/globals'
import { demo } from '../../emulator/config.js'
import type { Clock } from '../../src/runtime.js'
import type { SnapshotOptions } from '../../src/snapshot/context.js'
import { obtainSnapshot } from '../../src/snapshot/obtain.js'
import { NOT_FOUND_REPORT } from '../../src/snapshot/reports.js'
import { TITLES } from '../../src/titles.js'
import { mentioning } from '../support/played.js'
import {
  losses,
  lost,
  page,
  type Script,
  scriptedClient,
  snapshot,
  snapshotId,
  throttled,
} from '../support/scripted-client.js'
import {
  BACKUP_PAGE,
  FAST,
  MINUTE,
  post,
  StepHarness,
  type StepHarnessOptions,
  TAG,
} from '../support/step-harness.js'

const never = new AbortController().signal

/** The calls of `onSnapshot` for a fast snapshot. */
const fastSnapshots = (name: string) =>
  ['0 ID queued', '2000 ID inProgress', '4000 ID inProgress', '6000 ID completed'].map((line) =>
    line.replace('ID', name),
  )

describe('a step with wait: true', () => {
  it('logs its plan with the tag, the ID, each status change, and the result', async () => {
    const harness = new StepHarness({ atlas: FAST })
    const result = await harness.obtain()
    expect(harness.lines).toStrictEqual([
      mentioning('0 info', 'demo', demo.groupId, TAG),
      mentioning('0 info', 'https://cloud.mongodb.com', 'API key demouser', '1 h'),
      mentioning('0 info', 'OWN', 'queued', `before deploy ${TAG}`, '7 days'),
      mentioning('2000 info', 'OWN', 'inProgress', '2 s'),
      mentioning('6000 notice', 'OWN', '6 s', '2026-08-10T03:26:44Z', '1.47 GiB', '2026-08-17T03:26:47Z'),
      mentioning('6000 info', BACKUP_PAGE),
    ])
    expect(harness.snapshots).toStrictEqual(fastSnapshots('OWN'))
    expect(harness.atlasSnapshots).toStrictEqual([`OWN completed: before deploy ${TAG}`])
    expect(result).toMatchObject({
      created: true,
      durationMs: 6_000,
      snapshot: { status: 'completed' },
    })
    expect(harness.clock.pending).toBe(0)
  })

  it('sends one request for each status check, all with one nonce', async () => {
    const harness = new StepHarness()
    await harness.obtain()
    expect(harness.requests.length).toBeGreaterThan(40)
    expect(harness.requests.slice(0, 3)).toStrictEqual([...post(0), '2000 get 200'])
    expect(harness.requests.slice(2).filter((request) => !request.endsWith(' get 200'))).toStrictEqual([])
  })

  it('requests another nonce if one is too old', async () => {
    const harness = new StepHarness({ atlas: { digest: { nonceMaxAgeSeconds: 60 } } })
    await harness.obtain()
    const rejected = harness.requests.filter((request) => request.endsWith('get 401'))
    expect(rejected.length).toBeGreaterThan(0)
    expect(rejected.length).toBeLessThanOrEqual(3)
  })

  it('polls at exactly the fixed interval', async () => {
    const harness = new StepHarness({ atlas: FAST, fraction: 0.9 })
    await harness.obtain({ pollIntervalMs: 1_500 })
    expect(harness.requests.slice(2)).toStrictEqual([1_500, 3_000, 4_500, 6_000].map((at) => `${at} get 200`))
  })

  it('does not include a conflict in its duration', async () => {
    const harness = new StepHarness({ atlas: FAST })
    harness.createOtherSnapshot()
    expect(await harness.obtain()).toMatchObject({ created: true, durationMs: 6_000 })
    expect(harness.clock.now()).toBe(12_000)
  })

  it('has one deadline for creating and waiting', async () => {
    const harness = new StepHarness({ faults: ['create:429:retry-after=30'] })
    expect(await harness.obtainFailure({ timeoutMs: MINUTE })).toMatchObject({
      title: TITLES.timedOut,
      left: 'OWN',
      message: mentioning('1 min', 'inProgress'),
    })
    expect(harness.clock.now()).toBe(MINUTE)
  })

  it('uses the same tag for a second POST', async () => {
    const client = scriptedClient({
      create: [lost(), snapshot({ status: 'completed', description: `nightly ${TAG}` })],
      list: [page([]), page([])],
      listSharded: [page([]), page([])],
    })
    await new StepHarness({ client }).obtain({ description: 'nightly' })
    const creates = client.calls.filter((call) => call.startsWith('create'))
    expect(creates).toStrictEqual([`create nightly ${TAG}`, `create nightly ${TAG}`])
  })

  it('rethrows a bug unchanged while it waits, because the snapshot is known', async () => {
    const bug = new TypeError('no')
    const client = scriptedClient({ create: [snapshot({ description: TAG })], get: [bug] })
    const harness = new StepHarness({ client })
    await expect(harness.obtain()).rejects.toBe(bug)
    expect(harness.snapshots).toStrictEqual([`0 ${snapshotId(1)} queued`])
    expect(harness.clock.pending).toBe(0)
  })
})

describe('a step with wait: false', () => {
  it('succeeds when Atlas accepts the snapshot, with a notice that it is not completed', async () => {
    const harness = new StepHarness()
    const result = await harness.obtain({ wait: false, retentionInDays: 1 })
    expect(harness.lines.slice(2)).toStrictEqual([
      mentioning('0 info', 'OWN', 'queued', TAG, '1 day'),
      mentioning('0 notice', 'OWN', 'queued', 'wait'),
      mentioning('0 info', 'OWN', 'queued', '2026-08-11T03:26:42Z'),
      mentioning('0 info', BACKUP_PAGE),
    ])
    expect(harness.requests).toStrictEqual(post(0))
    expect(harness.snapshots).toStrictEqual(['0 OWN queued'])
    expect(result).toMatchObject({ created: true, durationMs: 0 })
  })

  it('retries a 404 for the snapshot that a list showed', async () => {
    const harness = new StepHarness({ faults: ['create:reset:executed'], atlas: { read404Seconds: 30 } })
    expect(await harness.obtain({ wait: false })).toMatchObject({ created: true })
    expect(harness.requests.slice(-2)).toStrictEqual(['15500 get 404', '30500 get 200'])
  })

  it('fails if the snapshot that a list showed no longer exists', async () => {
    const harness = new StepHarness({ faults: ['create:reset:executed'], atlas: { read404Seconds: 3_600 } })
    expect(await harness.obtainFailure({ wait: false })).toMatchObject({
      title: TITLES.snapshotNotFound,
      left: 'OWN',
      message: mentioning('1 min', NOT_FOUND_REPORT),
    })
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

  it('has no duration even if time passes', async () => {
    const harness = new StepHarness()
    let now = 0
    const clock: Clock = {
      now: () => {
        now += 1_000
        return now
      },
      setTimeout: (ms, act) => harness.clock.setTimeout(ms, act),
    }
    const options = harness.options({ wait: false })
    const step = obtainSnapshot(options, { ...harness.dependencies, clock }, never)
    expect(await harness.clock.run(step)).toMatchObject({ durationMs: 0 })
  })

  it('logs no such notice if the snapshot is completed', async () => {
    const own = snapshot({ status: 'completed', description: `before deploy ${TAG}` })
    const harness = new StepHarness({ client: scriptedClient({ create: [own] }) })
    await harness.obtain({ wait: false })
    expect(harness.lines.filter((line) => line.includes(' notice '))).toStrictEqual([
      mentioning(own.id, 'completed'),
    ])
  })

  it.each<[string, StepHarnessOptions, string]>([
    [
      'in the response to the POST',
      { client: scriptedClient({ create: [snapshot({ status: 'failed', description: TAG })] }) },
      `0 ${snapshotId(1)} failed`,
    ],
    [
      'in the lists',
      { faults: ['create:hang:executed'], atlas: { ...FAST, failSnapshots: true } },
      '30000 OWN failed',
    ],
  ])('reports a snapshot that failed %s, then fails', async (_, options, seen) => {
    const harness = new StepHarness(options)
    expect((await harness.obtainFailure({ wait: false })).title).toBe(TITLES.snapshotFailed)
    expect(new Set(harness.snapshots)).toStrictEqual(new Set([seen]))
  })
})

describe('a step with on-conflict: reuse', () => {
  it('waits for a snapshot that it did not create', async () => {
    const harness = new StepHarness({ atlas: FAST })
    harness.createOtherSnapshot()
    expect(await harness.obtain({ onConflict: 'reuse' })).toMatchObject({
      created: false,
      durationMs: 6_000,
      snapshot: { status: 'completed' },
    })
    expect(harness.lines).toContainEqual(mentioning('0 info', 'OTHER', 'queued'))
    expect(harness.snapshots).toStrictEqual(fastSnapshots('OTHER').map((line) => `${line}, not created here`))
  })

  /** The first POST is lost, and the next one has a conflict with another snapshot. */
  function afterLostPost(atlas?: StepHarnessOptions['atlas']) {
    const harness = new StepHarness({ faults: ['create:reset'], ...(atlas && { atlas }) })
    harness.clock.setTimeout(3_000, () => harness.createOtherSnapshot())
    return harness
  }

  it('succeeds with a warning that its own snapshot might exist', async () => {
    const harness = afterLostPost(FAST)
    expect(await harness.obtain({ onConflict: 'reuse' })).toMatchObject({ created: false })
    expect(harness.warnings).toStrictEqual([mentioning('5000', 'OTHER'), mentioning('5000', TAG)])
  })

  it.each([
    ['if the other one fails', { ...FAST, failSnapshots: true }, TITLES.snapshotFailed, ['failed'], [TAG]],
    [
      'at the deadline',
      undefined,
      TITLES.timedOut,
      ['1 min', 'inProgress'],
      ['snapshot-id: OTHER', 'wait: true', 'timeout-minutes'],
    ],
  ])('reports that its own snapshot might exist %s', async (_, atlas, title, facts, remedies) => {
    const harness = afterLostPost(atlas)
    expect(await harness.obtainFailure({ onConflict: 'reuse', timeoutMs: MINUTE })).toMatchObject({
      title,
      left: 'maybe',
      message: mentioning('OTHER', ...facts),
      remedy: mentioning(...remedies),
    })
  })
})

describe('a step with snapshot-id', () => {
  /** A harness with a snapshot of another client, and the ID. */
  function withOther(options: StepHarnessOptions = {}) {
    const harness = new StepHarness(options)
    harness.createOtherSnapshot()
    return { harness, snapshotId: harness.atlas.snapshots().at(-1)?.id ?? 'none' }
  }

  /** A step with a scripted client. */
  function scriptedStep(get: NonNullable<Script['get']>, overrides: Partial<SnapshotOptions> = {}) {
    const harness = new StepHarness({ client: scriptedClient({ get, listSharded: [page([])] }) })
    return { harness, failure: () => harness.obtainFailure({ snapshotId: snapshotId(1), ...overrides }) }
  }

  const RESTORE_POINT = '2026-08-10T03:26:44Z'
  /** The log lines about a restore point from before the step. */
  const olderData = ({ lines }: StepHarness) =>
    lines.filter((line) => line.includes(' info ') && line.includes(RESTORE_POINT))

  it('waits for that snapshot and creates none', async () => {
    const { harness, snapshotId } = withOther({ atlas: FAST })
    expect(await harness.obtain({ snapshotId })).toMatchObject({
      created: false,
      durationMs: 6_000,
      snapshot: { id: snapshotId, status: 'completed' },
    })
    expect(harness.requests).toStrictEqual([
      ...['0 get 401', '0 get 200', '0 list sharded 1 200'],
      ...[2, 4, 6].map((at) => `${at * 1_000} get 200`),
    ])
    expect(harness.lines).toStrictEqual([
      mentioning('0 info', 'OTHER', 'demo', demo.groupId),
      mentioning('0 info', 'API key demouser', '1 h'),
      mentioning('0 info', 'OTHER', 'queued'),
      mentioning('2000 info', 'OTHER', 'inProgress'),
      mentioning('6000 notice', 'OTHER', '6 s', RESTORE_POINT),
      mentioning('6000 info', BACKUP_PAGE),
    ])
    expect(harness.snapshots).toStrictEqual(fastSnapshots('OTHER').map((line) => `${line}, not created here`))
    expect(harness.atlasSnapshots).toStrictEqual(['OTHER completed: nightly'])
    expect(harness.clock.pending).toBe(0)
  })

  it('only reads the snapshot if wait is false and on-conflict is reuse', async () => {
    const { harness, snapshotId } = withOther()
    const result = await harness.obtain({ snapshotId, wait: false, onConflict: 'reuse' })
    expect(result).toMatchObject({ created: false, durationMs: 0, snapshot: { status: 'queued' } })
    expect(harness.requests).toStrictEqual(['0 get 401', '0 get 200', '0 list sharded 1 200'])
    expect(harness.lines).toContainEqual(mentioning('0 notice', 'OTHER', 'queued', 'wait'))
  })

  it.each([true, false])(
    'succeeds immediately if the snapshot is already completed (wait: %s)',
    async (wait) => {
      const { harness, snapshotId } = withOther({ atlas: FAST })
      await harness.clock.advance(10_000)
      const result = await harness.obtain({ snapshotId, wait })
      expect(result).toMatchObject({ created: false, durationMs: 0, snapshot: { status: 'completed' } })
      expect(harness.requests).toStrictEqual(['10000 get 401', '10000 get 200', '10000 list sharded 1 200'])
      expect(olderData(harness)).toStrictEqual([mentioning('OTHER', 'snapshot-id')])
      expect(harness.warnings).toStrictEqual([])
    },
  )

  it('logs that the restore point is before the step even if the snapshot was not completed at first', async () => {
    const { harness, snapshotId } = withOther({ atlas: FAST })
    await harness.clock.advance(4_000)
    await harness.obtain({ snapshotId })
    expect(olderData(harness)).toStrictEqual([mentioning('6000', 'OTHER', 'snapshot-id')])
    expect(harness.warnings).toStrictEqual([])
  })

  it.each([
    ['a restore point but no date', { createdAt: RESTORE_POINT }, 1],
    ['no restore point', {}, 0],
  ])('logs the restore point of a completed snapshot with %s', async (_, fields, count) => {
    const { harness } = scriptedStep([snapshot({ status: 'completed', ...fields })])
    expect(await harness.obtain({ snapshotId: snapshotId(1) })).toMatchObject({ created: false })
    expect(olderData(harness)).toHaveLength(count)
    expect(harness.warnings).toStrictEqual([])
  })

  it.each([
    ['before', 10_000, true, '10000'],
    ['before', 10_000, false, '10000'],
    ['during', 0, true, '6000'],
  ])('fails if the snapshot failed %s the step (after %d ms, wait: %s)', async (_, ms, wait, seenAt) => {
    const { harness, snapshotId } = withOther({ atlas: { ...FAST, failSnapshots: true } })
    await harness.clock.advance(ms)
    expect(await harness.obtainFailure({ snapshotId, wait })).toMatchObject({
      title: TITLES.snapshotFailed,
      message: mentioning('OTHER'),
      remedy: mentioning('snapshot-id'),
    })
    expect(harness.snapshots.at(-1)).toBe(`${seenAt} OTHER failed, not created here`)
  })

  // A part looks like the snapshot of a replica set, and can be completed before the whole one.
  it('fails if the snapshot is a part of a sharded snapshot, and names that one', async () => {
    const harness = new StepHarness({
      client: scriptedClient({
        get: [snapshot({ status: 'completed' })],
        listSharded: [
          page([snapshot({ id: snapshotId(2), type: 'shardedCluster', snapshotIds: [snapshotId(1)] })]),
        ],
      }),
    })
    expect(await harness.obtainFailure({ snapshotId: snapshotId(1) })).toMatchObject({
      title: TITLES.partOfSnapshot,
      message: mentioning(snapshotId(1), snapshotId(2), 'queued'),
      remedy: mentioning('snapshot-id', snapshotId(2)),
    })
  })

  it('waits for the sharded form if only the sharded list shows the type', async () => {
    const [id, type] = [snapshotId(1), 'shardedCluster']
    const plain = snapshot({ id, status: 'completed', type: undefined })
    const sharded = (status: string) => snapshot({ id, status, type }, { form: 'sharded' })
    const client = scriptedClient({
      get: [plain, plain, plain],
      getSharded: [sharded('inProgress'), sharded('completed')],
      listSharded: [page([sharded('inProgress')])],
    })
    const harness = new StepHarness({ client })
    expect(await harness.obtain({ snapshotId: id })).toMatchObject({
      snapshot: { status: 'completed', form: 'sharded' },
    })
    expect(client.calls).toHaveLength(6)
  })

  it.each(['404:code=CLUSTER_NOT_FOUND', '403'])(
    'uses the snapshot as it is if Atlas rejects the request for the sharded list: %s',
    async (effect) => {
      const { harness, snapshotId } = withOther({ faults: [`list-sharded:${effect}`], atlas: FAST })
      expect(await harness.obtain({ snapshotId })).toMatchObject({ snapshot: { status: 'completed' } })
    },
  )

  it.each([
    ['html=403:times=always', TITLES.forbidden],
    ['503:times=always', TITLES.invalidResponse],
    ['redirect=https://evil.example/', TITLES.redirect],
  ])('fails if Atlas does not respond to the request for the sharded list: %s', async (effect, title) => {
    const { harness, snapshotId } = withOther({ faults: [`list-sharded:${effect}`], atlas: FAST })
    expect(await harness.obtainFailure({ snapshotId })).toMatchObject({ title })
  })

  it('fails immediately if Atlas does not find the snapshot', async () => {
    const harness = new StepHarness()
    expect(await harness.obtainFailure({ snapshotId: snapshotId(7) })).toMatchObject({
      title: TITLES.snapshotNotFound,
      left: 'nothing',
      message: mentioning(snapshotId(7), 'HTTP 404', 'SNAPSHOT_NOT_FOUND'),
    })
    expect(harness.requests).toStrictEqual(['0 get 401', '0 get 404'])
    expect([...harness.snapshots, ...harness.atlasSnapshots]).toStrictEqual([])
  })

  it('fails immediately if Atlas no longer finds the snapshot, without explaining how to wait for it', async () => {
    const { harness, snapshotId } = withOther({ faults: ['get:404:code=SNAPSHOT_NOT_FOUND:skip=1'] })
    const { title, message, remedy } = await harness.obtainFailure({ snapshotId })
    expect(title).toBe(TITLES.snapshotNotFound)
    expect(message).toStrictEqual(mentioning('OTHER', 'HTTP 404', 'queued', NOT_FOUND_REPORT))
    expect(remedy).not.toContain('snapshot-id')
    expect(harness.clock.now()).toBe(2_000)
  })

  it('stops immediately if it is canceled during the first request', async () => {
    const { harness, failure } = scriptedStep([untilAborted])
    harness.cancelAt(3_000)
    expect(await failure()).toMatchObject({ title: TITLES.canceled, message: mentioning(snapshotId(1)) })
    expect(harness.clock.now()).toBe(3_000)
  })

  it('fails after an outage of five minutes', async () => {
    const { harness, failure } = scriptedStep(losses(100))
    expect(await failure()).toMatchObject({ title: 'Title: Lost.', message: mentioning('5 min') })
    expect(harness.clock.now()).toBe(300_500)
  })

  it('times out in an outage and reports the last error', async () => {
    const { harness, failure } = scriptedStep([throttled(50_000), ...losses(100)], { timeoutMs: MINUTE })
    expect(await failure()).toMatchObject({
      title: TITLES.timedOut,
      left: 'nothing',
      message: mentioning('1 min', snapshotId(1), 'Lost.'),
      remedy: mentioning('Do something.', 'timeout-minutes'),
    })
    expect(harness.clock.now()).toBe(MINUTE)
  })

  it('retries after a response about another snapshot', async () => {
    const { harness, snapshotId } = withOther({ faults: ['get:other-id'], atlas: { olderSnapshots: 1 } })
    const { snapshot: found } = await harness.obtain({ snapshotId, wait: false })
    expect(found.id).toBe(snapshotId)
    expect(harness.clock.now()).toBe(500)
  })
})

/** A request that gets no response. */
const untilAborted = (signal: AbortSignal) =>
  new Promise<never>((_, reject) => {
    signal.addEventListener('abort', () => reject(lost()), { once: true })
  })

describe('a cancellation', () => {
  it('before the first request prevents it', async () => {
    const harness = new StepHarness()
    harness.cancelNow()
    expect(await harness.obtainFailure()).toMatchObject({ title: TITLES.canceled, left: 'nothing' })
    expect(harness.requests).toStrictEqual([])
  })

  it.each([true, false])('during the POST waits up to 1 s for its response (wait: %s)', async (wait) => {
    const harness = new StepHarness({ faults: ['create:delay=1999'] })
    harness.cancelAt(1_000)
    expect(await harness.obtainFailure({ wait })).toMatchObject({
      title: TITLES.canceled,
      left: 'OWN',
      message: mentioning('queued'),
      remedy: mentioning('snapshot-id: OWN', 'wait: true'),
    })
    expect(harness.snapshots).toStrictEqual(['1999 OWN queued'])
    expect(harness.requests).toStrictEqual(post(0))
  })

  it('during the POST waits no longer than 1 s', async () => {
    const harness = new StepHarness({ faults: ['create:delay=2001'] })
    harness.cancelAt(1_000)
    expect(await harness.obtainFailure()).toMatchObject({ title: TITLES.canceled, left: 'maybe' })
    expect(harness.snapshots).toStrictEqual([])
    expect(harness.clock.now()).toBe(2_000)
    expect(harness.atlasSnapshots).toHaveLength(1)
  })

  it.each([
    ['503', TITLES.canceled, 'maybe'],
    ['429', TITLES.canceled, 'nothing'],
    ['stale', TITLES.canceled, 'nothing'],
    ['400:code=UNFINISHED_ON_DEMAND_SNAPSHOT', TITLES.canceled, 'maybe'],
    ['403', TITLES.forbidden, 'nothing'],
  ])('sends no other request after the response to the POST: %s', async (effect, title, left) => {
    const harness = new StepHarness({ faults: [`create:${effect}:delay-ms=800`] })
    harness.cancelAt(500)
    expect(await harness.obtainFailure()).toMatchObject({ title, left })
    expect(harness.requests).toHaveLength(2)
    expect(harness.clock.now()).toBe(800)
  })

  it.each([
    ['the POST has no credentials yet', { faults: ['create:hang:unauthenticated'] }, 'nothing'],
    ['it waits for Retry-After', { faults: ['create:429:retry-after=60'] }, 'nothing'],
    ['it searches for a lost POST', { faults: ['create:reset:executed', 'list:hang'] }, 'maybe'],
    ['it waits before it searches again', { faults: ['create:reset'] }, 'maybe'],
    ['a status check hangs', { faults: ['get:hang'] }, 'OWN'],
    ['a status check drips', { faults: ['get:drip=1000'] }, 'OWN'],
    ['a status check is retried', { faults: ['get:503:times=always'] }, 'OWN'],
    ['it waits for the next status check', {}, 'OWN'],
  ])('stops the step immediately while %s', async (_, options, left) => {
    const harness = new StepHarness(options)
    harness.cancelAt(3_333)
    expect(await harness.obtainFailure()).toMatchObject({ title: TITLES.canceled, left })
    expect(harness.clock.now()).toBe(3_333)
    expect(harness.clock.pending).toBe(0)
  })

  it('stops the step within 1 s at any time, with a correct report about the snapshot', async () => {
    const faults = ['create:503:executed', 'list:503', 'list-sharded:reset', 'get:hang', 'get:503:times=3']
    for (let at = 0; at < 75_000; at += at < 12_000 ? 97 : 1_013) {
      const harness = new StepHarness({ faults, latencyMs: 450, atlas: { list: { lagSeconds: 4 } } })
      harness.cancelAt(at)
      const { title, left } = await harness.obtainFailure()
      expect(title).toBe(TITLES.canceled)
      expect(harness.clock.now()).toBeLessThanOrEqual(at + 1_000)
      expect(harness.clock.pending).toBe(0)
      if (harness.snapshots.length > 0) expect(left).toBe('OWN')
      else if (harness.atlasSnapshots.length > 0) expect(left).toBe('maybe')
      const sent = harness.requests.length
      await harness.clock.advance(60_000)
      expect(harness.requests).toHaveLength(sent)
    }
  })

  it('has no listener after the step', async () => {
    const harness = new StepHarness({ atlas: FAST, faults: ['get:503', 'create:429'] })
    const { signal } = new AbortController()
    await harness.clock.run(obtainSnapshot(harness.options(), harness.dependencies, signal))
    expect(getEventListeners(signal, 'abort')).toHaveLength(0)
  })
})

describe('the deadline of a step', () => {
  it.each([true, false])('also waits up to 1 s for the response to a POST (wait: %s)', async (wait) => {
    const harness = new StepHarness({ faults: ['create:delay=20500'] })
    expect(await harness.obtainFailure({ wait, timeoutMs: 20_000 })).toMatchObject({
      title: TITLES.timedOut,
      left: 'OWN',
      message: mentioning('20 s', 'queued'),
      remedy: mentioning('snapshot-id: OWN', 'wait: true', 'timeout-minutes'),
    })
    expect(harness.snapshots).toStrictEqual(['20500 OWN queued'])
  })
})
