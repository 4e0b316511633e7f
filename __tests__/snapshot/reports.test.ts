import { describe, expect, it } from '@jest/globals'
import { NotExecutedError } from '../../src/atlas/errors.js'
import { StopReason } from '../../src/snapshot/deadline.js'
import {
  assertNotFailed,
  type CreationState,
  describeLastSeen,
  interruptedError,
  interruptedWaitError,
  NOT_FOUND_REPORT,
  orphanWarning,
  toCreationFailure,
  withOrphanWarning,
} from '../../src/snapshot/reports.js'
import { TITLES } from '../../src/titles.js'
import { mentioning } from '../support/played.js'
import {
  conflict,
  lost,
  notExecuted,
  rejected,
  snapshot,
  snapshotId,
  throttled,
  untrusted,
} from '../support/scripted-client.js'
import { BACKUP_PAGE, catchFailure, TAG } from '../support/step-harness.js'

const canceled = new StopReason('canceled', 'stopped by SIGINT')
const timedOut = new StopReason('deadline', 'stopped after 1 h')
/** The remedy of each error that the scripts throw. */
const LAST_REMEDY = 'Do something.'

describe('the error of a step that was stopped', () => {
  const report = { phase: 'searching', message: 'This is left.', remedy: 'Do this.' }

  it('names the time limit, what the step was doing, and how to get more time', () => {
    expect(interruptedError(timedOut, report)).toMatchObject({
      title: TITLES.timedOut,
      message: mentioning('Stopped after 1 h', 'searching', 'This is left.'),
      remedy: mentioning('Do this.', 'timeout-minutes'),
      cause: timedOut,
    })
  })

  it('names the cancellation but not how to get more time', () => {
    expect(interruptedError(canceled, report)).toMatchObject({
      title: TITLES.canceled,
      message: mentioning('Stopped by SIGINT', 'searching', 'This is left.'),
      remedy: 'Do this.',
      cause: canceled,
    })
  })

  it.each([
    [true, 'the deadline', 'a request that was not sent', timedOut, notExecuted()],
    [true, 'the deadline', 'a request without a response', timedOut, lost()],
    [false, 'the deadline', 'no request', timedOut, undefined],
    [false, 'the deadline', 'a throttled request', timedOut, throttled()],
    [false, 'the deadline', 'a conflict', timedOut, conflict()],
    [false, 'the deadline', 'a rejection', timedOut, rejected(403)],
    [false, 'the deadline', 'an untrusted response', timedOut, untrusted(true)],
    [false, 'a cancellation', 'a request without a response', canceled, lost()],
  ])('includes the remedy of the last error (%s) at %s after %s', (included, _, __, reason, lastError) => {
    const { remedy } = interruptedError(reason, { ...report, lastError })
    expect(remedy).toContain('Do this.')
    expect(remedy.includes(LAST_REMEDY)).toBe(included)
  })
})

describe('the error of a step that was stopped while it waited', () => {
  it('names the snapshot, when it was last seen and as what, how to wait for it, and the last error', () => {
    expect(
      interruptedWaitError({ snapshot: snapshot(), agoMs: 3_000 }, 'waiting', timedOut, lost()),
    ).toMatchObject({
      title: TITLES.timedOut,
      message: mentioning('1 h', 'waiting', snapshotId(1), '3 s', 'queued', 'Lost.'),
      remedy: mentioning(`snapshot-id: ${snapshotId(1)}`, 'wait: true', LAST_REMEDY, 'timeout-minutes'),
      cause: timedOut,
    })
  })

  it('warns if Atlas did not find the snapshot', () => {
    expect(
      interruptedWaitError({ snapshot: snapshot(), agoMs: 3_000 }, 'waiting', timedOut, rejected(404))
        .message,
    ).toContain(NOT_FOUND_REPORT)
    expect(
      interruptedWaitError({ snapshot: snapshot(), agoMs: 3_000 }, 'waiting', timedOut).message,
    ).not.toContain(NOT_FOUND_REPORT)
  })

  it('has a remedy even if the snapshot failed', () => {
    const lastSeen = { snapshot: snapshot({ status: 'failed' }), agoMs: 0 }
    expect(interruptedWaitError(lastSeen, 'reading', canceled).remedy).toContain('job')
  })

  it('warns if Atlas did not find a completed snapshot', () => {
    const lastSeen = { snapshot: snapshot({ status: 'completed' }), agoMs: 3_000 }
    const { message } = interruptedWaitError(lastSeen, 'reading', timedOut, rejected(404))
    expect(message).toStrictEqual(mentioning('Rejected with 404.', NOT_FOUND_REPORT))
    expect(describeLastSeen(lastSeen, rejected(404))).toContain(NOT_FOUND_REPORT)
  })

  it('does not explain how to wait for a completed snapshot', () => {
    const error = interruptedWaitError(
      { snapshot: snapshot({ status: 'completed' }), agoMs: 0 },
      'waiting',
      canceled,
      lost(),
    )
    expect(error).toMatchObject({
      title: TITLES.canceled,
      message: mentioning('SIGINT', snapshotId(1), 'completed'),
    })
    expect(error.message).toContain('Lost.')
    expect(error.remedy).not.toContain('snapshot-id')
  })
})

