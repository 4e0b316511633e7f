import { describe, expect, it } from '@jest/globals'
import type { OnConflict } from '../../src/snapshot/context.js'
import { StopReason, startStep } from '../../src/snapshot/deadline.js'
import { MIGHT_NOT_EXIST, Sighting } from '../../src/snapshot/sighting.js'
import { TITLES } from '../../src/titles.js'
import { never } from '../support/http-responses.js'
import { mentioning } from '../support/played.js'
import { lost, rejected, snapshot, snapshotId } from '../support/scripted-client.js'
import { StepHarness } from '../support/step-harness.js'

const timedOut = new StopReason('deadline', 'timed out after 1 h')

/** A snapshot that Atlas reported 3 s ago. */
async function seen(status: string, onConflict: OnConflict = 'wait', origin = { created: true }) {
  const harness = new StepHarness()
  const context = startStep(harness.options({ onConflict }), harness.dependencies, never)
  const sighting = new Sighting(snapshot({ status }), origin, context)
  await harness.clock.advance(3_000)
  return sighting
}

const failure = async (sighting: Promise<Sighting>, thrown: unknown = timedOut) =>
  (await sighting).failure(thrown, 'waiting')

describe('a snapshot that the step has seen', () => {
  it('is described with its age, or as it is if it has just finished', async () => {
    const sighting = await seen('queued')
    expect(sighting.describe()).toStrictEqual(mentioning(snapshotId(1), 'queued', '3 s ago'))
    sighting.see(snapshot({ status: 'inProgress' }))
    expect(sighting.describe()).toStrictEqual(mentioning('inProgress', ' 0 s ago'))
    sighting.see(snapshot({ status: 'completed' }))
    expect(sighting.describe()).toStrictEqual(mentioning(snapshotId(1), 'is completed'))
    expect(sighting.first.status).toBe('queued')
    expect(sighting.observed).toMatchObject({ snapshot: { status: 'completed' }, created: true })
  })

  it.each([
    ['wait', { created: true }, 'waits for this snapshot, then takes a new one'],
    ['reuse', { created: false }, 'uses this snapshot'],
    ['fail', { created: true }, 'when this snapshot has finished'],
    ['wait', { created: false, fromInput: true }, 'waits for this snapshot again'],
  ] as const)('continues in Atlas, and a re-run with on-conflict: %s and %j %s', async (...row) => {
    const [onConflict, origin, fact] = row
    expect(await failure(seen('queued', onConflict, origin))).toMatchObject({
      title: TITLES.timedOut,
      message: mentioning(snapshotId(1), 'queued'),
      remedy: mentioning('Do not deploy', 'continues in Atlas', fact, 'timeout-minutes'),
    })
  })

  it.each(['completed', 'failed'])('does not continue if it is %s', async (status) => {
    const sighting = await seen('queued')
    sighting.see(snapshot({ status }))
    const { remedy } = await failure(Promise.resolve(sighting), lost())
    expect(remedy).not.toContain('continues')
    expect(remedy).toContain('Do not deploy')
  })

  it.each(['queued', 'completed'])('might no longer exist if Atlas did not find it (%s)', async (status) => {
    const sighting = await seen(status)
    sighting.retries.next(rejected(404), { rules: { notFound: { forMs: 60_000, maxBackoffMs: 1 } } })
    for (const thrown of [timedOut, rejected(404)]) {
      const report = await failure(Promise.resolve(sighting), thrown)
      expect(report).toMatchObject({
        message: mentioning(MIGHT_NOT_EXIST),
        remedy: mentioning('Do not deploy'),
      })
    }
    const { message } = await failure(seen(status))
    expect(message).not.toContain(MIGHT_NOT_EXIST)
  })
})
