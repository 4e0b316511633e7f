import { getEventListeners } from 'node:events'
import { describe, expect, it } from '@jest/globals'
import { demo } from '../../emulator/config.js'
import type { Snapshot } from '../../src/atlas/snapshot.js'
import { attachTo, getMemberIds, obtainSnapshot } from '../../src/snapshot/obtain.js'
import {
  lost,
  notSent,
  page,
  refused,
  type Script,
  scriptedClient,
  snapshot,
  snapshotId,
  tryLater,
  untrusted,
} from '../support/scripted-client.js'
import { BACKUP_PAGE, MINUTE, StepHarness, type StepHarnessOptions, TAG } from '../support/step-harness.js'

const FAST = { secondsToInProgress: 1, secondsToCompleted: 5 }
const ASKING = '0 info Asking https://cloud.mongodb.com as API key demouser, for at most 1 h.'
const SEE = `info See it in Atlas: ${BACKUP_PAGE}`
const LOOK_THERE = `Before running this again, look in the backups of the cluster (${BACKUP_PAGE}) for a description that ends in ${TAG}; if it is there, give its id as snapshot-id.`
const FAILED =
  "Do not deploy on it; look at the cluster's backup page and at the project's alerts in Atlas, then run this again."
const GIVEN_FAILED = FAILED.replace(
  'run this again',
  'run again the step or job that took it, or give another snapshot-id',
)
const MAY_EXIST = `Atlas may have taken a snapshot for this step, tagged ${TAG}, though no answer says so.`

describe('a step with wait: true', () => {
  it('tells in order what it does, the id, each change, and how it ended', async () => {
    const harness = new StepHarness({ atlas: FAST })
    const outcome = await harness.obtain()
    expect(harness.lines).toEqual([
      `0 info Take a snapshot of cluster demo in project ${demo.groupId}, tagged ${TAG}, and wait until it is completed.`,
      ASKING,
      `0 info Snapshot OWN is queued: before deploy ${TAG}, to be kept for 7 days.`,
      '2000 info Snapshot OWN is inProgress after 2 s.',
      '6000 notice Snapshot OWN is completed, after 6 s, restore point 2026-08-10T03:26:44Z, 1.47 GiB, kept until 2026-08-17T03:26:47Z',
      `6000 ${SEE}`,
    ])
    expect(harness.snapshots).toEqual([
      '0 OWN queued',
      '2000 OWN inProgress',
      '4000 OWN inProgress',
      '6000 OWN completed',
    ])
    expect(harness.atlasSnapshots).toEqual([`OWN completed: before deploy ${TAG}`])
    expect(outcome).toMatchObject({ created: true, durationMs: 6_000, snapshotIds: [outcome.snapshot.id] })
    expect(outcome.snapshot.status).toBe('completed')
    expect(harness.clock.pending).toBe(0)
  })

  it('sends one request a poll on one nonce: polls + 2 in all', async () => {
    const harness = new StepHarness()
    await harness.obtain()
    const polls = harness.requests.filter((request) => request.includes(' get '))
    expect(polls.length).toBeGreaterThan(40)
    expect(harness.requests).toHaveLength(polls.length + 2)
    expect(harness.requests.slice(0, 3)).toEqual(['0 create 401', '0 create 200', '2000 get 200'])
    expect(harness.requests.filter((request) => request.endsWith('401'))).toHaveLength(1)
  })

  it('asks for a new nonce where one grows old, and for nothing else', async () => {
    const harness = new StepHarness({ atlas: { digest: { nonceMaxAgeSeconds: 60 } } })
    await harness.obtain()
    const refused = harness.requests.filter((request) => request.endsWith('get 401'))
    expect(refused.length).toBeGreaterThan(0)
    expect(refused.length).toBeLessThanOrEqual(3)
  })

  it('polls at a fixed interval to the millisecond', async () => {
    const harness = new StepHarness({ atlas: FAST, fraction: 0.9 })
    await harness.obtain({ pollIntervalMs: 1_500 })
    expect(harness.requests.slice(2)).toEqual([1_500, 3_000, 4_500, 6_000].map((at) => `${at} get 200`))
  })

  it('does not count a conflict into its duration', async () => {
    const harness = new StepHarness({ atlas: FAST })
    harness.createOtherSnapshot()
    expect(await harness.obtain()).toMatchObject({ created: true, durationMs: 6_000 })
    expect(harness.clock.now()).toBe(12_000)
  })

  it('does not end with a snapshot that failed', async () => {
    const harness = new StepHarness({ atlas: { ...FAST, failSnapshots: true } })
    expect(await harness.obtainFailure()).toMatchObject({ title: 'The snapshot failed' })
    expect(harness.snapshots.at(-1)).toBe('6000 OWN failed')
  })

  it('has one deadline for taking and waiting', async () => {
    const harness = new StepHarness({ faults: ['create:429:retry-after=30'] })
    const failure = await harness.obtainFailure({ timeoutMs: MINUTE })
    expect(failure.message).toBe(
      'The deadline of 1 min has passed while waiting for the snapshot. Snapshot OWN was inProgress when last seen; it goes on in Atlas, and nothing was deleted.',
    )
    expect(harness.clock.now()).toBe(60_000)
  })
})

