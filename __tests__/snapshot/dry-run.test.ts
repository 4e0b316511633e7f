import { describe, expect, it } from '@jest/globals'
import { demo } from '../../emulator/config.js'
import { describeWait } from '../../src/snapshot/obtain.js'
import { TITLES } from '../../src/titles.js'
import { mentioning } from '../support/played.js'
import {
  cluster,
  page,
  rejected,
  type Script,
  scriptedClient,
  snapshot,
  snapshotId,
} from '../support/scripted-client.js'
import { MINUTE, StepHarness, type StepHarnessOptions } from '../support/step-harness.js'

const FAST = { secondsToInProgress: 1, secondsToCompleted: 5 }
const WAIT = describeWait(new StepHarness().options())
const CREATE = mentioning('before deploy', '7 days', WAIT)

/** A harness with a snapshot of another client. */
function withOther(options: StepHarnessOptions = {}) {
  const harness = new StepHarness(options)
  harness.createOtherSnapshot()
  return harness
}

describe('a dry run', () => {
  it('reads the cluster and its snapshots but creates none', async () => {
    const harness = new StepHarness()
    const { plan, unverified } = await harness.dryRun()
    expect(plan).toStrictEqual(CREATE)
    // Only creating a snapshot shows whether the key has the role.
    expect(unverified).toStrictEqual([mentioning('API key demouser')])
    expect(harness.requests).toStrictEqual([
      '0 cluster 401',
      '0 cluster 200',
      '0 list 1 200',
      '0 list sharded 1 200',
    ])
    expect(harness.lines).toStrictEqual([
      mentioning('0 info '),
      mentioning('0 info ', 'demo', demo.groupId),
      mentioning('0 info ', 'https://cloud.mongodb.com', 'API key demouser', '1 h'),
      mentioning('0 info ', 'demo', 'M10'),
      mentioning('0 info ', ' 0.'),
      mentioning('0 notice ', plan, ...unverified),
    ])
    expect(harness.atlasSnapshots).toStrictEqual([])
    expect(harness.snapshots).toStrictEqual([])
    expect(harness.clock.pending).toBe(0)
  })

  it('has a different plan if the step would not wait', async () => {
    const harness = new StepHarness()
    const { plan } = await harness.dryRun({ wait: false, retentionInDays: 1 })
    expect(plan).toStrictEqual(
      mentioning('before deploy', '1 day', describeWait(harness.options({ wait: false }))),
    )
    expect(plan).not.toStrictEqual(mentioning(WAIT))
  })

  it.each([
    ['m0', TITLES.instanceTooSmall, ['demo', 'M0']],
    ['paused', TITLES.clusterPaused, ['demo']],
    ['noBackup', TITLES.backupDisabled, ['demo']],
    ['flex', TITLES.flexCluster, ['CANNOT_USE_FLEX_CLUSTER_IN_CLUSTER_API']],
  ] as const)('fails if the cluster does not support snapshots: %s', async (kind, title, facts) => {
    const harness = new StepHarness({ atlas: { clusters: [{ name: 'demo', kind }] } })
    expect(await harness.catchReport(harness.dryRun())).toMatchObject({
      title,
      message: mentioning(...facts),
      remedy: expect.stringMatching(/./),
    })
  })

  it.each([
    ['cluster:404:code=CLUSTER_NOT_FOUND', TITLES.clusterNotFound],
    ['cluster:404:code=GROUP_NOT_FOUND', TITLES.projectNotFound],
    ['cluster:unauthorized', TITLES.invalidApiKey],
    ['cluster:403:code=IP_ADDRESS_NOT_ON_ACCESS_LIST', TITLES.notOnAccessList],
    ['list:401:code=USER_UNAUTHORIZED', TITLES.missingRole],
  ])('fails on an error that fails the step: %s', async (fault, title) => {
    const harness = new StepHarness({ faults: [fault] })
    expect(await harness.catchReport(harness.dryRun())).toMatchObject({ title })
  })

  it('passes with a warning if only the cluster cannot be read', async () => {
    const harness = new StepHarness({ faults: ['cluster:401:code=USER_UNAUTHORIZED'] })
    const { plan, unverified } = await harness.dryRun()
    expect(plan).toStrictEqual(CREATE)
    expect(unverified).toStrictEqual([mentioning('API key demouser'), mentioning('API key demouser')])
    expect(harness.lines).toContain(`0 warning ${unverified[0]}`)
  })

  it('logs which properties of the cluster are unknown', async () => {
    const unknown = [{}, { paused: undefined }, { backupEnabled: undefined }, { replicationSpecs: undefined }]
    const lines = unknown.map(async (fields) => {
      const script = { getCluster: [cluster(fields)], list: [page([])], listSharded: [page([])] }
      const harness = new StepHarness({ client: scriptedClient(script) })
      expect((await harness.dryRun()).plan).toStrictEqual(CREATE)
      return harness.lines.at(-3)
    })
    expect(new Set(await Promise.all(lines)).size).toBe(unknown.length)
    // An unknown tier is not left out.
    expect(await lines[3]).not.toContain(': ,')
  })

  it('retries for up to five minutes of an outage', async () => {
    const harness = new StepHarness({ faults: ['cluster:shape', 'cluster:503', 'list:reset'] })
    expect((await harness.dryRun()).plan).toStrictEqual(CREATE)
    const offline = new StepHarness()
    offline.goOffline(0, 60 * MINUTE)
    expect(await offline.catchReport(offline.dryRun())).toMatchObject({
      title: TITLES.unreachable,
      message: mentioning('5 min'),
    })
    expect(offline.lines).toContainEqual(mentioning('60000 info ', '1 min'))
  })

  it('times out with the last error', async () => {
    const harness = new StepHarness({ faults: ['cluster:503:times=always'] })
    expect(await harness.catchReport(harness.dryRun({ timeoutMs: MINUTE }))).toMatchObject({
      title: TITLES.timedOut,
      message: mentioning('1 min', 'HTTP 503'),
      remedy: mentioning('timeout-minutes'),
    })
    expect(harness.clock.now()).toBe(MINUTE)
  })

  it('stops if it is canceled', async () => {
    const harness = new StepHarness({ faults: ['cluster:hang'] })
    harness.cancelAt(1_000)
    expect(await harness.catchReport(harness.dryRun())).toMatchObject({ title: TITLES.canceled })
    expect(harness.clock.now()).toBe(1_000)
  })
})

