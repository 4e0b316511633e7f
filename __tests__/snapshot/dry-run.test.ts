import { describe, expect, it } from '@jest/globals'
import { parseCluster } from '../../src/atlas/cluster.js'
import type { SnapshotOptions } from '../../src/snapshot/context.js'
import { type DryRunResult, dryRun } from '../../src/snapshot/dry-run.js'
import { never } from '../support/http-responses.js'
import { mentioning } from '../support/played.js'
import { nonAtlas, recent, type Script, snapshot } from '../support/scripted-client.js'
import { MINUTE, scriptedStep } from '../support/step-harness.js'
import { TITLES } from '../support/titles.js'

const other = snapshot({ description: 'nightly' })
const failed = snapshot({ status: 'failed' })

function start(script: Script, options: Partial<SnapshotOptions> = {}) {
  const harness = scriptedStep(script)
  const { clock, dependencies } = harness
  const outcome: Promise<DryRunResult> = clock.run(dryRun(harness.options(options), dependencies, never))
  return { harness, outcome }
}

// The rows for dry runs contain the other plans and failures.
describe('a dry run', () => {
  it('says that a step with reuse-within-minutes waits before it reuses a snapshot or creates one', async () => {
    const { harness, outcome } = start({ list: [[other]] }, { reuseWithinMs: MINUTE })
    const { plan, unverified } = await outcome
    expect(plan).toMatch(new RegExp(`^wait for.*${other.id}.*reuse it or create`))
    expect(unverified).toStrictEqual(mentioning('API key demouser', 'take snapshots'))
    expect(harness.calls).toStrictEqual(['get cluster', 'list replicaSet 1'])
    expect(harness.clock.pending).toBe(0)
  })

  it('logs only what it knows of the cluster', async () => {
    const getCluster = parseCluster({ clusterType: 'REPLICASET' })
    const { harness, outcome } = start({ getCluster, list: [[]] })
    await outcome
    expect(harness.lines).toContain('0 info Cluster: demo.')
  })

  it('does not say that a step waits for a snapshot that is completed', async () => {
    const { plan, unverified } = await start({ get: recent }, { snapshotId: recent.id }).outcome
    expect(plan).toStrictEqual(mentioning('use', recent.id, 'completed'))
    expect(plan).not.toContain('wait')
    expect(unverified).toBe('')
  })

  it.each<[string, Script, Partial<SnapshotOptions>, string, string]>([
    ['the snapshot has failed', { get: failed }, { snapshotId: failed.id }, TITLES.snapshotFailed, failed.id],
    ['a proxy hides the cluster', { getCluster: nonAtlas() }, {}, nonAtlas().help.title, 'not from Atlas'],
    ['a proxy hides the list', { list: nonAtlas() }, {}, nonAtlas().help.title, 'not from Atlas'],
  ])('fails at once if %s', async (_, script, options, title, fact) => {
    const { harness, outcome } = start(script, options)
    await expect(outcome).rejects.toMatchObject({ help: { title }, message: mentioning(fact, 'dry run') })
    expect(harness.clock.now()).toBe(0)
  })
})