describe('a step with wait: false', () => {
  it('ends as soon as Atlas has accepted, with a notice that the data may lie ahead', async () => {
    const harness = new StepHarness()
    const outcome = await harness.obtain({ wait: false, retentionInDays: 1 })
    expect(harness.lines).toEqual([
      `0 info Take a snapshot of cluster demo in project ${demo.groupId}, tagged ${TAG}, and go on without waiting for it.`,
      ASKING,
      `0 info Snapshot OWN is queued: before deploy ${TAG}, to be kept for 1 day.`,
      '0 notice Snapshot OWN is queued, not completed: the instant whose data it will hold may still lie ahead, and writes before that instant will be in it. Set wait to true before a deployment that changes data.',
      '0 info Snapshot OWN is queued, kept until 2026-08-11T03:26:42Z',
      `0 ${SEE}`,
    ])
    expect(harness.requests).toEqual(['0 create 401', '0 create 200'])
    expect(harness.snapshots).toEqual(['0 OWN queued'])
    expect(outcome).toMatchObject({ created: true, durationMs: 0, snapshotIds: [outcome.snapshot.id] })
  })

  it('says nothing of an instant that lies ahead for one that is completed', async () => {
    const script: Script = {
      create: [snapshot({ status: 'completed', description: `before deploy ${TAG}` })],
    }
    const harness = new StepHarness({ client: scriptedClient(script) })
    await harness.obtain({ wait: false })
    expect(harness.lines.slice(2)).toEqual([
      `0 info Snapshot ${snapshotId(1)} is completed: before deploy ${TAG}, to be kept for 7 days.`,
      `0 notice Snapshot ${snapshotId(1)} is completed`,
      `0 ${SEE}`,
    ])
  })

  it('fails with one that failed already, after handing it on', async () => {
    const harness = new StepHarness({
      client: scriptedClient({ create: [snapshot({ status: 'failed', description: TAG })] }),
    })
    expect(await harness.obtainFailure({ wait: false })).toEqual({
      title: 'The snapshot failed',
      message: `Atlas reports snapshot ${snapshotId(1)} as failed, so there is no backup to go back to.`,
      remedy: FAILED,
    })
    expect(harness.snapshots).toEqual([`0 ${snapshotId(1)} failed`])
  })
})

describe('a step with on-conflict: reuse', () => {
  it('says so first, and adopts a snapshot that it did not take', async () => {
    const harness = new StepHarness({ atlas: FAST })
    harness.createOtherSnapshot()
    const outcome = await harness.obtain({ onConflict: 'reuse' })
    expect(harness.lines[0]).toBe(
      `0 info Take a snapshot, or reuse one that is under way, of cluster demo in project ${demo.groupId}, tagged ${TAG}, and wait until it is completed.`,
    )
    expect(harness.lines).toContain('0 info Snapshot OTHER is queued.')
    expect(harness.snapshots).toEqual([
      '0 OTHER queued, not created here',
      '2000 OTHER inProgress, not created here',
      '4000 OTHER inProgress, not created here',
      '6000 OTHER completed, not created here',
    ])
    expect(outcome).toMatchObject({ created: false, durationMs: 6_000, snapshot: { status: 'completed' } })
  })
})

describe('a step that reused a snapshot while its own may exist', () => {
  /** Loses a POST, and is refused the next one because of somebody's snapshot. */
  const doubting = (options: StepHarnessOptions = {}) => {
    const harness = new StepHarness({ ...options, faults: ['create:reset', ...(options.faults ?? [])] })
    harness.clock.setTimeout(3_000, () => harness.createOtherSnapshot())
    return harness
  }

  it('succeeds with it, having warned that its own may exist', async () => {
    const harness = doubting({ atlas: FAST })
    expect(await harness.obtain({ onConflict: 'reuse' })).toMatchObject({ created: false })
    expect(harness.lines).toContain(`5000 warning ${MAY_EXIST}`)
  })

  it('says so again where it then fails', async () => {
    const harness = doubting({ atlas: { ...FAST, failSnapshots: true } })
    expect(await harness.obtainFailure({ onConflict: 'reuse' })).toEqual({
      title: 'The snapshot failed',
      message: `Atlas reports snapshot OTHER as failed, so there is no backup to go back to. ${MAY_EXIST}`,
      remedy: `${LOOK_THERE} ${FAILED}`,
    })
  })

  it('says so at the deadline, too', async () => {
    const harness = doubting()
    expect(await harness.obtainFailure({ onConflict: 'reuse', timeoutMs: MINUTE })).toEqual({
      title: 'The deadline has passed',
      message: `The deadline of 1 min has passed while waiting for the snapshot. Snapshot OTHER was inProgress when last seen; it goes on in Atlas, and nothing was deleted. ${MAY_EXIST}`,
      remedy: `${LOOK_THERE} To wait for it later, run this action with snapshot-id OTHER and wait: true. For more time, raise the input timeout-minutes.`,
    })
  })
})

