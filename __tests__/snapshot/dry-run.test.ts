import { describe, expect, it } from '@jest/globals'
import { demo } from '../../emulator/config.js'
import { cluster, page, scriptedClient, snapshotId } from '../support/scripted-client.js'
import { MINUTE, StepHarness, type StepHarnessOptions } from '../support/step-harness.js'

const FAST = { secondsToInProgress: 1, secondsToCompleted: 5 }
const DRY = 'info Dry run: this step takes nothing, and checks whether it could do what follows.'
const UNPROVEN =
  'That the API key demouser may create snapshots stays unproven: only creating one could show it.'
const NOTHING = 'This was a dry run: nothing was taken.'
const TAKE = 'take a snapshot (before deploy) to be kept for 7 days and wait until it is completed'

function withKind(kind: 'm0' | 'paused' | 'noBackup' | 'flex', faults: readonly string[] = []) {
  return new StepHarness({ atlas: { clusters: [{ name: 'demo', kind }] }, faults })
}

describe('a dry run', () => {
  it('checks the cluster and its snapshots, says what the step would do, and takes nothing', async () => {
    const harness = new StepHarness()
    expect(await harness.dryRun()).toMatchObject({ plan: TAKE })
    expect(harness.lines).toEqual([
      `0 ${DRY}`,
      `0 info Take a snapshot of cluster demo in project ${demo.groupId}, and wait until it is completed.`,
      '0 info Asking https://cloud.mongodb.com as API key demouser, for at most 1 h.',
      '0 info Cluster demo is there: M10, backup on, not paused.',
      '0 info The snapshots of the cluster can be read: 0 by now.',
      `0 notice Dry run passed. Without dry-run this step would ${TAKE}. ${UNPROVEN}`,
    ])
    expect(harness.requests).toEqual([
      '0 cluster 401',
      '0 cluster 200',
      '0 list 1 200',
      '0 list sharded 1 200',
    ])
    expect(harness.atlasSnapshots).toEqual([])
    expect(harness.snapshots).toEqual([])
    expect(harness.clock.pending).toBe(0)
  })

  it('says that the step would not wait where it would not', async () => {
    const { plan } = await new StepHarness().dryRun({ wait: false, retentionInDays: 1 })
    expect(plan).toBe('take a snapshot (before deploy) to be kept for 1 day and go on without waiting for it')
  })

  it.each([
    ['m0', 'A cluster of this size takes no snapshots on demand', 'Cluster demo: its instance size is M0.'],
    ['paused', 'The cluster is paused', 'Cluster demo: it is paused.'],
    ['noBackup', 'The cluster has no backup turned on', 'Cluster demo: its Cloud Backup is off.'],
    ['flex', 'A flex cluster takes no snapshots on demand', 'CANNOT_USE_FLEX_CLUSTER_IN_CLUSTER_API'],
  ] as const)('fails on a cluster that takes no snapshots: %s', async (kind, title, message) => {
    const harness = withKind(kind)
    const failure = await harness.catchReport(harness.dryRun())
    expect(failure.title).toBe(title)
    expect(failure.message).toContain(message)
    expect(failure.message).toContain(NOTHING)
    expect(failure.remedy).toMatch(/M10|Resume|Turn on/)
  })

  it.each([
    ['cluster:404:code=CLUSTER_NOT_FOUND', 'Cluster not found'],
    ['cluster:404:code=GROUP_NOT_FOUND', 'Atlas project not found'],
    ['cluster:unauthorized', 'Atlas does not accept the API key'],
    ['cluster:403:code=IP_ADDRESS_NOT_ON_ACCESS_LIST', 'The API access list lacks this runner'],
    ['list:401:code=USER_UNAUTHORIZED', 'The API key lacks the role'],
  ])('fails on what would fail the step: %s', async (fault, title) => {
    const harness = new StepHarness({ faults: [fault] })
    const failure = await harness.catchReport(harness.dryRun())
    expect(failure.title).toBe(title)
    expect(failure.message).toContain(NOTHING)
  })

  it('passes with a warning where the cluster itself may not be read', async () => {
    const unchecked =
      'The API key demouser may not read the cluster itself, so that its size, its backup and whether it is paused stay unchecked (the role "Project Read Only" would let it).'
    const harness = new StepHarness({ faults: ['cluster:401:code=USER_UNAUTHORIZED'] })
    expect(await harness.dryRun()).toEqual({ plan: TAKE, unverified: [unchecked, UNPROVEN] })
    expect(harness.lines).toContain(`0 warning ${unchecked}`)
  })

  it('says what Atlas does not tell of the cluster', async () => {
    const bare = cluster({ paused: undefined, backupEnabled: undefined, replicationSpecs: undefined })
    const client = scriptedClient({ getCluster: [bare], list: [page([])], listSharded: [page([])] })
    const harness = new StepHarness({ client })
    expect(await harness.dryRun()).toMatchObject({ plan: TAKE })
    expect(harness.lines).toContain(
      '0 info Cluster demo is there: size unknown, backup unknown, unknown whether it is paused.',
    )
  })

  it('asks again where the answer is no cluster', async () => {
    const harness = new StepHarness({ faults: ['cluster:shape'] })
    expect(await harness.dryRun()).toMatchObject({ plan: TAKE })
    expect(harness.lines).toContain(
      '0 info Reading cluster demo: the answer is no cluster. Trying again in 0.5 s.',
    )
  })

  it('bears what passes, for five minutes in a row', async () => {
    const harness = new StepHarness({ faults: ['cluster:503:times=2', 'list:reset'] })
    expect(await harness.dryRun()).toMatchObject({ plan: TAKE })
    const offline = new StepHarness()
    offline.goOffline(0, 60 * MINUTE)
    const failure = await offline.catchReport(offline.dryRun())
    expect(failure.message).toContain('It has been like this for 5 min.')
    expect(failure.message).toContain(NOTHING)
    expect(offline.lines).toContain('60000 info Still checking, after 1 min.')
  })

  it('ends at the deadline and at a cancellation, as any step', async () => {
    const slow = new StepHarness({ faults: ['cluster:503:times=always'] })
    const late = await slow.catchReport(slow.dryRun({ timeoutMs: MINUTE }))
    expect(late.title).toBe('The deadline has passed')
    expect(late.message).toContain(`HTTP 503 Service Unavailable`)
    expect(late.message).toContain(NOTHING)
    const harness = new StepHarness({ faults: ['cluster:hang'] })
    harness.cancelAt(1_000)
    const cancelled = await harness.catchReport(harness.dryRun())
    expect(cancelled).toEqual({
      title: 'Cancelled',
      message: `The step was cancelled while checking what the step could do. ${NOTHING}`,
      remedy: 'Run this again.',
    })
    expect(harness.clock.now()).toBe(1_000)
  })
})

