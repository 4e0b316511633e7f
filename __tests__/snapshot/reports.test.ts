import { describe, expect, it } from '@jest/globals'
import { VirtualClock } from '../../simulation/virtual-clock.js'
import { RE_RUN } from '../../src/action-error.js'
import { Deadline, StopReason } from '../../src/snapshot/deadline.js'
import { retryAfterTooLong, toFailure } from '../../src/snapshot/reports.js'
import { never } from '../support/http-responses.js'
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

const facts = { phase: 'searching', lastError: undefined, state: 'This is left.' }

// The rows have the reports of dry runs, timeouts, and cancellations, and of snapshots that failed or might exist.
describe('the report of a failed step', () => {
  it.each<[string, () => Error, boolean]>([
    ['a request that was not sent', notExecuted, true],
    ['a request without a response', lost, true],
    ['a response without a result, with more text', () => lost().with({ more: 'All tries failed.' }), true],
    ['a throttled request', throttled, true],
    ['a conflict', conflict, true],
    ['a bug', () => new TypeError('Oops'), true],
    ['a rejection', () => rejected(403), false],
    ['a page of a proxy', nonAtlas, false],
    ['an untrusted certificate', () => untrusted(false), false],
  ])('says when to re-run only if nothing has to be corrected before it: %s', (_, createError, suggested) => {
    const { message, remedy } = toFailure(createError(), facts)
    expect(message).toStrictEqual(mentioning('This is left.'))
    expect(remedy.includes(RE_RUN)).toBe(suggested)
    expect(remedy).not.toContain('timeout-minutes')
  })

  it('keeps the reason of a stopped step as its cause', () => {
    expect(toFailure(canceled, facts)).toMatchObject({ cause: canceled })
  })
})

// On a busy machine, a response can come before the timer of the deadline.
it('a POST without Retry-After that fails at the deadline was asked for no wait', () => {
  const deadline = new Deadline(new VirtualClock(), 0, never)
  for (const error of [lost(), throttled(0)]) expect(retryAfterTooLong(error, deadline)).toBeUndefined()
  expect(retryAfterTooLong(throttled(1), deadline)?.message).toStrictEqual(mentioning('requires a wait'))
})