describe('a step with snapshot-id', () => {
  /** A harness on which somebody took a snapshot, and its id. */
  const attached = (options: StepHarnessOptions = {}) => {
    const harness = new StepHarness(options)
    harness.createOtherSnapshot()
    return { harness, snapshotId: harness.atlas.snapshots().at(-1)?.id ?? 'none' }
  }
  const LATER = 'To wait for it later, run this action with snapshot-id OTHER and wait: true.'
  const OLDER =
    'The data of snapshot OTHER is as of 2026-08-10T03:26:44Z, which is before this step (snapshot-id): what was written since is not in it.'

  it('warns of data that is older than itself, though it saw the snapshot unfinished', async () => {
    const { harness, snapshotId } = attached({ atlas: FAST })
    await harness.clock.advance(4_000)
    await harness.obtain({ snapshotId })
    expect(harness.lines.at(-1)).toBe(`6000 warning ${OLDER}`)
  })

  it('takes nothing, and waits for the snapshot if asked', async () => {
    const { harness, snapshotId } = attached({ atlas: FAST })
    expect(await harness.obtain({ snapshotId })).toMatchObject({
      created: false,
      durationMs: 6_000,
      snapshotIds: [snapshotId],
      snapshot: { id: snapshotId, status: 'completed' },
    })
    expect(harness.requests).toEqual([
      '0 get 401',
      '0 get 200',
      '2000 get 200',
      '4000 get 200',
      '6000 get 200',
    ])
    expect(harness.lines).toEqual([
      `0 info Attach to snapshot OTHER of cluster demo in project ${demo.groupId}, and wait until it is completed.`,
      ASKING,
      '0 info Snapshot OTHER is queued.',
      '2000 info Snapshot OTHER is inProgress after 2 s.',
      '6000 notice Snapshot OTHER is completed, after 6 s, restore point 2026-08-10T03:26:44Z, 1.47 GiB, kept until 2026-08-17T03:26:47Z',
      `6000 ${SEE}`,
    ])
    expect(harness.snapshots).toEqual([
      '0 OTHER queued, not created here',
      '2000 OTHER inProgress, not created here',
      '4000 OTHER inProgress, not created here',
      '6000 OTHER completed, not created here',
    ])
    expect(harness.atlasSnapshots).toEqual(['OTHER completed: nightly'])
    expect(harness.clock.pending).toBe(0)
  })

  it('only reads it without wait, whatever on-conflict says', async () => {
    const { harness, snapshotId } = attached()
    const outcome = await harness.obtain({ snapshotId, wait: false, onConflict: 'reuse' })
    expect(outcome).toMatchObject({ created: false, durationMs: 0, snapshot: { status: 'queued' } })
    expect(harness.requests).toEqual(['0 get 401', '0 get 200'])
    expect(harness.lines[0]).toBe(
      `0 info Attach to snapshot OTHER of cluster demo in project ${demo.groupId}, and go on without waiting for it.`,
    )
    expect(harness.lines.filter((line) => line.includes('notice'))).toEqual([
      '0 notice Snapshot OTHER is queued, not completed: the instant whose data it will hold may still lie ahead, and writes before that instant will be in it. Set wait to true before a deployment that changes data.',
    ])
  })

  it.each([true, false])('ends at once with one that is completed already (wait: %s)', async (wait) => {
    const { harness, snapshotId } = attached({ atlas: FAST })
    await harness.clock.advance(10_000)
    expect(await harness.obtain({ snapshotId, wait })).toMatchObject({
      created: false,
      durationMs: 0,
      snapshot: { status: 'completed' },
    })
    expect(harness.requests).toEqual(['10000 get 401', '10000 get 200'])
    expect(harness.lines.slice(2)).toEqual([
      '10000 info Snapshot OTHER is completed.',
      '10000 notice Snapshot OTHER is completed, restore point 2026-08-10T03:26:44Z, 1.47 GiB, kept until 2026-08-17T03:26:47Z',
      `10000 ${SEE}`,
      `10000 warning ${OLDER}`,
    ])
  })

  it.each([true, false])('fails with one that failed, after handing it on (wait: %s)', async (wait) => {
    const { harness, snapshotId } = attached({ atlas: { ...FAST, failSnapshots: true } })
    await harness.clock.advance(10_000)
    expect(await harness.obtainFailure({ snapshotId, wait })).toEqual({
      title: 'The snapshot failed',
      message: 'Atlas reports snapshot OTHER as failed, so there is no backup to go back to.',
      remedy: GIVEN_FAILED,
    })
    expect(harness.snapshots).toEqual(['10000 OTHER failed, not created here'])
  })

  it('warns of data that is older than itself, though the answer about a completed one bore no Date', async () => {
    const found = snapshot({ status: 'completed', createdAt: '2026-08-10T03:26:44Z' })
    const harness = new StepHarness({ client: scriptedClient({ get: [found] }) })
    await harness.obtain({ snapshotId: found.id })
    expect(harness.lines.at(-1)).toBe(`0 warning ${OLDER.replace('OTHER', found.id)}`)
  })

  it('copes with one that has no description', async () => {
    const found = snapshot({ status: 'completed' })
    const harness = new StepHarness({ client: scriptedClient({ get: [found] }) })
    expect(await harness.obtain({ snapshotId: found.id })).toMatchObject({ snapshot: found, created: false })
    expect(harness.lines.slice(2)).toEqual([
      `0 info Snapshot ${found.id} is completed.`,
      `0 notice Snapshot ${found.id} is completed`,
      `0 ${SEE}`,
    ])
  })

  it('fails when it fails meanwhile', async () => {
    const { harness, snapshotId } = attached({ atlas: { ...FAST, failSnapshots: true } })
    expect(await harness.obtainFailure({ snapshotId })).toMatchObject({
      title: 'The snapshot failed',
      remedy: GIVEN_FAILED,
    })
    expect(harness.snapshots.at(-1)).toBe('6000 OTHER failed, not created here')
  })

  it('fails at once where Atlas knows no such snapshot', async () => {
    const harness = new StepHarness()
    expect(await harness.obtainFailure({ snapshotId: snapshotId(7) })).toEqual({
      title: 'Snapshot not found',
      message: `Reading snapshot ${snapshotId(7)} was refused (HTTP 404 Not Found, SNAPSHOT_NOT_FOUND: No snapshot with ID ${snapshotId(7)} exists for cluster demo).`,
      remedy:
        'Look at the backups of the cluster in Atlas: the snapshot was deleted, has expired, or belongs to another cluster.',
    })
    expect(harness.requests).toEqual(['0 get 401', '0 get 404'])
    expect(harness.snapshots).toEqual([])
    expect(harness.atlasSnapshots).toEqual([])
  })

  it('fails at once where Atlas knows it no longer, without the way to attach', async () => {
    const { harness, snapshotId } = attached({ faults: ['get:404:code=SNAPSHOT_NOT_FOUND:skip=1'] })
    expect(await harness.obtainFailure({ snapshotId })).toEqual({
      title: 'Snapshot not found',
      message:
        'Reading snapshot OTHER was refused (HTTP 404 Not Found, SNAPSHOT_NOT_FOUND: Unexpected error). Snapshot OTHER was queued when last seen, but Atlas does not know it now: do not count on it.',
      remedy:
        'Look at the backups of the cluster in Atlas: the snapshot was deleted, has expired, or belongs to another cluster.',
    })
    expect(harness.clock.now()).toBe(2_000)
  })

  it('fails at the deadline while it waits, without harm to the snapshot', async () => {
    const { harness, snapshotId } = attached()
    expect(await harness.obtainFailure({ snapshotId, timeoutMs: MINUTE })).toEqual({
      title: 'The deadline has passed',
      message:
        'The deadline of 1 min has passed while waiting for the snapshot. Snapshot OTHER was inProgress when last seen; it goes on in Atlas, and nothing was deleted.',
      remedy: `${LATER} For more time, raise the input timeout-minutes.`,
    })
    expect(harness.clock.now()).toBe(MINUTE)
  })

  it('fails when it is cancelled before the first request, which is then not sent', async () => {
    const { harness, snapshotId } = attached()
    harness.cancelNow()
    expect(await harness.obtainFailure({ snapshotId })).toEqual({
      title: 'Cancelled',
      message:
        'The step was cancelled while reading snapshot OTHER. Nothing was taken, and nothing was deleted.',
      remedy: 'Run this again.',
    })
    expect(harness.requests).toEqual([])
  })

  it('reads the members of a sharded cluster, too', async () => {
    const { harness, snapshotId } = attached({ atlas: FAST, cluster: 'sharded' })
    const { snapshotIds } = await harness.obtain({ snapshotId })
    expect(snapshotIds).toEqual(harness.atlas.snapshots()[0]?.memberIds)
    expect(snapshotIds).toHaveLength(3)
    expect(harness.requests.at(-1)).toBe('6000 get sharded 200')
  })
})

