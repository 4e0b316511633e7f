import { describe, expect, it } from '@jest/globals'
import { type AtlasError, NotExecutedError } from '../../src/atlas/errors.js'
import { StopReason } from '../../src/snapshot/deadline.js'
import {
  type CreationState,
  interruptedError,
  interruptedWaitError,
  NOT_FOUND_REPORT,
  orphanWarning,
  toCreationFailure,
} from '../../src/snapshot/reports.js'
import { TITLES } from '../../src/titles.js'
import { mentioning } from '../support/played.js'
import {
  lost,
  nonAtlas,
  notExecuted,
  rejected,
  snapshot,
  snapshotId,
  throttled,
} from '../support/scripted-client.js'
import { BACKUP_PAGE, TAG } from '../support/step-harness.js'

const canceled = new StopReason('canceled', 'stopped by SIGINT')
const timedOut = new StopReason('deadline', 'stopped after 1 h')
/** The remedy of each error that the scripts throw. */
const LAST_REMEDY = 'Do something.'

describe('the error of a step that was stopped', () => {
  const report = { phase: 'searching', message: 'This is left.', remedy: 'Do this.' }

  it.each([
    ['a request that was not sent', notExecuted(), true],
    ['a request without a response', lost(), true],
    ['a page of a proxy', nonAtlas(), true],
    ['no request', undefined, false],
    ['a throttled request', throttled(), false],
    ['a rejection', rejected(403), false],
  ])(
    'at the deadline includes the remedy of the last error only for the network: %s',
    (_, lastError, included) => {
      const error = interruptedError(timedOut, { ...report, lastError })
      expect(error).toMatchObject({
        title: TITLES.timedOut,
        message: mentioning('Stopped after 1 h', 'searching', lastError?.message ?? '', 'This is left.'),
        remedy: mentioning('Do this.', 'timeout-minutes'),
        cause: timedOut,
      })
      expect(error.remedy.includes(LAST_REMEDY)).toBe(included)
    },
  )

  it('after a cancellation has only its own remedy', () => {
    expect(interruptedError(canceled, { ...report, lastError: lost() })).toMatchObject({
      title: TITLES.canceled,
      message: mentioning('Stopped by SIGINT', 'searching', 'This is left.'),
      remedy: 'Do this.',
      cause: canceled,
    })
  })
})

describe('the error of a step that was stopped while it waited', () => {
  const stopped = (status: string, lastError?: AtlasError) =>
    interruptedWaitError({ snapshot: snapshot({ status }), agoMs: 3_000 }, 'reading', timedOut, lastError)

  it('has a remedy even if the snapshot failed', () => {
    expect(stopped('failed').remedy).toContain('job')
  })

  it('explains how to wait only for a snapshot in progress', () => {
    expect(stopped('queued', lost())).toMatchObject({
      message: mentioning(snapshotId(1), '3 s', 'queued', 'Lost.'),
      remedy: mentioning(`snapshot-id: ${snapshotId(1)}`, 'wait: true'),
    })
    const { message, remedy } = stopped('completed', lost())
    expect(message).toStrictEqual(mentioning(snapshotId(1), 'completed'))
    expect(message).toContain('Lost.')
    expect(remedy).not.toContain('snapshot-id')
  })

  it.each(['queued', 'completed'])('warns if Atlas did not find the snapshot: %s', (status) => {
    expect(stopped(status, rejected(404)).message).toStrictEqual(
      mentioning('Rejected with 404.', NOT_FOUND_REPORT),
    )
    expect(stopped(status).message).not.toContain(NOT_FOUND_REPORT)
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

  it('does not include the error of a request that was aborted by the stop', () => {
    const lastError = new NotExecutedError({ title: 'T', message: 'M.', remedy: 'R.', cause: canceled })
    expect(toCreationFailure(canceled, { ...state, lastError }).message).not.toContain('M.')
  })
})
