import { describe, expect, it } from '@jest/globals'
import { NotExecutedError } from '../../src/atlas/errors.js'
import { StopReason } from '../../src/snapshot/deadline.js'
import {
  assertNotFailed,
  interruptedError,
  interruptedWaitError,
  orphanWarning,
  toCreationFailure,
  withOrphanWarning,
} from '../../src/snapshot/failures.js'
import {
  conflict,
  lost,
  notSent,
  refused,
  snapshot,
  snapshotId,
  tryLater,
  untrusted,
} from '../support/scripted-client.js'
import { catchFailure } from '../support/step-harness.js'

const cancelled = () => new StopReason('cancelled', 'the step was cancelled')

describe('the failure of a step that had to stop', () => {
  const left = { phase: 'looking', message: 'This is left.', remedy: 'Do this.' }

  it('says that the deadline passed, and how to get more time', () => {
    const reason = new StopReason('deadline', 'the deadline of 1 h has passed')
    const failure = interruptedError(reason, left)
    expect(failure).toMatchObject({
      title: 'The deadline has passed',
      message: 'The deadline of 1 h has passed while looking. This is left.',
      remedy: 'Do this. For more time, raise the input timeout-minutes.',
    })
    expect(failure.cause).toBe(reason)
  })

  it('says that the step was cancelled, and offers no more time', () => {
    const reason = cancelled()
    const failure = interruptedError(reason, left)
    expect(failure).toMatchObject({
      title: 'Cancelled',
      message: 'The step was cancelled while looking. This is left.',
      remedy: 'Do this.',
    })
    expect(failure.cause).toBe(reason)
  })
})

describe('what stood in the way when a step has to stop', () => {
  const left = { phase: 'waiting', message: 'Left.', remedy: 'Then this.' }
  const deadline = new StopReason('deadline', 'the deadline of 1 h has passed')

  it.each([
    ['nothing was sent', notSent()],
    ['no answer came', lost()],
  ])('is named at the deadline where %s', (_, lastError) => {
    const { remedy } = interruptedError(deadline, { ...left, lastError })
    expect(remedy).toBe('Then this. Do something. For more time, raise the input timeout-minutes.')
  })

  it.each([
    ['no lastError', undefined],
    ['what Atlas put off', tryLater()],
    ['a conflict', conflict()],
    ['a refusal', refused(403)],
    ['what must not be trusted', untrusted(true)],
  ])('is not named at the deadline after %s', (_, lastError) => {
    const { remedy } = interruptedError(deadline, { ...left, lastError })
    expect(remedy).toBe('Then this. For more time, raise the input timeout-minutes.')
  })

  it('is not named after a cancellation, which is reason enough', () => {
    expect(interruptedError(cancelled(), { ...left, lastError: lost() }).remedy).toBe('Then this.')
  })
})

describe('what is left when a step has to stop', () => {
  it('names the last error, and what to do about it', () => {
    const reason = new StopReason('deadline', 'the deadline of 1 h has passed')
    expect(interruptedWaitError(snapshot(), 'waiting', reason, lost())).toMatchObject({
      title: 'The deadline has passed',
      message: `The deadline of 1 h has passed while waiting. Snapshot ${snapshotId(1)} was queued when last seen; it goes on in Atlas, and nothing was deleted. Lost.`,
      remedy: `To wait for it later, run this action with snapshot-id ${snapshotId(1)} and wait: true. Do something. For more time, raise the input timeout-minutes.`,
    })
    expect(interruptedWaitError(snapshot(), 'waiting', reason, lost()).cause).toBe(reason)
  })

  it('has no remedy for what Atlas itself put off', () => {
    const reason = new StopReason('deadline', 'the deadline of 1 h has passed')
    expect(interruptedWaitError(snapshot(), 'waiting', reason, tryLater())).toMatchObject({
      message: `The deadline of 1 h has passed while waiting. Snapshot ${snapshotId(1)} was queued when last seen; it goes on in Atlas, and nothing was deleted. Later.`,
      remedy: `To wait for it later, run this action with snapshot-id ${snapshotId(1)} and wait: true. For more time, raise the input timeout-minutes.`,
    })
  })

  it('is a snapshot that is completed, whatever the last error was: there is nothing to wait for', () => {
    const completed = snapshot({ status: 'completed' })
    const reason = new StopReason('cancelled', 'the step was cancelled')
    expect(interruptedWaitError(completed, 'reading its members', reason, lost())).toMatchObject({
      title: 'Cancelled',
      message: `The step was cancelled while reading its members. Snapshot ${snapshotId(1)} is completed and stays in Atlas.`,
      remedy: 'Its id is in the outputs.',
    })
  })
})

const AGAIN = 'run this again'
const GIVEN = 'run again the step or job that took it, or give another snapshot-id'

describe('a snapshot', () => {
  it.each(['queued', 'inProgress', 'completed', 'pondering'])('is no failed one when it is %s', (status) => {
    expect(() => assertNotFailed({ snapshot: snapshot({ status }), created: true })).not.toThrow()
  })

  it('fails the step when Atlas reports it as failed', async () => {
    const failed = { snapshot: snapshot({ status: 'failed' }), created: true }
    const failing = async () => assertNotFailed(failed)
    expect((await catchFailure(failing())).title).toBe('The snapshot failed')
  })

  it.each([
    ['was given, and so would fail every time', { created: false, fromInput: true }, GIVEN],
    ['the step took', { created: true }, AGAIN],
    ['the step used in place of its own', { created: false }, AGAIN],
  ])('that failed and that %s is told with what helps', async (_, observed, next) => {
    const failing = async () => assertNotFailed({ snapshot: snapshot({ status: 'failed' }), ...observed })
    expect((await catchFailure(failing())).remedy).toBe(
      `Do not deploy on it; look at the cluster's backup page and at the project's alerts in Atlas, then ${next}.`,
    )
  })
})