describe('a sharded cluster', () => {
  const sharded = (options: StepHarnessOptions = {}) => new StepHarness({ cluster: 'sharded', ...options })

  it('costs one request more at the end, for the members', async () => {
    const harness = sharded({ atlas: FAST })
    const { snapshotIds } = await harness.obtain()
    expect(harness.requests).toEqual([
      '0 create 401',
      '0 create 200',
      '2000 get 200',
      '4000 get 200',
      '6000 get 200',
      '6000 get sharded 200',
    ])
    expect(snapshotIds).toEqual(harness.atlas.snapshots()[0]?.memberIds)
    expect(snapshotIds).toHaveLength(3)
  })

  it('costs none where the plain answer has the members', async () => {
    const harness = sharded({ atlas: { ...FAST, plainReadHasMembers: true } })
    expect((await harness.obtain()).snapshotIds).toEqual(harness.atlas.snapshots()[0]?.memberIds)
    expect(harness.requests.at(-1)).toBe('6000 get 200')
  })

  it('ends well without the members, with a warning, if that request fails', async () => {
    const harness = sharded({ atlas: FAST, faults: ['get-sharded:503'] })
    expect(await harness.obtain()).toMatchObject({ snapshot: { status: 'completed' }, snapshotIds: [] })
    expect(harness.lines).toContain(
      '6000 warning The members of snapshot OWN could not be read, so snapshot-ids is empty: Reading snapshot OWN: Atlas answered HTTP 503 Service Unavailable, UNEXPECTED_ERROR: Unexpected error.',
    )
  })

  it('ends well without the members if the deadline passes meanwhile, since the snapshot is completed', async () => {
    const harness = sharded({ atlas: FAST, faults: ['get-sharded:hang'] })
    expect(await harness.obtain({ timeoutMs: 10_000 })).toMatchObject({ snapshot: { status: 'completed' } })
    expect(harness.clock.now()).toBe(10_000)
  })

  it('fails when it is cancelled meanwhile', async () => {
    const harness = sharded({ atlas: FAST, faults: ['get-sharded:hang'] })
    harness.cancelAt(9_000)
    expect(await harness.obtainFailure()).toEqual({
      title: 'Cancelled',
      message: 'The step was cancelled while handing it on. Snapshot OWN is completed and stays in Atlas.',
      remedy: 'Its id is in the outputs.',
    })
    expect(harness.clock.now()).toBe(9_000)
    expect(harness.lines.join()).not.toContain('warning')
  })
})

