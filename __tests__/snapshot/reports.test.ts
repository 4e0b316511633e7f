import { expect, it } from '@jest/globals'
import { VirtualClock } from '../../simulation/virtual-clock.js'
import { Deadline } from '../../src/snapshot/deadline.js'
import { retryAfterTooLong } from '../../src/snapshot/reports.js'
import { never } from '../support/http-responses.js'
import { mentioning } from '../support/played.js'
import { lost, throttled } from '../support/scripted-client.js'

// On a busy machine, a response can come before the timer of the deadline. The rows have the reports themselves.
it('a POST without Retry-After that fails at the deadline was asked for no wait', () => {
  const deadline = new Deadline(new VirtualClock(), 0, never)
  for (const error of [lost(), throttled(0)]) expect(retryAfterTooLong(error, deadline)).toBeUndefined()
  expect(retryAfterTooLong(throttled(1), deadline)?.message).toStrictEqual(mentioning('requires a wait'))
})