describe('a dry run while another snapshot is unfinished', () => {
  function withConflict(options: StepHarnessOptions = {}) {
    const harness = new StepHarness(options)
    harness.createOtherSnapshot()
    return harness
  }
  const FOUND =
    'Snapshot OTHER (nightly), which this step did not take, is queued, and Atlas takes no other one on demand until it ends.'

  it.each([
    ['wait', `wait until snapshot OTHER ends, ${TAKE}`],
    ['reuse', 'use snapshot OTHER and wait until it is completed'],
  ] as const)('warns with on-conflict: %s', async (onConflict, would) => {
    const harness = withConflict()
    expect(harness.named((await harness.dryRun({ onConflict })).plan)).toBe(would)
    expect(harness.lines).toContain(`0 warning ${FOUND}`)
  })

  it('fails with on-conflict: fail', async () => {
    const harness = withConflict()
    expect(await harness.catchReport(harness.dryRun({ onConflict: 'fail' }))).toEqual({
      title: 'Another snapshot of this cluster is unfinished',
      message: `${FOUND} ${NOTHING}`,
      remedy: 'Wait until the other snapshot ends, or set on-conflict to wait or reuse.',
    })
  })

  it('has nothing against a scheduled one', async () => {
    const harness = new StepHarness()
    harness.createOtherSnapshot({ snapshotType: 'scheduled' })
    expect(await harness.dryRun({ onConflict: 'fail' })).toMatchObject({ plan: TAKE })
  })
})

describe('a dry run with reuse-within-minutes', () => {
  it('reports the snapshot that the step would use', async () => {
    const harness = new StepHarness({ atlas: FAST })
    harness.createOtherSnapshot()
    await harness.clock.advance(10 * MINUTE)
    const { plan } = await harness.dryRun({ reuseWithinMs: 30 * MINUTE })
    expect(harness.named(plan)).toBe('use snapshot OTHER (nightly), whose data is as of 2026-08-10T03:26:44Z')
    expect(harness.snapshots).toEqual(['600000 OTHER completed, not created here'])
  })
})

describe('a dry run with snapshot-id', () => {
  function attached(atlas: StepHarnessOptions['atlas'] = FAST) {
    const harness = new StepHarness({ atlas })
    harness.createOtherSnapshot()
    return { harness, snapshotId: harness.atlas.snapshots()[0]?.id ?? 'none' }
  }

  it('reads that snapshot, and nothing else', async () => {
    const { harness, snapshotId } = attached()
    const { plan, unverified } = await harness.dryRun({ snapshotId })
    expect(harness.named(plan)).toBe(
      'attach to snapshot OTHER (nightly), queued, and wait until it is completed',
    )
    expect(unverified).toEqual([])
    expect(harness.requests).toEqual(['0 get 401', '0 get 200'])
    expect(harness.lines.slice(3)).toEqual([
      '0 info Snapshot OTHER (nightly) is queued.',
      '0 notice Dry run passed. Without dry-run this step would attach to snapshot OTHER (nightly), queued, and wait until it is completed.',
    ])
    expect(harness.snapshots).toEqual(['0 OTHER queued, not created here'])
  })

  it('says that there would be nothing to wait for', async () => {
    const { harness, snapshotId } = attached()
    await harness.clock.advance(MINUTE)
    expect(harness.named((await harness.dryRun({ snapshotId })).plan)).toBe(
      'attach to snapshot OTHER (nightly), completed',
    )
  })

  it('fails where that snapshot failed', async () => {
    const { harness, snapshotId } = attached({ ...FAST, failSnapshots: true })
    await harness.clock.advance(MINUTE)
    const failure = await harness.catchReport(harness.dryRun({ snapshotId }))
    expect(failure.title).toBe('The snapshot failed')
    expect(failure.remedy).toMatch(/ run again the step or job that took it, or give another snapshot-id\.$/)
    expect(harness.snapshots).toEqual(['60000 OTHER failed, not created here'])
  })

  it('fails where there is no such snapshot', async () => {
    const harness = new StepHarness()
    expect((await harness.catchReport(harness.dryRun({ snapshotId: snapshotId(7) }))).title).toBe(
      'Snapshot not found',
    )
  })
})
