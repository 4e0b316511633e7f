import { describe, expect, it } from '@jest/globals'
import { REMEDIES } from '../../src/atlas/remedies.js'
import type { Snapshot } from '../../src/atlas/snapshot.js'
import { MIGHT_NOT_EXIST, Sighting } from '../../src/snapshot/sighting.js'
import { waitUntilFinished } from '../../src/snapshot/wait.js'
import { TITLES } from '../../src/titles.js'
import { mentioning } from '../support/played.js'
import { losses, lost, page, rejected, type Scripts, snapshot } from '../support/scripted-client.js'
import { FAST, MINUTE, polls, SENT, StepHarness, scriptedStep } from '../support/step-harness.js'

/** A completed snapshot as a list shows it. */
const listed = { ...snapshot({ description: SENT, status: 'completed' }), resource: undefined }

/** The log lines after the POST. */
const linesAfterPost = ({ lines }: StepHarness) => lines.filter((line) => !line.startsWith('0 '))

describe('a wait for a snapshot', () => {
  it('ends when Atlas reports it as completed, with a log line for each other change', async () => {
    // Recorded: a restore point before the end proves nothing.
    const harness = new StepHarness({ atlas: { ...FAST, secondsToCompleted: 9, createdAtLeadSeconds: 2 } })
    expect(await harness.obtain()).toMatchObject({ snapshot: { status: 'completed' } })
    expect(harness.requests.slice(1)).toStrictEqual(polls(2_000, 4_000, 6_000, 8_000, 10_000))
    expect(linesAfterPost(harness)).toStrictEqual([
      mentioning('2000 info', 'OWN', 'inProgress', '2 s'),
      mentioning('10000 notice', 'OWN', 'completed', '10 s'),
      mentioning('10000 info'),
    ])
    expect(harness.snapshots).toStrictEqual([
      '0 OWN queued',
      ...[2, 4, 6, 8].map((s) => `${s}000 OWN inProgress`),
      '10000 OWN completed',
    ])
    expect(harness.clock.pending).toBe(0)
  })

  it('fails when Atlas reports it as failed, after the callback with that status', async () => {
    const harness = new StepHarness({ atlas: { failSnapshots: true, secondsToCompleted: 3 } })
    expect(await harness.obtainFailure()).toMatchObject({ title: TITLES.snapshotFailed, left: 'OWN' })
    expect(harness.clock.now()).toBe(4_000)
    expect(harness.snapshots.slice(1)).toStrictEqual(['2000 OWN queued', '4000 OWN failed'])
    expect(linesAfterPost(harness)).toStrictEqual([])
  })

  it('names a completed snapshot if its resource cannot be read', async () => {
    const harness = scriptedStep({ create: lost(), list: page([listed]), get: rejected(403) })
    expect((await harness.obtainFailure()).message).toStrictEqual(mentioning(listed.id, 'completed'))
  })
})

describe('a status check', () => {
  it.each<[string, Snapshot, Scripts<Snapshot>, string]>([
    ['that fails is reported with the age of the status', listed, losses(100), '3 min 1 s ago'],
    ['that succeeds starts the age again', snapshot(), [snapshot(), ...losses(100)], '2 min 59 s ago'],
  ])('%s at the deadline', async (_, seen, get, age) => {
    const harness = scriptedStep({ get })
    await harness.clock.advance(1_000)
    const waiting = harness.within(3 * MINUTE, async (context) => {
      const sighting = new Sighting(seen, { created: true, seenAt: 0 }, context)
      await waitUntilFinished(sighting, context).catch((error: unknown) => {
        throw sighting.failure(error, 'waiting')
      })
    })
    await expect(waiting).rejects.toMatchObject({
      message: mentioning('Lost.', seen.id, seen.status, age),
    })
  })

  it('that is rejected ends the wait with the ID', async () => {
    const harness = new StepHarness({ faults: ['get:403:times=always'] })
    const { message, ...report } = await harness.obtainFailure()
    expect(report).toMatchObject({ title: REMEDIES.forbidden.title, left: 'OWN' })
    expect(message).toContain('queued')
    expect(message).not.toContain(MIGHT_NOT_EXIST)
    expect(harness.clock.now()).toBe(2_000)
  })

  it('that finds no snapshot for a minute ends the wait', async () => {
    const harness = new StepHarness({ atlas: { read404Seconds: 3_600 } })
    const { remedy, ...report } = await harness.obtainFailure()
    expect(report).toMatchObject({
      title: REMEDIES.snapshotNotFound.title,
      left: 'OWN',
      message: mentioning('HTTP 404', 'queued', MIGHT_NOT_EXIST),
    })
    expect(remedy).not.toContain('snapshot-id')
    expect(harness.clock.now()).toBe(62_500)
  })

  it('is retried until the deadline, even in an outage of more than five minutes', async () => {
    const harness = new StepHarness({ faults: ['get:503:times=always'] })
    expect(await harness.obtainFailure()).toMatchObject({
      title: TITLES.timedOut,
      left: 'OWN',
      message: mentioning('1 h', 'queued', 'HTTP 503'),
      remedy: mentioning('Re-run', 'timeout-minutes'),
    })
    expect(harness.clock.now()).toBe(60 * MINUTE)
  })
})
