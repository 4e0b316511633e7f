import { expect, it } from '@jest/globals'
import { VirtualClock } from '../../simulation/virtual-clock.js'
import type { HttpRequest, Send } from '../../src/atlas/http.js'
import { withLogging, withRequestTimeout } from '../../src/atlas/middleware.js'
import { LogLines } from '../support/captured-output.js'
import { createResponse, get, never, post } from '../support/http-responses.js'
import { mentioning } from '../support/played.js'
import { lost } from '../support/scripted-client.js'
import { runTimed } from '../support/timed.js'

const signedPost: HttpRequest = { ...post, headers: { authorization: 'Digest response="5ec2e7"' } }
const ok = createResponse(200)

/** Sends a request with a time limit, whose response takes this long. */
function run(responseMs: number, abortAfterMs?: number) {
  return runTimed((clock, signal) => {
    const send: Send = (_, given) => clock.sleep(responseMs, given).then(() => ok)
    return withRequestTimeout(send, clock)(get, signal)
  }, abortAfterMs)
}

it('withRequestTimeout limits a request to 30 s, and ends it at once when the step stops', async () => {
  expect(await run(29_999)).toStrictEqual({ end: ok, at: 29_999 })
  expect(await run(30_001)).toStrictEqual({ end: mentioning('30 s'), at: 30_000 })
  expect(await run(200, 100)).toStrictEqual({ end: 'aborted', at: 100 })
})

it.each([
  ['the meaning of an error', () => Promise.reject(lost()), 'unknown'],
  ['"error" for any other value', () => Promise.reject(new TypeError('5ec2e7')), 'error'],
])('withLogging logs %s instead of a status', async (_, send, outcome) => {
  const log = new LogLines()
  await withLogging(send, new VirtualClock(), log)(signedPost, never).catch(() => undefined)
  expect(log.lines).toStrictEqual([`debug: POST ${post.url.pathname}?pageNum=1 ${outcome} 0 ms`])
})
