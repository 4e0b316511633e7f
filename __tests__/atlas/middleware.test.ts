import { describe, expect, it } from '@jest/globals'
import { VirtualClock } from '../../simulation/virtual-clock.js'
import { AtlasError } from '../../src/atlas/errors.js'
import type { HttpRequest, Send } from '../../src/atlas/http.js'
import {
  withGracePeriod,
  withLogging,
  withNewConnection,
  withRequestTimeout,
  withTrustCheck,
} from '../../src/atlas/middleware.js'
import { asNotExecuted } from '../../src/atlas/response-errors.js'
import { TITLES } from '../../src/titles.js'
import { LogLines } from '../support/captured-output.js'
import { createResponse, get, never, post, ScriptedServer, toResponse } from '../support/http-responses.js'
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

/** Plays a script with a layer between its requests and the server. */
function play(script: string, layer: (send: Send) => Send, signal = never): Promise<unknown[]> {
  const server = new ScriptedServer(toResponse)
  const send = layer(server.createSend(() => 'sent'))
  return server.play(script, (method) => send(method === 'GET' ? get : post, signal))
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
    const error = { title: TITLES.requestNotSent, message: mentioning('read', 'canceled') }
    const [result] = await play('GET', (send) => withGracePeriod(send, new VirtualClock()), aborted)
    expect(result).toMatchObject({ ...error, meaning: 'notExecuted' })
  })
})

describe('withTrustCheck', () => {
  it.each(['302', '407', 'untrusted'])('sends nothing more after %s', async (word) => {
    const results = await play(`GET sent>200 GET sent>${word} GET POST`, withTrustCheck)
    const error = { meaning: 'untrusted', title: TITLES.requestNotSent, mayHaveExecuted: false }
    expect(results.slice(2)).toMatchObject([error, error])
  })

  it('continues after any other response or error', async () => {
    await play('GET sent>401 GET sent>503 GET sent>lost GET sent>200', withTrustCheck)
  })
})

const closed = new AtlasError('unknown', { ...lost(), brokeKeptConnection: true })

it.each<[string, HttpRequest, unknown, number]>([
  ['a read again', get, closed, 2],
  ['a read again that failed without credentials', get, asNotExecuted(closed), 2],
  ['no read again after another error', get, lost(), 1],
  ['no POST again', post, closed, 1],
])('withNewConnection sends %s', async (_, request, error, times) => {
  const sent: HttpRequest[] = []
  const send = withNewConnection(async (each) => {
    sent.push(each)
    throw error
  })
  await expect(send(request, never)).rejects.toBe(error)
  expect(sent).toStrictEqual([request, { ...request, newConnection: true }].slice(0, times))
})

it.each([
  ['the meaning of an error', () => Promise.reject(lost()), 'unknown'],
  ['"error" for any other value', () => Promise.reject(new TypeError('5ec2e7')), 'error'],
])('withLogging logs %s instead of a status', async (_, send, outcome) => {
  const log = new LogLines()
  await withLogging(send, new VirtualClock(), log)(signedPost, never).catch(() => undefined)
  expect(log.lines).toStrictEqual([`debug: POST ${post.url.pathname}?pageNum=1 ${outcome} 0 ms`])
})