describe('a dry run while another snapshot is in progress', () => {
  const part = snapshot({ description: 'nightly' })
  const whole = snapshot({ id: snapshotId(2), type: 'shardedCluster', snapshotIds: [part.id] })

  it('reads the lists again 2 s before its deadline if 5 s would be too long', async () => {
    const harness = withOther({ faults: ['cluster:401:code=USER_UNAUTHORIZED'] })
    await harness.dryRun({ timeoutMs: 4_500 })
    expect(harness.requests.slice(-2)).toStrictEqual(['2500 list 1 200', '2500 list sharded 1 200'])
  })

  it.each([
    ['the list does not exist', [rejected(404)], part, 0],
    ['the list stays empty for 5 s', [page([]), page([])], part, 5_000],
    ['the whole one appears within 5 s', [page([]), page([whole])], whole, 5_000],
  ])('uses the sharded list if the cluster cannot be read: %s', async (_, listSharded, other, endsAt) => {
    const getCluster = [rejected(401, 'No role.', 'USER_UNAUTHORIZED')]
    const client = scriptedClient({ getCluster, list: [page([part]), page([part])], listSharded })
    const harness = new StepHarness({ client })
    expect((await harness.dryRun()).plan).toStrictEqual(mentioning(other.id))
    expect(harness.clock.now()).toBe(endsAt)
  })

  it.each<[string, Script]>([
    ['cluster', { getCluster: [cluster({ clusterType: 'SHARDED' })], listSharded: [page([])] }],
    [
      'invalid entry of the sharded list',
      { getCluster: [rejected(401, 'No role.', 'USER_UNAUTHORIZED')], listSharded: [page([], 1, ['old'])] },
    ],
  ])('ignores a part of a sharded snapshot, as the %s shows', async (_, more) => {
    const client = scriptedClient({ list: [page([part])], ...more })
    expect((await new StepHarness({ client }).dryRun({ onConflict: 'fail' })).plan).toStrictEqual(CREATE)
  })

  it.each([
    ['wait', ['OTHER', 'before deploy', '7 days', WAIT]],
    ['reuse', ['OTHER', WAIT]],
  ] as const)('passes with a warning with on-conflict: %s', async (onConflict, facts) => {
    const harness = withOther()
    const plan = harness.named((await harness.dryRun({ onConflict })).plan)
    expect(plan).toStrictEqual(mentioning(...facts))
    expect(plan.includes('before deploy')).toBe(onConflict === 'wait')
    expect(harness.lines).toContainEqual(mentioning('0 warning ', 'OTHER', 'nightly', 'queued'))
  })

  it.each([0, 3_000])('fails with on-conflict: fail, %d ms after it was created', async (ms) => {
    const harness = withOther({ atlas: { secondsToInProgress: 2 } })
    await harness.clock.advance(ms)
    const dryRun = harness.dryRun({ onConflict: 'fail', reuseWithinMs: MINUTE })
    expect(await harness.catchReport(dryRun)).toMatchObject({
      title: TITLES.conflict,
      message: mentioning('OTHER', 'nightly', ms === 0 ? 'queued' : 'inProgress'),
      remedy: mentioning('on-conflict'),
    })
  })

  it('passes if the other snapshot is scheduled', async () => {
    const harness = new StepHarness()
    harness.createOtherSnapshot({ snapshotType: 'scheduled' })
    expect((await harness.dryRun({ onConflict: 'fail' })).plan).toStrictEqual(CREATE)
  })
})

