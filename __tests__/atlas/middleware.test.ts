import { getEventListeners } from 'node:events'
import { describe, expect, it } from '@jest/globals'
import { VirtualClock } from '../../simulation/virtual-clock.js'
import type { HttpRequest, Send } from '../../src/atlas/http.js'
import {
  withGracePeriod,
  withLogging,
  withRequestTimeout,
  withTrustCheck,
} from '../../src/atlas/middleware.js'
import { TITLES } from '../../src/titles.js'
import { LogLines } from '../support/captured-output.js'
import {
  get as bareGet,
  post as barePost,
  createResponse,
  never,
  type ScriptedResponse,
  scripted,
  thrownBy,
} from '../support/http-responses.js'
import { mentioning } from '../support/played.js'
import { lost, untrusted } from '../support/scripted-client.js'

const secret = 'Digest username="public", response="5ec2e7"'
const get: HttpRequest = { ...bareGet, headers: { authorization: secret } }
const post: HttpRequest = { ...barePost, headers: { authorization: secret }, body: '{"secret":"5ec2e7"}' }
const ok = createResponse(200)

/** Responds after `ms` milliseconds, or rejects with the signal's reason. */
function respondAfter(ms: number, clock: VirtualClock): Send {
  return async (_, signal) => {
    // Sleeps in small steps, like a body that arrives byte by byte.
    for (let left = ms; left > 0; left -= 100) await clock.sleep(Math.min(left, 100), signal)
    return ok
  }
}

/** The outcome and end of a request whose signal aborts after `abortAfterMs` milliseconds. */
async function run(
  wrap: (clock: VirtualClock) => Send,
  request: HttpRequest = get,
  abortAfterMs = Number.MAX_SAFE_INTEGER,
) {
  const clock = new VirtualClock()
  const controller = new AbortController()
  const reason = new Error('canceled')
  const cancel = clock.setTimeout(abortAfterMs, () => controller.abort(reason))
  const outcome = await clock.run(wrap(clock)(request, controller.signal).catch((error: unknown) => error))
  cancel()
  const listeners = getEventListeners(controller.signal, 'abort').length
  expect({ pending: clock.pending, listeners }).toStrictEqual({ pending: 0, listeners: 0 })
  return { outcome: outcome === reason ? 'aborted' : outcome, at: clock.now() }
}

describe('withRequestTimeout', () => {
  const limited = (ms: number) => (clock: VirtualClock) => withRequestTimeout(respondAfter(ms, clock), clock)

  it('limits a request to 30 s, including its whole response', async () => {
    expect(await run(limited(29_999))).toStrictEqual({ outcome: ok, at: 29_999 })
    const message = mentioning('30 s')
    expect(await run(limited(30_001))).toMatchObject({ outcome: { message }, at: 30_000 })
  })
})

describe('withGracePeriod', () => {
  const graceful = (ms: number) => (clock: VirtualClock) => withGracePeriod(respondAfter(ms, clock), clock)

  it('gives the response to a POST with credentials one more second', async () => {
    expect(await run(graceful(1_050), post, 100)).toStrictEqual({ outcome: ok, at: 1_050 })
    expect(await run(graceful(1_200), post, 100)).toStrictEqual({ outcome: 'aborted', at: 1_100 })
    expect(await run(graceful(50), post)).toStrictEqual({ outcome: ok, at: 50 })
  })

  it('gives other requests no more time', async () => {
    for (const request of [get, barePost])
      expect(await run(graceful(200), request, 100)).toStrictEqual({ outcome: 'aborted', at: 100 })
  })

  it('starts no request after the abort', async () => {
    const { send, requests } = scripted()
    const aborted = AbortSignal.abort(new Error('canceled'))
    expect(await thrownBy(() => withGracePeriod(send, new VirtualClock())(get, aborted))).toMatchObject({
      name: 'NotExecutedError',
      title: TITLES.requestNotSent,
      message: mentioning('read', 'canceled'),
    })
    expect(requests).toStrictEqual([])
  })
})

describe('withTrustCheck', () => {
  it.each<[string, ScriptedResponse]>([
    ['a redirect', createResponse(302)],
    ['a proxy that requires credentials', createResponse(407)],
    ['a response that is too large', () => untrusted(true)],
  ])('sends nothing more after %s', async (_, response) => {
    const { send, requests } = scripted(ok, response, ok, ok)
    const checked = withTrustCheck(send)
    await checked(get, never)
    await checked(get, never).catch(() => undefined)
    for (const request of [get, post]) {
      expect(await thrownBy(() => checked(request, never))).toMatchObject({
        name: 'UntrustedResponseError',
        title: TITLES.requestNotSent,
        mayHaveExecuted: false,
      })
    }
    expect(requests).toHaveLength(2)
  })

  it('continues after any other response or error', async () => {
    const responses = [createResponse(401), createResponse(503), lost, ok]
    const { send, requests } = scripted(...responses)
    const checked = withTrustCheck(send)
    for (const _ of responses) await checked(get, never).catch(() => undefined)
    expect(requests).toHaveLength(4)
  })
})

describe('withLogging', () => {
  const target = `${get.url.pathname}?pageNum=1`

  it.each([
    ['the name of an error', () => Promise.reject(new TypeError(secret)), 'TypeError'],
    ['"error" for any other value', () => Promise.reject('a string'), 'error'],
  ])('logs %s instead of a status', async (_, send, outcome) => {
    const log = new LogLines()
    await run((clock) => withLogging(send, clock, log), post)
    expect(log.lines).toStrictEqual([`debug: POST ${target} ${outcome} 0 ms`])
  })
})