describe('a cancellation', () => {
  const ATTACH = 'To wait for it later, run this action with snapshot-id OWN and wait: true.'

  it('before the first request lets none out', async () => {
    const harness = new StepHarness()
    harness.cancelNow()
    expect(await harness.obtainFailure()).toEqual({
      title: 'Cancelled',
      message: 'The step was cancelled while asking Atlas for a snapshot. No snapshot was taken.',
      remedy: 'Run this again.',
    })
    expect(harness.requests).toEqual([])
  })

  it('while the POST asks for its challenge ends at once, and nothing was taken', async () => {
    const harness = new StepHarness({ faults: ['create:hang:unauthenticated'] })
    harness.cancelAt(700)
    expect((await harness.obtainFailure()).message).toContain('No snapshot was taken.')
    expect(harness.clock.now()).toBe(700)
  })

  it.each([true, false])(
    'with the POST in flight waits for its answer, so that the id is known (wait: %s)',
    async (wait) => {
      const harness = new StepHarness({ faults: ['create:delay=1999'] })
      harness.cancelAt(1_000)
      expect(await harness.obtainFailure({ wait })).toEqual({
        title: 'Cancelled',
        message: `The step was cancelled while ${wait ? 'waiting for the snapshot' : 'asking Atlas for a snapshot'}. Snapshot OWN was queued when last seen; it goes on in Atlas, and nothing was deleted.`,
        remedy: ATTACH,
      })
      expect(harness.snapshots).toEqual(['1999 OWN queued'])
      expect(harness.clock.now()).toBe(1_999)
      expect(harness.requests).toEqual(['0 create 401', '0 create 200'])
    },
  )

  it('with the POST in flight waits no longer than a second, and says that a snapshot may exist', async () => {
    const harness = new StepHarness({ faults: ['create:delay=2001'] })
    harness.cancelAt(1_000)
    expect(await harness.obtainFailure()).toEqual({
      title: 'Cancelled',
      message: `The step was cancelled while asking Atlas for a snapshot. ${MAY_EXIST}`,
      remedy: LOOK_THERE,
    })
    expect(harness.snapshots).toEqual([])
    expect(harness.clock.now()).toBe(2_000)
    expect(harness.atlasSnapshots).toHaveLength(1)
  })

  it.each([
    ['503', MAY_EXIST],
    ['429', 'No snapshot was taken.'],
    ['stale', 'No snapshot was taken.'],
    ['400:code=UNFINISHED_ON_DEMAND_SNAPSHOT', MAY_EXIST],
  ])('sends nothing more, whatever answers the POST in its second of grace: %s', async (effect, left) => {
    const harness = new StepHarness({ faults: [`create:${effect}:delay-ms=800`] })
    harness.cancelAt(500)
    const failure = await harness.obtainFailure()
    expect(failure.title).toBe('Cancelled')
    expect(failure.message).toContain(left)
    expect(harness.requests).toHaveLength(2)
    expect(harness.clock.now()).toBe(800)
  })

  it('hands on what Atlas refused in that second', async () => {
    const harness = new StepHarness({ faults: ['create:403:delay-ms=800'] })
    harness.cancelAt(500)
    expect((await harness.obtainFailure()).title).toBe('Atlas forbids this')
  })

  it.each([
    ['while it waits for Retry-After', { faults: ['create:429:retry-after=60'] }, 'No snapshot was taken.'],
    ['while it looks for a lost POST', { faults: ['create:reset:executed', 'list:hang'] }, MAY_EXIST],
    ['while a lost POST settles', { faults: ['create:reset'] }, MAY_EXIST],
    ['while a poll hangs', { faults: ['get:hang'] }, 'Snapshot OWN was queued when last seen'],
    ['while a poll drips', { faults: ['get:drip=1000'] }, 'Snapshot OWN was queued when last seen'],
    [
      'while a poll is retried',
      { faults: ['get:503:times=always'] },
      'Snapshot OWN was queued when last seen',
    ],
    ['between two polls', {}, 'Snapshot OWN was queued when last seen'],
  ])('%s ends the step at once', async (_, options, left) => {
    const harness = new StepHarness(options)
    harness.cancelAt(3_333)
    const failure = await harness.obtainFailure()
    expect(failure.title).toBe('Cancelled')
    expect(failure.message).toContain(left)
    expect(harness.clock.now()).toBe(3_333)
    expect(harness.clock.pending).toBe(0)
  })

  it('at any moment at all ends the step within 2 s, with the truth about the snapshot', async () => {
    const faults = ['create:503:executed', 'list:503', 'list-sharded:reset', 'get:hang', 'get:503:times=3']
    for (let at = 0; at < 75_000; at += at < 12_000 ? 97 : 1_013) {
      const harness = new StepHarness({ faults, latencyMs: 450, atlas: { list: { lagSeconds: 4 } } })
      harness.cancelAt(at)
      const failure = await harness.obtainFailure()
      expect(failure.title).toBe('Cancelled')
      expect(harness.clock.now()).toBeLessThanOrEqual(at + 1_000)
      expect(harness.clock.pending).toBe(0)
      if (harness.snapshots.length > 0) expect(failure.message).toContain('Snapshot OWN was')
      else if (harness.atlasSnapshots.length > 0) expect(failure.message).toContain(MAY_EXIST)
      else expect(failure.message).toMatch(/No snapshot was taken\.|may have taken/)
      const sent = harness.requests.length
      await harness.clock.advance(60_000)
      expect(harness.requests).toHaveLength(sent)
    }
  })

  it('lets go of its signal when the step is over', async () => {
    const harness = new StepHarness({ atlas: FAST, faults: ['get:503', 'create:429'] })
    const { signal } = new AbortController()
    await harness.clock.run(obtainSnapshot(harness.options(), harness.dependencies, signal))
    expect(getEventListeners(signal, 'abort')).toHaveLength(0)
  })
})