describe('a snapshot', () => {
  it.each(['queued', 'inProgress', 'completed', 'pondering'])(
    'does not count as failed if it is %s',
    (status) => {
      expect(() => assertNotFailed({ snapshot: snapshot({ status }) })).not.toThrow()
    },
  )

  it.each([
    ['a remedy with snapshot-id if the input named it', { fromInput: true }, true],
    ['a remedy without snapshot-id if it did not', {}, false],
  ])('that failed causes an error with %s', async (_, observed, needsAnother) => {
    const failing = async () => assertNotFailed({ snapshot: snapshot({ status: 'failed' }), ...observed })
    const { title, message, remedy } = await catchFailure(failing())
    expect({ title, message }).toStrictEqual({
      title: TITLES.snapshotFailed,
      message: mentioning(snapshotId(1)),
    })
    expect(remedy.includes('snapshot-id')).toBe(needsAnother)
  })
})

const state: CreationState = {
  tag: TAG,
  backupPage: BACKUP_PAGE,
  mayHaveOrphan: false,
  phase: 'searching',
  lastError: undefined,
}
/** What a user needs to find the snapshot. */
const HOW_TO_FIND = [BACKUP_PAGE, TAG, 'snapshot-id']

describe('the error of a step that created no snapshot', () => {
  it.each([
    ['a rejection', rejected(403), 'Title: Rejected with 403.', ['Rejected with 403.'], [LAST_REMEDY]],
    ['a bug', new TypeError('no'), TITLES.unexpected, ['no'], ['bug']],
    ['a thrown string', 'no', TITLES.unexpected, ['no'], ['bug']],
    ['a cancellation', canceled, TITLES.canceled, ['SIGINT', 'searching', 'Lost.'], ['run the job']],
    [
      'the deadline',
      timedOut,
      TITLES.timedOut,
      ['1 h', 'searching', 'Lost.'],
      [LAST_REMEDY, 'timeout-minutes'],
    ],
  ])('reports whether a snapshot might exist after %s', (_, thrown, title, facts, remedies) => {
    const error = toCreationFailure(thrown, { ...state, lastError: lost() })
    expect(error).toMatchObject({ title, message: mentioning(...facts), remedy: mentioning(...remedies) })
    expect(`${error.message} ${error.remedy}`).not.toContain(TAG)
    expect(toCreationFailure(thrown, { ...state, mayHaveOrphan: true, lastError: lost() })).toMatchObject({
      title,
      message: mentioning(...facts, orphanWarning(state)),
      remedy: mentioning(...remedies, ...HOW_TO_FIND),
    })
  })

  it.each([
    ['a bug', new TypeError('no'), { cause: new TypeError('no') }],
    ['a rejection', rejected(403), rejected(403)],
  ])('keeps the cause of %s', (_, thrown, cause) => {
    expect(toCreationFailure(thrown, state)).toMatchObject({ name: 'ActionError', cause })
  })

  it.each([
    ['throttled the last request', throttled(), 'Later.'],
    ['rejected the last request', rejected(429), 'Rejected with 429.'],
  ])('reports at the deadline that Atlas %s, without its remedy', (_, lastError, fact) => {
    const { message, remedy } = toCreationFailure(timedOut, { ...state, lastError })
    expect(message).toContain(fact)
    expect(remedy).not.toContain(LAST_REMEDY)
  })

  it('does not include the error of a request that was aborted by the stop', () => {
    const lastError = new NotExecutedError({ title: 'T', message: 'M.', remedy: 'R.', cause: canceled })
    expect(toCreationFailure(canceled, { ...state, lastError }).message).not.toContain('M.')
  })
})

describe('the error of a step that reused another snapshot', () => {
  it.each([
    ['an error', rejected(403), 'Title: Rejected with 403.', 'Rejected with 403.', LAST_REMEDY],
    ['a bug', 'no', TITLES.unexpected, 'no', ''],
  ])('reports after %s that its own snapshot might exist', (_, thrown, title, fact, remedy) => {
    expect(withOrphanWarning(thrown, state)).toMatchObject({
      name: 'ActionError',
      title,
      message: mentioning(fact, orphanWarning(state)),
      remedy: mentioning(...HOW_TO_FIND, remedy),
    })
  })

  it('names the tag', () => {
    expect(orphanWarning(state)).toContain(TAG)
  })
})
