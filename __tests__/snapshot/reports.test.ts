import { describe, expect, it } from '@jest/globals'
import type { AtlasError } from '../../src/atlas/errors.js'
import { StopReason } from '../../src/snapshot/deadline.js'
import { type AtlasState, toFailure } from '../../src/snapshot/reports.js'
import { TITLES } from '../../src/titles.js'
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

const canceled = new StopReason('canceled', 'stopped by SIGINT')
const timedOut = new StopReason('deadline', 'stopped after 1 h')
/** The remedy of each error that the scripts throw. */
const LAST_REMEDY = 'Do something.'
const RE_RUN = 'Run it again.'
const STATE: AtlasState = { message: 'This is left.', reRun: RE_RUN }

const fail = (thrown: unknown, lastError?: AtlasError) =>
  toFailure(thrown, { phase: 'searching', lastError, state: STATE })

// The rows have the reports of dry runs, of snapshots that failed, and of those that might exist.
describe('the report of a failed step', () => {
  it.each<[string, () => Error, boolean]>([
    ['a request that was not sent', notExecuted, true],
    ['a request without a response', lost, true],
    ['a bug', () => new TypeError('Oops'), true],
    ['a rejection', () => rejected(403), false],
    // Atlas might have executed the request.
    ['a page of a proxy', nonAtlas, true],
    ['a page of a proxy, with more text', () => nonAtlas().with('All tries failed.'), true],
    ['a conflict', conflict, false],
    ['a throttled request', throttled, false],
    ['an untrusted certificate', () => untrusted(false), false],
  ])('suggests a re-run only if nothing has to be corrected before it: %s', (_, createError, suggested) => {
    const { message, remedy } = fail(createError())
    expect(message).toStrictEqual(mentioning('This is left.'))
    expect(remedy.includes(RE_RUN)).toBe(suggested)
    expect(remedy).not.toContain('timeout-minutes')
  })

  it.each<[string, (() => AtlasError) | undefined, boolean]>([
    ['a request that was not sent', notExecuted, true],
    ['a request without a response', lost, true],
    ['a page of a proxy', nonAtlas, true],
    ['no request', undefined, false],
    ['a throttled request', throttled, false],
    ['a rejection', () => rejected(403), false],
  ])(
    'at the deadline includes the remedy of the last error only for the network: %s',
    (_, createError, included) => {
      const lastError = createError?.()
      const report = fail(timedOut, lastError)
      expect(report).toMatchObject({
        title: TITLES.timedOut,
        message: mentioning('Stopped after 1 h', 'searching', lastError?.message ?? '', 'This is left.'),
        remedy: mentioning(RE_RUN, 'timeout-minutes', 'commit'),
      })
      expect(report.remedy.includes(LAST_REMEDY)).toBe(included)
      expect(report.cause).toMatchObject({ cause: timedOut })
    },
  )

  it('after a cancellation has no other remedy', () => {
    expect(fail(canceled, lost())).toMatchObject({
      title: TITLES.canceled,
      message: mentioning('Stopped by SIGINT', 'searching', 'Lost.', 'This is left.'),
      remedy: `${RE_RUN} If a newer run exists, do not re-run this one.`,
    })
  })

  it('ignores an error that the cancellation caused', () => {
    const aborted = Object.assign(lost(), { cause: canceled })
    expect(fail(canceled, aborted).message).not.toContain('Lost.')
  })
})