describe('the deadline of a step', () => {
  it.each([true, false])('gives a POST in flight a second of grace, too (wait: %s)', async (wait) => {
    const harness = new StepHarness({ faults: ['create:delay=20500'] })
    expect(await harness.obtainFailure({ wait, timeoutMs: 20_000 })).toEqual({
      title: 'The deadline has passed',
      message: `The deadline of 20 s has passed while ${wait ? 'waiting for the snapshot' : 'asking Atlas for a snapshot'}. Snapshot OWN was queued when last seen; it goes on in Atlas, and nothing was deleted.`,
      remedy:
        'To wait for it later, run this action with snapshot-id OWN and wait: true. For more time, raise the input timeout-minutes.',
    })
    expect(harness.snapshots).toEqual(['20500 OWN queued'])
  })
})

describe('whatever goes wrong', () => {
  it('while taking is a failure, a bug too, that says whether a snapshot may exist', async () => {
    const bug = new TypeError('no')
    const harness = new StepHarness({ client: scriptedClient({ create: [bug] }) })
    expect(await harness.obtainFailure()).toEqual({
      title: 'Unexpected error',
      message: `no. This is a bug of the action. ${MAY_EXIST}`,
      remedy: `${LOOK_THERE} Report this with the log, and look in it for a snapshot id before running this again.`,
    })
    expect(harness.clock.pending).toBe(0)
  })

  it('while waiting is thrown as it is where it is a bug, since the snapshot is known', async () => {
    const bug = new TypeError('no')
    const script = { create: [snapshot({ description: TAG })], get: [bug] }
    const harness = new StepHarness({ client: scriptedClient(script) })
    await expect(harness.obtain()).rejects.toBe(bug)
    expect(harness.snapshots).toEqual([`0 ${snapshotId(1)} queued`])
    expect(harness.clock.pending).toBe(0)
  })

  it('the tag is drawn once, whatever the description', async () => {
    const client = scriptedClient({
      create: [lost(), snapshot({ status: 'completed', description: `nightly ${TAG}` })],
      list: [page([]), page([])],
      listSharded: [page([]), page([])],
    })
    const harness = new StepHarness({ client })
    await harness.obtain({ description: 'nightly' })
    expect(client.calls.filter((call) => call.startsWith('create'))).toEqual([
      `create nightly ${TAG}`,
      `create nightly ${TAG}`,
    ])
  })

  it('a snapshot that is found by its tag as failed fails the step', async () => {
    const harness = new StepHarness({
      faults: ['create:hang:executed'],
      atlas: { ...FAST, failSnapshots: true },
    })
    expect(await harness.obtainFailure({ wait: false })).toMatchObject({ title: 'The snapshot failed' })
    expect(harness.snapshots).toEqual(['30000 OWN failed'])
  })
})