const standing = {
  tag: '[as-0a1b2c3d]' as const,
  backupPage: 'https://atlas.example/backup',
  mayHaveOrphan: false,
  phase: 'asking Atlas for a snapshot',
  lastError: undefined,
}
const LOOK =
  'Before running this again, look in the backups of the cluster (https://atlas.example/backup) for a description that ends in [as-0a1b2c3d]; if it is there, give its id as snapshot-id.'
const BUG = 'Report this with the log, and look in it for a snapshot id before running this again.'
const MAY_EXIST =
  'Atlas may have taken a snapshot for this step, tagged [as-0a1b2c3d], though no answer says so.'

describe('a failure to create a snapshot', () => {
  it('says that there is no snapshot if none can exist', () => {
    const error = refused(403)
    expect(toCreationFailure(error, standing)).toMatchObject({
      title: 'Title: Refused with 403.',
      message: 'Refused with 403. No snapshot was taken.',
      remedy: 'Do something.',
      cause: error,
    })
  })

  it('says that a snapshot may exist, and where to look', () => {
    expect(toCreationFailure(lost(), { ...standing, mayHaveOrphan: true })).toMatchObject({
      message: `Lost. ${MAY_EXIST}`,
      remedy: `${LOOK} Do something.`,
    })
  })

  it('says what the step was doing when it was cancelled', () => {
    expect(toCreationFailure(new StopReason('cancelled', 'the step was cancelled'), standing)).toMatchObject({
      title: 'Cancelled',
      message: 'The step was cancelled while asking Atlas for a snapshot. No snapshot was taken.',
      remedy: 'Run this again.',
    })
  })

  it('names the last error, its remedy, the tag and where to look at the deadline', () => {
    const reason = new StopReason('deadline', 'the deadline of 1 h has passed')
    expect(toCreationFailure(reason, { ...standing, mayHaveOrphan: true, lastError: lost() })).toMatchObject({
      title: 'The deadline has passed',
      message: `The deadline of 1 h has passed while asking Atlas for a snapshot. Lost. ${MAY_EXIST}`,
      remedy: `${LOOK} Do something. For more time, raise the input timeout-minutes.`,
      cause: reason,
    })
  })

  it.each([
    ['a network that brought nothing', notSent()],
    ['what Atlas put off', tryLater()],
  ])('of a cancellation names %s, but no remedy for it', (_, lastError) => {
    const reason = new StopReason('cancelled', 'the step was cancelled')
    expect(toCreationFailure(reason, { ...standing, lastError })).toMatchObject({
      message: `The step was cancelled while asking Atlas for a snapshot. ${lastError.message} No snapshot was taken.`,
      remedy: 'Run this again.',
    })
  })

  it('tells nothing of a request that ended only because the step did', () => {
    const reason = new StopReason('cancelled', 'the step was cancelled')
    const lastError = new NotExecutedError({ title: 'T', message: 'Not sent.', remedy: 'R.', cause: reason })
    expect(toCreationFailure(reason, { ...standing, lastError })).toMatchObject({
      message: 'The step was cancelled while asking Atlas for a snapshot. No snapshot was taken.',
      remedy: 'Run this again.',
    })
  })

  it('says at the deadline that the step can run again if no snapshot can exist', () => {
    const reason = new StopReason('deadline', 'the deadline of 1 h has passed')
    expect(toCreationFailure(reason, { ...standing, lastError: refused(429) })).toMatchObject({
      message:
        'The deadline of 1 h has passed while asking Atlas for a snapshot. Refused with 429. No snapshot was taken.',
      remedy: 'Run this again. For more time, raise the input timeout-minutes.',
      cause: reason,
    })
  })

  it('offers no more time after a cancellation', () => {
    const reason = new StopReason('cancelled', 'the step was cancelled')
    expect(toCreationFailure(reason, { ...standing, mayHaveOrphan: true })).toMatchObject({ remedy: LOOK })
  })

  it.each([
    ['a bug', new TypeError('no')],
    ['a thrown string', 'no'],
  ])('of %s says that it is a bug, and whether there may be a snapshot', (_, thrown) => {
    expect(toCreationFailure(thrown, standing)).toMatchObject({
      name: 'ActionError',
      title: 'Unexpected error',
      message: 'no. This is a bug of the action. No snapshot was taken.',
      remedy: BUG,
      cause: { cause: thrown },
    })
    expect(toCreationFailure(thrown, { ...standing, mayHaveOrphan: true })).toMatchObject({
      message: `no. This is a bug of the action. ${MAY_EXIST}`,
      remedy: `${LOOK} ${BUG}`,
    })
  })
})

describe('the warning that a snapshot may exist beside an adopted one', () => {
  it('comes after the error', () => {
    const error = refused(403)
    expect(withOrphanWarning(error, standing)).toMatchObject({
      name: 'ActionError',
      title: 'Title: Refused with 403.',
      message: `Refused with 403. ${MAY_EXIST}`,
      remedy: `${LOOK} Do something.`,
      cause: error,
    })
  })

  it('comes after a bug as well', () => {
    expect(withOrphanWarning('no', standing)).toMatchObject({
      title: 'Unexpected error',
      message: `no. This is a bug of the action. ${MAY_EXIST}`,
      remedy: `${LOOK} ${BUG}`,
      cause: { cause: 'no' },
    })
  })

  it('has the same words as in other failures', () => {
    expect(orphanWarning(standing)).toBe(MAY_EXIST)
  })
})
