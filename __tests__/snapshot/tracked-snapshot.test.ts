import { describe, expect, it } from '@jest/globals'
import { StopReason, startStep } from '../../src/snapshot/deadline.js'
import { READ_WHILE_WAITING } from '../../src/snapshot/retry.js'
import { TrackedSnapshot } from '../../src/snapshot/tracked-snapshot.js'
import { never } from '../support/http-responses.js'
import { mentioning } from '../support/played.js'
import { lost, rejected, snapshot, snapshotId } from '../support/scripted-client.js'
import { StepHarness } from '../support/step-harness.js'

const timedOut = new StopReason('deadline', 'timed out after 1 h')

/** A snapshot that Atlas reported 3 s ago. */
async function tracked(status: string) {
  const harness = new StepHarness()
  await harness.clock.advance(5_000)
  const context = startStep(harness.options(), harness.dependencies, never)
  const made = new TrackedSnapshot(snapshot({ status }), true, context)
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
    expect(one.observed).toMatchObject({ snapshot: { status: 'completed' }, created: true })
  })

  it.each([
    ['queued', true],
    ['completed', false],
    ['failed', false],
  ])('continues in Atlas unless it has finished (%s)', async (status, continues) => {
    const { message } = (await tracked(status)).failure(timedOut, 'waiting')
    expect(message).toStrictEqual(mentioning(snapshotId(1), status))
    expect(message.includes('It continues in Atlas.')).toBe(continues)
  })

  it.each([undefined, 'CLUSTER_NOT_FOUND'])('might no longer exist after a 404 (%s)', async (code) => {
    const one = await tracked('queued')
    one.retries.next(rejected(404, code), READ_WHILE_WAITING)
    one.retries.next(lost(), READ_WHILE_WAITING)
    expect(one.failure(timedOut, 'waiting').message).toMatch(/It might no longer exist\.$/)
    one.retries.reset()
    expect(one.failure(timedOut, 'waiting').message).toMatch(/It continues in Atlas\.$/)
  })
})