it('a dry run with reuse-within-minutes names the snapshot that the step would reuse', async () => {
  const harness = withOther({ atlas: FAST })
  await harness.clock.advance(10 * MINUTE)
  const { plan } = await harness.dryRun({ reuseWithinMs: 30 * MINUTE })
  expect(harness.named(plan)).toStrictEqual(
    mentioning('OTHER (status: completed, description: nightly)', '2026-08-10T03:26:44Z'),
  )
  expect(harness.snapshots).toStrictEqual(['600000 OTHER completed, not created here'])
})

describe('a dry run with snapshot-id', () => {
  it.each([
    ['queued', 0],
    ['completed', MINUTE],
  ])('reads that snapshot and whether it is a part if it is %s', async (status, ms) => {
    const harness = withOther({ atlas: FAST })
    await harness.clock.advance(ms)
    const { plan, unverified } = await harness.dryRun({ snapshotId: harness.atlas.snapshots()[0]?.id ?? '' })
    expect(harness.named(plan)).toStrictEqual(mentioning('OTHER', 'nightly', status))
    expect(plan.includes(WAIT)).toBe(status === 'queued')
    expect(unverified).toStrictEqual([])
    expect(harness.requests).toStrictEqual([`${ms} get 401`, `${ms} get 200`, `${ms} list sharded 1 200`])
    expect(harness.lines).toContainEqual(mentioning(`${ms} info `, 'OTHER', 'nightly', status))
    expect(harness.lines.at(-1)).toStrictEqual(mentioning(`${ms} notice `, harness.named(plan)))
    expect(harness.snapshots).toStrictEqual([`${ms} OTHER ${status}, not created here`])
  })

  it('fails if that snapshot failed', async () => {
    const harness = withOther({ atlas: { ...FAST, failSnapshots: true } })
    await harness.clock.advance(MINUTE)
    const dryRun = harness.dryRun({ snapshotId: harness.atlas.snapshots()[0]?.id ?? '' })
    expect(await harness.catchReport(dryRun)).toMatchObject({
      title: TITLES.snapshotFailed,
      remedy: mentioning('snapshot-id'),
    })
    expect(harness.snapshots).toStrictEqual(['60000 OTHER failed, not created here'])
  })

  it('fails if that snapshot does not exist', async () => {
    const harness = new StepHarness()
    const dryRun = harness.dryRun({ snapshotId: snapshotId(7) })
    expect(await harness.catchReport(dryRun)).toMatchObject({ title: TITLES.snapshotNotFound })
  })
})
