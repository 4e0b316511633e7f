import { describe, expect, it } from '@jest/globals'
import { NotExecutedError } from '../../src/atlas/errors.js'
import { orphanWarning, toCreationFailure, withOrphanWarning } from '../../src/snapshot/aftermath.js'
import { StopReason } from '../../src/snapshot/deadline.js'
import { lost, notSent, refused, tryLater } from '../support/scripted-client.js'

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

describe('the aftermath', () => {
  it('of a failure without doubt is that there is no snapshot', () => {
    const error = refused(403)
    expect(toCreationFailure(error, standing)).toMatchObject({
      title: 'Title: Refused with 403.',
      message: 'Refused with 403. No snapshot was taken.',
      remedy: 'Do something.',
      cause: error,
    })
  })

  it('of a failure in doubt is that there may be one, and where to look', () => {
    expect(toCreationFailure(lost(), { ...standing, mayHaveOrphan: true })).toMatchObject({
      message: `Lost. ${MAY_EXIST}`,
      remedy: `${LOOK} Do something.`,
    })
  })

  it('of a cancellation says what the step was doing', () => {
    expect(toCreationFailure(new StopReason('cancelled', 'the step was cancelled'), standing)).toMatchObject({
      title: 'Cancelled',
      message: 'The step was cancelled while asking Atlas for a snapshot. No snapshot was taken.',
      remedy: 'Run this again.',
    })
  })

  it('of the deadline in doubt names the lastError with its remedy, the tag and the place', () => {
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

  it('of the deadline without doubt is that the step may simply be repeated', () => {
    const reason = new StopReason('deadline', 'the deadline of 1 h has passed')
    expect(toCreationFailure(reason, { ...standing, lastError: refused(429) })).toMatchObject({
      message:
        'The deadline of 1 h has passed while asking Atlas for a snapshot. Refused with 429. No snapshot was taken.',
      remedy: 'Run this again. For more time, raise the input timeout-minutes.',
      cause: reason,
    })
  })

  it('of a cancellation in doubt offers no more time', () => {
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

describe('the doubt beside a snapshot that was adopted', () => {
  it('is told after what failed', () => {
    const error = refused(403)
    expect(withOrphanWarning(error, standing)).toMatchObject({
      name: 'ActionError',
      title: 'Title: Refused with 403.',
      message: `Refused with 403. ${MAY_EXIST}`,
      remedy: `${LOOK} Do something.`,
      cause: error,
    })
  })

  it('is told after a bug, too', () => {
    expect(withOrphanWarning('no', standing)).toMatchObject({
      title: 'Unexpected error',
      message: `no. This is a bug of the action. ${MAY_EXIST}`,
      remedy: `${LOOK} ${BUG}`,
      cause: { cause: 'no' },
    })
  })

  it('has the words of every doubt', () => {
    expect(orphanWarning(standing)).toBe(MAY_EXIST)
  })
})
