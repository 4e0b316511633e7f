import { describe, expect, it } from '@jest/globals'
import { OutputsNotWrittenError } from '../../src/action-error.js'
import { REMEDIES } from '../../src/atlas/remedies.js'
import type { AcquiredSnapshot } from '../../src/snapshot/context.js'
import { NOT_FOUND_REPORT } from '../../src/snapshot/reports.js'
import { waitUntilCompleted } from '../../src/snapshot/wait.js'
import { TITLES } from '../../src/titles.js'
import { mentioning } from '../support/played.js'
import { losses, rejected, snapshot } from '../support/scripted-client.js'
import { FAST, MINUTE, StepHarness, type StepHarnessOptions, scriptedStep } from '../support/step-harness.js'

/** How to wait for the snapshot in another step. */
const LATER = ['snapshot-id: OWN', 'wait: true']
const TIMED_OUT = {
  title: TITLES.timedOut,
  left: 'OWN',
  remedy: mentioning(...LATER, 'timeout-minutes'),
}

/** A harness with a new snapshot, and the requests after its POST. */
async function afterPost(options: StepHarnessOptions = {}, created = true) {
  const harness = new StepHarness(options)
  const acquired: AcquiredSnapshot = { ...(await harness.createSnapshot()), created }
  const before = harness.requests.length
  return { harness, acquired, requests: () => harness.requests.slice(before) }
}

describe('a wait for a snapshot', () => {
  it('ends when Atlas reports it as completed, with a log line for each other status change', async () => {
    const { harness, acquired, requests } = await afterPost({ atlas: FAST })
    expect((await harness.wait(acquired)).status).toBe('completed')
    expect(requests()).toStrictEqual(['2000 get 200', '4000 get 200', '6000 get 200'])
    expect(harness.lines[0]).toStrictEqual(mentioning('2000 info', 'OWN', 'inProgress', '2 s'))
    expect(harness.lines).not.toContainEqual(mentioning('completed'))
    expect(harness.snapshots).toStrictEqual([
      '2000 OWN inProgress',
      '4000 OWN inProgress',
      '6000 OWN completed',
    ])
    expect(harness.clock.pending).toBe(0)
  })

  it('fails when Atlas reports it as failed, after the callback with that status', async () => {
    const { harness, acquired } = await afterPost({ atlas: { failSnapshots: true, secondsToCompleted: 3 } })
    expect(await harness.waitFailure(acquired)).toMatchObject({ title: TITLES.snapshotFailed, left: 'OWN' })
    expect(harness.clock.now()).toBe(4_000)
    expect(harness.snapshots).toStrictEqual(['2000 OWN queued', '4000 OWN failed'])
    expect(harness.lines).not.toContainEqual(mentioning('failed'))
  })

  it('logs once that the disk snapshot is taken, which does not end the wait', async () => {
    const copying = { status: 'inProgress', cloudProvider: 'AWS' }
    const results = [
      { status: 'inProgress' },
      copying,
      // Recorded: an early restore point proves nothing.
      { ...copying, createdAt: '2026-08-10T03:28:00Z', storageSizeBytes: 1 },
      { ...copying, status: 'completed' },
    ]
    const harness = scriptedStep({ get: results.map((fields) => snapshot(fields)) })
    await harness.clock.advance(1_000)
    await harness.wait({ snapshot: snapshot(), created: true, seenAt: 1_000 })
    expect(harness.clock.now()).toBe(9_000)
    expect(harness.lines).toStrictEqual([
      mentioning('3000 info', 'inProgress', '2 s'),
      mentioning('5000 info', '4 s'),
    ])
  })

  it('does not change an error about the outputs', async () => {
    const harness = scriptedStep({ get: [snapshot({ status: 'completed' })] })
    const error = new OutputsNotWrittenError({ title: TITLES.outputsNotWritten, message: 'M.', remedy: 'R.' })
    const onSnapshot = () => {
      throw error
    }
    const waiting = harness.within(MINUTE, (context) =>
      waitUntilCompleted({ snapshot: snapshot(), created: true, seenAt: 0 }, { ...context, onSnapshot }),
    )
    await expect(waiting).rejects.toBe(error)
  })

  it('names a completed snapshot if its resource cannot be read', async () => {
    const completed = { ...snapshot({ status: 'completed' }), resource: undefined }
    const harness = scriptedStep({ get: [rejected(403)] })
    expect(await harness.waitFailure({ snapshot: completed, created: true, seenAt: 0 })).toMatchObject({
      message: mentioning(completed.id, 'completed'),
      remedy: mentioning(completed.id),
    })
  })
})

describe('a status check', () => {
  it('that fails until the deadline is reported with the age of the status, even if it is completed', async () => {
    const completed = { ...snapshot({ status: 'completed' }), resource: undefined }
    const harness = scriptedStep({ get: losses(100) })
    await harness.clock.advance(1_000)
    const acquired = { snapshot: completed, created: true, seenAt: 0 }
    const { message } = await harness.waitFailure(acquired, 3 * MINUTE)
    expect(message).toStrictEqual(mentioning('Lost.', completed.id, 'completed', '3 min 1 s ago'))
  })

  it('that succeeds starts the age of the status again', async () => {
    const harness = scriptedStep({ get: [snapshot(), ...losses(100)] })
    const acquired = { snapshot: snapshot(), created: true, seenAt: 0 }
    const { message } = await harness.waitFailure(acquired, 3 * MINUTE)
    expect(message).toStrictEqual(mentioning('Lost.', '2 min 58 s ago'))
  })

  it.each([
    ['403', REMEDIES.forbidden.title],
    ['410', REMEDIES.unsupportedApiVersion.title],
    ['302', TITLES.redirect],
  ])('that is rejected ends the wait with the ID and how to wait again: %s', async (effect, title) => {
    const { harness, acquired } = await afterPost({ faults: [`get:${effect}:times=always`] })
    const { message, ...report } = await harness.waitFailure(acquired)
    expect(report).toMatchObject({ title, left: 'OWN', remedy: mentioning(...LATER) })
    expect(message).toContain('queued')
    expect(message).not.toContain(NOT_FOUND_REPORT)
    expect(harness.clock.now()).toBe(2_000)
  })

  it.each<[string, boolean, number, StepHarnessOptions, string]>([
    ['after a minute', true, 62_500, { atlas: { read404Seconds: 3_600 } }, REMEDIES.snapshotNotFound.title],
    ['that another client created', false, 2_000, { faults: ['get:404'] }, REMEDIES.notFound.title],
  ])('that finds no snapshot %s ends the wait', async (_, created, endsAt, options, title) => {
    const { harness, acquired } = await afterPost(options, created)
    const { remedy, ...report } = await harness.waitFailure(acquired)
    expect(report).toMatchObject({
      title,
      left: 'OWN',
      message: mentioning('HTTP 404', 'queued', NOT_FOUND_REPORT),
    })
    expect(remedy).not.toContain('snapshot-id')
    expect(harness.clock.now()).toBe(endsAt)
  })

  it('is retried until the deadline, even in an outage of more than five minutes', async () => {
    const { harness, acquired } = await afterPost({ faults: ['get:503:times=always'] })
    expect(await harness.waitFailure(acquired)).toMatchObject({
      ...TIMED_OUT,
      message: mentioning('1 h', 'queued', 'HTTP 503'),
    })
    expect(harness.clock.now()).toBe(60 * MINUTE)
  })
})
