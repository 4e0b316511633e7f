import { describe, expect, it } from '@jest/globals'
import type { SnapshotOptions } from '../../src/snapshot/context.js'
import { TITLES } from '../../src/titles.js'
import { thrownBy } from '../support/http-responses.js'
import { mentioning } from '../support/played.js'
import {
  cluster,
  losses,
  nonAtlas,
  page,
  rejected,
  type Script,
  scriptedClient,
  snapshot,
  snapshotId,
} from '../support/scripted-client.js'
import { MINUTE, StepHarness, scriptedStep } from '../support/step-harness.js'

const other = snapshot({ description: 'nightly' })
const whole = snapshot({ id: snapshotId(2), type: 'shardedCluster', snapshotIds: [other.id] })
const recent = snapshot(
  {
    id: snapshotId(3),
    status: 'completed',
    createdAt: '2026-08-10T03:00:00Z',
    expiresAt: '2026-08-20T03:00:00Z',
  },
  { serverTime: Date.parse('2026-08-10T03:01:00Z') },
)
const SHARDED = cluster({ clusterType: 'GEOSHARDED' })
const CREATE = ['before deploy', '7 days']
const UNREADABLE = { getCluster: () => rejected(401, 'No role.', 'USER_UNAUTHORIZED') }

// The rows for dry runs contain the results of the other checks.
describe('a dry run', () => {
  it.each<[string, Script, Partial<SnapshotOptions>, readonly string[], number]>([
    ['creates one', { list: page([recent]) }, {}, CREATE, 0],
    ['creates one with on-conflict: fail', { list: page([recent]) }, { onConflict: 'fail' }, CREATE, 0],
    ['waits for another one', { list: page([other]) }, {}, [other.id, ...CREATE], 1],
    ['uses another one', { list: page([other]) }, { onConflict: 'reuse' }, ['reuse', other.id], 1],
    ['reuses one', { list: page([other, recent]) }, { reuseWithinMs: MINUTE }, ['reuse', recent.id], 0],
    ['does not see a part', { list: page([other]), getCluster: SHARDED }, {}, CREATE, 0],
    [
      'waits for a whole',
      { ...UNREADABLE, list: page([other]), listSharded: page([whole]) },
      {},
      [whole.id],
      2,
    ],
  ])('says what a step does that %s', async (_, script, options, plan, warnings) => {
    const client = scriptedClient(script)
    const harness = new StepHarness({ client })
    expect((await harness.dryRun(options)).plan).toStrictEqual(mentioning(...plan))
    expect(harness.lines.filter((line) => line.includes(' warning '))).toHaveLength(warnings)
    expect(client.calls).not.toContainEqual(mentioning('create'))
    expect(harness.snapshots).toHaveLength(options.reuseWithinMs === undefined ? 0 : 1)
  })

  it('fails with on-conflict: fail if another snapshot is in progress, and names it', async () => {
    const harness = scriptedStep({ list: page([other]) })
    expect(await thrownBy(() => harness.dryRun({ onConflict: 'fail' }))).toMatchObject({
      message: mentioning(other.id),
    })
  })

  it('fails if the snapshot in snapshot-id has failed', async () => {
    const failed = snapshot({ status: 'failed' })
    const harness = scriptedStep({ get: [failed] })
    expect(await thrownBy(() => harness.dryRun({ snapshotId: failed.id }))).toMatchObject({
      title: TITLES.snapshotFailed,
      message: mentioning(failed.id),
    })
  })

  it.each<[string, Script]>([
    ['cluster', { getCluster: () => nonAtlas() }],
    ['list', { list: () => nonAtlas() }],
  ])('fails at once if a proxy responds instead of the %s', async (_, script) => {
    const harness = scriptedStep(script)
    expect(await thrownBy(() => harness.dryRun())).toMatchObject({ title: nonAtlas().title })
    expect(harness.clock.now()).toBe(0)
  })

  it('fails after an outage of five minutes', async () => {
    const harness = scriptedStep({ getCluster: losses(100) })
    expect(await thrownBy(() => harness.dryRun())).toMatchObject({ message: mentioning('Lost.', '5 min') })
    expect(harness.clock.now()).toBe(300_500)
  })
})