function attaching(get: NonNullable<Script['get']>, limitMs = 60 * MINUTE) {
  const client = scriptedClient({ get })
  const harness = new StepHarness({ client })
  const outcome = harness.within(limitMs, (context) => attachTo(snapshotId(1), context))
  return { harness, outcome, calls: client.calls }
}

const losses = (times: number) => Array.from({ length: times }, () => lost())
const NOTHING = 'Nothing was taken, and nothing was deleted.'

describe('attaching to a snapshot', () => {
  it.each(['queued', 'inProgress', 'completed', 'failed', 'pondering'])(
    'reads it once, whatever its status: %s',
    async (status) => {
      const found = snapshot({ status })
      const { outcome, calls, harness } = attaching([found])
      expect(await outcome).toEqual({ snapshot: found, created: false, fromInput: true })
      expect(calls).toEqual([`get ${snapshotId(1)}`])
      expect(harness.lines).toEqual([])
      expect(harness.snapshots).toEqual([])
    },
  )

  it('reads again after whatever may pass', async () => {
    const { outcome, harness } = attaching([lost(), notSent(), tryLater(7_000), snapshot()])
    expect(await outcome).toMatchObject({ created: false })
    expect(harness.lines).toEqual([
      '0 info Lost. Trying again in 0.5 s.',
      '500 info Not sent. Trying again in 1 s.',
      '1500 info Later. Trying again in 7 s.',
    ])
    expect(harness.clock.now()).toBe(8_500)
  })

  it.each([
    ['an unknown snapshot', refused(404)],
    ['a refusal', refused(403)],
    ['what must not be trusted', untrusted(true)],
    ['a bug', new TypeError('no')],
  ])('fails at once with %s', async (_, error) => {
    const { outcome, calls } = attaching([error])
    await expect(outcome).rejects.toBe(error)
    expect(calls).toHaveLength(1)
  })

  it('bears an outage for five minutes, and no longer', async () => {
    const { outcome, harness } = attaching(losses(100))
    expect(await harness.catchReport(outcome)).toEqual({
      title: 'Title: Lost.',
      message: 'Lost. It has been like this for 5 min.',
      remedy: 'Do something.',
    })
    expect(harness.clock.now()).toBe(300_500)
  })

  it('fails at once if Atlas asks to wait beyond the deadline', async () => {
    const { outcome, harness } = attaching([tryLater(MINUTE)], MINUTE)
    expect((await harness.catchReport(outcome)).message).toBe(
      "Later. Atlas asks to wait 1 min, which is beyond this step's deadline.",
    )
    expect(harness.clock.now()).toBe(0)
  })

  it('says at the deadline what it was doing, what stood in the way, and that nothing was done', async () => {
    const { outcome, harness } = attaching([tryLater(50_000), ...losses(100)], MINUTE)
    expect(await harness.catchReport(outcome)).toMatchObject({
      title: 'The deadline has passed',
      message: `The deadline of 1 min has passed while reading snapshot ${snapshotId(1)}. ${NOTHING} Lost.`,
    })
    expect(harness.clock.now()).toBe(MINUTE)
  })

  it('says when it is cancelled in a request that nothing was done', async () => {
    const hanging = (signal: AbortSignal) =>
      new Promise<never>((_, reject) => {
        signal.addEventListener('abort', () => reject(lost('Aborted.')), { once: true })
      })
    const { outcome, harness } = attaching([hanging])
    harness.cancelAt(3_000)
    expect(await harness.catchReport(outcome)).toEqual({
      title: 'Cancelled',
      message: `The step was cancelled while reading snapshot ${snapshotId(1)}. ${NOTHING}`,
      remedy: 'Run this again.',
    })
    expect(harness.clock.now()).toBe(3_000)
  })

  it('counts no answer about another snapshot', async () => {
    const harness = new StepHarness({ faults: ['get:other-id'], atlas: { olderSnapshots: 1 } })
    harness.createOtherSnapshot()
    const wanted = harness.atlas.snapshots().at(-1)?.id ?? 'none'
    const { snapshot: found } = await harness.within(MINUTE, (context) => attachTo(wanted, context))
    expect(found.id).toBe(wanted)
    expect(harness.clock.now()).toBe(500)
  })
})

