import { describe, expect, it } from '@jest/globals'
import type { SnapshotOptions } from '../../src/snapshot/context.js'
import { type DryRunReport, dryRun } from '../../src/snapshot/dry-run.js'
import { TITLES } from '../../src/titles.js'
import { mentioning } from '../support/played.js'
import {
  cluster,
  losses,
  lost,
  nonAtlas,
  page,
  rejected,
  type Script,
  snapshot,
  snapshotId,
} from '../support/scripted-client.js'
import { MINUTE, scriptedStep } from '../support/step-harness.js'

const other = snapshot({ description: 'nightly' })
const failed = snapshot({ status: 'failed' })
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
const UNREADABLE = { getCluster: rejected(401, 'USER_UNAUTHORIZED') }

function start(script: Script, options: Partial<SnapshotOptions> = {}) {
  const harness = scriptedStep(script)
  const { clock, dependencies } = harness
  const cancel = new AbortController().signal
  const outcome: Promise<DryRunReport> = clock.run(dryRun(harness.options(options), dependencies, cancel))
  return { harness, outcome }
}

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
    const { harness, outcome } = start(script, options)
    expect((await outcome).plan).toStrictEqual(mentioning(...plan))
    expect(harness.lines.filter((line) => line.includes(' warning '))).toHaveLength(warnings)
    expect(harness.calls).not.toContainEqual(mentioning('create'))
    expect(harness.snapshots).toHaveLength(options.reuseWithinMs === undefined ? 0 : 1)
  })

  it.each<[string, Script, Partial<SnapshotOptions>, string, string, number]>([
    ['with on-conflict: fail', { list: page([other]) }, { onConflict: 'fail' }, TITLES.conflict, other.id, 0],
    ['if it has failed', { get: failed }, { snapshotId: failed.id }, TITLES.snapshotFailed, failed.id, 0],
    ['if a proxy hides the cluster', { getCluster: nonAtlas() }, {}, nonAtlas().title, 'Not from Atlas.', 0],
    ['if the cluster is rejected', { getCluster: rejected(402) }, {}, rejected(402).title, '402', 0],
    ['if a proxy hides the list', { list: nonAtlas() }, {}, nonAtlas().title, 'Not from Atlas.', 0],
    ['after an outage', { getCluster: losses(100) }, {}, lost().title, '5 min', 300_500],
  ])('fails %s', async (_, script, options, title, fact, at) => {
    const { harness, outcome } = start(script, options)
    await expect(outcome).rejects.toMatchObject({ title, message: mentioning(fact) })
    expect(harness.clock.now()).toBe(at)
  })
})
