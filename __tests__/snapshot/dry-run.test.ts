import { describe, expect, it } from '@jest/globals'
import { TITLES } from '../../src/titles.js'
import { thrownBy } from '../support/http-responses.js'
import { mentioning } from '../support/played.js'
import {
  cluster,
  losses,
  page,
  rejected,
  type Script,
  snapshot,
  snapshotId,
} from '../support/scripted-client.js'
import { StepHarness, scriptedStep } from '../support/step-harness.js'
import { lists } from '../support/step-requests.js'

const CREATE = mentioning('before deploy', '7 days')
const unreadable = [rejected(401, 'No role.', 'USER_UNAUTHORIZED')]

// The scenario rows for dry runs contain the results of the other checks.
describe('a dry run while another snapshot is in progress', () => {
  const part = snapshot({ description: 'nightly' })
  const whole = snapshot({ id: snapshotId(2), type: 'shardedCluster', snapshotIds: [part.id] })

  it('reads the lists again 2 s before its deadline if 5 s would be too long', async () => {
    const harness = new StepHarness({ faults: ['cluster:401:code=USER_UNAUTHORIZED'] })
    harness.createOtherSnapshot()
    await harness.clock.advance(1_000)
    await harness.dryRun({ timeoutMs: 4_500 })
    expect(harness.requests.slice(-2)).toStrictEqual(lists(3_500))
  })

  it.each([
    ['the list does not exist', [rejected(404)], part, 0],
    ['the list stays empty for 5 s', [page([]), page([])], part, 5_000],
    ['the whole one appears within 5 s', [page([]), page([whole])], whole, 5_000],
  ])('uses the sharded list if the cluster cannot be read: %s', async (_, listSharded, other, endsAt) => {
    const list = [page([part]), page([part])]
    const harness = scriptedStep({ getCluster: unreadable, list, listSharded })
    expect((await harness.dryRun()).plan).toStrictEqual(mentioning(other.id))
    expect(harness.clock.now()).toBe(endsAt)
  })

  it.each<[string, Script]>([
    ['cluster', { getCluster: [cluster({ clusterType: 'GEOSHARDED' })] }],
    ['invalid entry of the sharded list', { getCluster: unreadable, listSharded: [page([], 1, ['old'])] }],
  ])('ignores a part of a sharded snapshot, as the %s shows', async (_, more) => {
    const { plan } = await scriptedStep({ list: [page([part])], ...more }).dryRun({ onConflict: 'fail' })
    expect(plan).toStrictEqual(CREATE)
  })
})

describe('a dry run fails', () => {
  it('if the snapshot in snapshot-id has failed', async () => {
    const failed = snapshot({ status: 'failed' })
    const harness = scriptedStep({ get: [failed] })
    expect(await thrownBy(() => harness.dryRun({ snapshotId: failed.id }))).toMatchObject({
      title: TITLES.snapshotFailed,
      message: mentioning(failed.id),
    })
  })

  it('after an outage of five minutes', async () => {
    const harness = scriptedStep({ getCluster: losses(100) })
    expect(await thrownBy(() => harness.dryRun())).toMatchObject({ message: mentioning('Lost.', '5 min') })
    expect(harness.clock.now()).toBe(300_500)
  })
})