async function members(of: Snapshot, script: Script = {}, cancelAt?: number, limitMs = MINUTE) {
  const client = scriptedClient(script)
  const harness = new StepHarness({ client })
  if (cancelAt !== undefined) harness.cancelAt(cancelAt)
  const ids = await harness.within(limitMs, (context) =>
    getMemberIds({ snapshot: of, created: true }, context),
  )
  return { ids, calls: client.calls, lines: harness.lines }
}

const sharded = (more: Readonly<Record<string, unknown>> = {}) =>
  snapshot({ type: 'shardedCluster', ...more })

/** A read that is never answered. */
const untilAborted = (signal: AbortSignal) =>
  new Promise<Snapshot>((_, reject) => {
    signal.addEventListener('abort', () => reject(lost()), { once: true })
  })

describe('the member snapshots', () => {
  it.each(['replicaSet', undefined])('of a %s are the one snapshot, without a request', async (type) => {
    expect(await members(snapshot({ type }))).toEqual({ ids: [snapshotId(1)], calls: [], lines: [] })
  })

  it('are taken from the answer where it has them', async () => {
    const snapshotIds = [snapshotId(8), snapshotId(9)]
    expect(await members(sharded({ snapshotIds }))).toEqual({ ids: snapshotIds, calls: [], lines: [] })
  })

  it('are read from the sharded form, once, where the plain one lacks them', async () => {
    const getSharded = [sharded({ members: [{ id: snapshotId(8) }, { id: snapshotId(9) }] })]
    expect(await members(sharded(), { getSharded })).toEqual({
      ids: [snapshotId(8), snapshotId(9)],
      calls: [`get sharded ${snapshotId(1)}`],
      lines: [],
    })
  })

  it('are none where the sharded form lacks them too', async () => {
    expect((await members(sharded(), { getSharded: [sharded()] })).ids).toEqual([])
  })

  // It is the last word on the snapshot, and a step that does not wait has heard only the first one.
  it('are of no use where the sharded form says that the snapshot failed', async () => {
    const harness = new StepHarness({
      client: scriptedClient({ getSharded: [sharded({ status: 'failed' })] }),
    })
    const work = harness.within(MINUTE, (context) =>
      getMemberIds({ snapshot: sharded(), created: true }, context),
    )
    expect(await harness.catchReport(work)).toMatchObject({
      title: 'The snapshot failed',
      message: `Atlas reports snapshot ${snapshotId(1)} as failed, so there is no backup to go back to.`,
    })
    expect(harness.lines).toEqual([])
    expect(harness.snapshots).toHaveLength(1)
    expect(harness.snapshots[0]).toContain('failed')
  })

  it('tell of one that was given, too, that it failed', async () => {
    const harness = new StepHarness({
      client: scriptedClient({ getSharded: [sharded({ status: 'failed' })] }),
    })
    const given = { snapshot: sharded(), created: false, fromInput: true }
    const { remedy } = await harness.catchReport(
      harness.within(MINUTE, (context) => getMemberIds(given, context)),
    )
    expect(remedy).toMatch(/ or give another snapshot-id\.$/)
  })

  it('are none, with a warning, if they cannot be read', async () => {
    expect(await members(sharded(), { getSharded: [lost()] })).toEqual({
      ids: [],
      calls: [`get sharded ${snapshotId(1)}`],
      lines: [
        `0 warning The members of snapshot ${snapshotId(1)} could not be read, so snapshot-ids is empty: Lost.`,
      ],
    })
  })

  it('are none, without a warning, once the step is cancelled, since that is told by itself', async () => {
    expect(await members(sharded(), { getSharded: [untilAborted] }, 5_000)).toEqual({
      ids: [],
      calls: [`get sharded ${snapshotId(1)}`],
      lines: [],
    })
  })

  it('are none, with a warning, once the deadline has passed', async () => {
    expect((await members(sharded(), { getSharded: [untilAborted] }, undefined, 5_000)).lines).toEqual([
      `5000 warning The members of snapshot ${snapshotId(1)} could not be read, so snapshot-ids is empty: Lost.`,
    ])
  })
})
