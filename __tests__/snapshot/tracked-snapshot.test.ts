import { describe, expect, it } from '@jest/globals'
import type { SnapshotOptions } from '../../src/snapshot/context.js'
import { StopReason, startStep } from '../../src/snapshot/deadline.js'
import { WAIT } from '../../src/snapshot/retry.js'
import { MIGHT_NOT_EXIST, TrackedSnapshot } from '../../src/snapshot/tracked-snapshot.js'
import { TITLES } from '../../src/titles.js'
import { never } from '../support/http-responses.js'
import { mentioning } from '../support/played.js'
import { lost, rejected, snapshot, snapshotId } from '../support/scripted-client.js'
import { StepHarness } from '../support/step-harness.js'

const timedOut = new StopReason('deadline', 'timed out after 1 h')

/** A snapshot that Atlas reported 3 s ago. */
async function tracked(
  status: string,
  options: Partial<SnapshotOptions> = {},
  origin: TrackedSnapshot['origin'] = 'created',
) {
  const harness = new StepHarness()
  await harness.clock.advance(5_000)
  const context = startStep(harness.options(options), harness.dependencies, never)
  const made = new TrackedSnapshot(snapshot({ status }), origin, context)
  await harness.clock.advance(3_000)
  return made
}

describe('a snapshot that Atlas has accepted or shown', () => {
  it('is described with its age, or as it is if it has just finished', async () => {
    const one = await tracked('queued')
    expect(one.describe()).toStrictEqual(mentioning(snapshotId(1), 'queued', '3 s ago'))
    one.update(snapshot({ status: 'inProgress' }))
    expect(one.describe()).toStrictEqual(mentioning('inProgress', ' 0 s ago'))
    one.update(snapshot({ status: 'completed' }))
    expect(one.describe()).toStrictEqual(mentioning(snapshotId(1), 'is completed'))
    expect((await tracked('completed')).describe()).toStrictEqual(mentioning('completed', '3 s ago'))
    expect(one.first.status).toBe('queued')
    expect(one.observed).toMatchObject({ snapshot: { status: 'completed' }, created: true })
  })

  it.each<[Partial<SnapshotOptions>, TrackedSnapshot['origin'], string]>([
    [{ onConflict: 'wait' }, 'created', 'waits for this snapshot, then takes a new one'],
    [{ onConflict: 'reuse' }, 'found', 'uses this snapshot if it is still in progress'],
    [{ onConflict: 'fail' }, 'created', 'when this snapshot has finished'],
    [{ onConflict: 'wait' }, 'given', 'waits for this snapshot again'],
    [{ onConflict: 'wait', reuseWithinMs: 1 }, 'created', 'reuses it or takes a new one'],
    [{ onConflict: 'reuse', reuseWithinMs: 1 }, 'created', 'otherwise reuses it or takes a new one'],
    [{ onConflict: 'fail', reuseWithinMs: 1 }, 'created', 'reuses it or takes a new one'],
  ])('continues in Atlas, and a re-run with %j (%s) %s', async (options, origin, fact) => {
    const failure = (await tracked('queued', options, origin)).failure(timedOut, 'waiting')
    expect(failure).toMatchObject({
      title: TITLES.timedOut,
      message: mentioning(snapshotId(1), 'queued', 'continues in Atlas'),
      remedy: mentioning(fact, 'timeout-minutes'),
    })
  })

  it.each(['completed', 'failed'])('does not continue if it is %s', async (status) => {
    const failure = (await tracked(status)).failure(lost(), 'waiting')
    expect(failure.message).not.toContain('continues')
    expect(failure.remedy).toContain('Re-run the job.')
  })

  it('might be reused by a re-run once it is completed', async () => {
    const one = await tracked('completed', { reuseWithinMs: 1 })
    expect(one.failure(timedOut, 'waiting').remedy).toContain('might reuse this snapshot')
  })

  it.each(['queued', 'completed'])('might no longer exist if Atlas did not find it (%s)', async (status) => {
    const one = await tracked(status)
    expect(one.failure(timedOut, 'waiting').message).not.toContain(MIGHT_NOT_EXIST)
    expect(one.failure(rejected(404), 'waiting').message).toContain(MIGHT_NOT_EXIST)
    const withoutCluster = one.failure(rejected(404, 'CLUSTER_NOT_FOUND'), 'waiting')
    expect(withoutCluster.message).toMatch(new RegExp(`${MIGHT_NOT_EXIST}$`))
    one.retries.next(rejected(404), WAIT)
    expect(one.failure(timedOut, 'waiting')).toMatchObject({
      message: mentioning(MIGHT_NOT_EXIST, 'A re-run takes a new one.'),
      remedy: expect.not.stringContaining('Re-run'),
    })
    const given = await tracked(status, {}, 'given')
    expect(given.failure(rejected(404), 'waiting').message).not.toContain('re-run')
  })
})
