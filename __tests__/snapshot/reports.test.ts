import { describe, expect, it } from '@jest/globals'
import { RE_RUN } from '../../src/action-error.js'
import type { AtlasError } from '../../src/atlas/errors.js'
import { StopReason } from '../../src/snapshot/deadline.js'
import { toFailure } from '../../src/snapshot/reports.js'
import { mentioning } from '../support/played.js'
import {
  conflict,
  lost,
  nonAtlas,
  notExecuted,
  rejected,
  throttled,
  untrusted,
} from '../support/scripted-client.js'
import { TITLES } from '../support/titles.js'

const canceled = new StopReason('canceled', 'stopped by SIGINT')
const timedOut = new StopReason('deadline', 'stopped after 1 h')
/** The remedy of each error that the scripts throw. */
const LAST_REMEDY = 'Do something.'

const fail = (thrown: unknown, lastError?: AtlasError) =>
  toFailure(thrown, { phase: 'searching', lastError, state: 'This is left.' })

// The rows have the reports of dry runs, of snapshots that failed, and of those that might exist.
describe('the report of a failed step', () => {
  it.each<[string, () => Error, boolean]>([
    ['a request that was not sent', notExecuted, true],
    ['a request without a response', lost, true],
    ['a response without a result, with more text', () => lost().with('All tries failed.'), true],
    ['a throttled request', throttled, true],
    ['a conflict', conflict, true],
    ['a bug', () => new TypeError('Oops'), true],
    ['a rejection', () => rejected(403), false],
    ['a page of a proxy', nonAtlas, false],
    ['an untrusted certificate', () => untrusted(false), false],
  ])('says when to re-run only if nothing has to be corrected before it: %s', (_, createError, suggested) => {
    const { message, remedy } = fail(createError())
    expect(message).toStrictEqual(mentioning('This is left.'))
    expect(remedy.includes(RE_RUN)).toBe(suggested)
    expect(remedy).not.toContain('timeout-minutes')
  })

  it.each([
    ['the remedy of the last error', nonAtlas(), LAST_REMEDY],
    ['how to get more time', undefined, 'timeout-minutes'],
  ])('at the deadline says %s', (_, lastError, fact) => {
    const report = fail(timedOut, lastError)
    expect(report).toMatchObject({
      title: TITLES.timedOut,
      message: mentioning('Stopped after 1 h', 'searching', lastError?.message ?? '', 'This is left.'),
      remedy: mentioning(fact, RE_RUN),
      cause: timedOut,
    })
    expect(report.remedy.includes('timeout-minutes')).toBe(lastError === undefined)
  })

  it('after a cancellation has no other remedy', () => {
    expect(fail(canceled, lost())).toMatchObject({
      title: TITLES.canceled,
      message: mentioning('Stopped by SIGINT', 'searching', 'Lost.', 'This is left.'),
      remedy: RE_RUN,
    })
  })
})
