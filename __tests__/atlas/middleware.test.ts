import { describe, expect, it } from '@jest/globals'
import { VirtualClock } from '../../simulation/virtual-clock.js'
import type { HttpRequest, Send } from '../../src/atlas/http.js'
import { withGracePeriod, withLogging, withRequestTimeout } from '../../src/atlas/middleware.js'
import { LogLines } from '../support/captured-output.js'
import { createResponse, get, never, post, thrownBy } from '../support/http-responses.js'
import { mentioning } from '../support/played.js'
import { lost } from '../support/scripted-client.js'
import { runTimed } from '../support/timed.js'

const signedPost: HttpRequest = { ...post, headers: { authorization: 'Digest response="5ec2e7"' } }
const ok = createResponse(200)

/** Sends a request through a layer. Without an abort, its response takes `responseMs`. */
function run(
  layer: (send: Send, clock: VirtualClock) => Send,
  responseMs: number,
  request: HttpRequest = get,
  abortAfterMs?: number,
) {
  return runTimed((clock, signal) => {
    const send: Send = (_, given) => clock.sleep(responseMs, given).then(() => ok)
    return layer(send, clock)(request, signal)
  }, abortAfterMs)
}

it('withRequestTimeout limits a request to 30 s', async () => {
  expect(await run(withRequestTimeout, 29_999)).toStrictEqual({ end: ok, at: 29_999 })
  expect(await run(withRequestTimeout, 30_001)).toStrictEqual({ end: mentioning('30 s'), at: 30_000 })
})

describe('withGracePeriod', () => {
  it('gives the response to a POST with credentials one more second', async () => {
    const ended = (ms: number) => run(withGracePeriod, ms, signedPost, 100)
    expect(await ended(50)).toStrictEqual({ end: ok, at: 50 })
    expect(await ended(1_050)).toStrictEqual({ end: ok, at: 1_050 })
    expect(await ended(1_200)).toStrictEqual({ end: 'aborted', at: 1_100 })
  })

  it('gives other requests no more time', async () => {
    for (const request of [{ ...signedPost, method: 'GET' } as const, post])
      expect(await run(withGracePeriod, 200, request, 100)).toStrictEqual({ end: 'aborted', at: 100 })
  })

  it('starts no request after the abort', async () => {
    const aborted = AbortSignal.abort(new Error('canceled'))
    const send = withGracePeriod(() => Promise.reject(new Error('sent')), new VirtualClock())
    expect(await thrownBy(() => send(get, aborted))).toMatchObject({
      meaning: 'notExecuted',
      message: mentioning('read', 'canceled'),
    })
  })
})

it.each([
  ['the meaning of an error', () => Promise.reject(lost()), 'unknown'],
  ['"error" for any other value', () => Promise.reject(new TypeError('5ec2e7')), 'error'],
])('withLogging logs %s instead of a status', async (_, send, outcome) => {
  const log = new LogLines()
  await withLogging(send, new VirtualClock(), log)(signedPost, never).catch(() => undefined)
  expect(log.lines).toStrictEqual([`debug: POST ${post.url.pathname}?pageNum=1 ${outcome} 0 ms`])
})
