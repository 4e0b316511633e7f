import { getEventListeners } from 'node:events'
import { describe, expect, it } from '@jest/globals'
import { VirtualClock } from '../../simulation/virtual-clock.js'
import type { HttpRequest, HttpResponse, Send } from '../../src/atlas/http.js'
import { withGracePeriod, withLogging, withRequestTimeout } from '../../src/atlas/middleware.js'
import { createResponse, scripted, thrownBy } from '../support/answers.js'
import { LogLines } from '../support/captured-output.js'

const url = new URL('https://cloud.example/api/atlas/v2/snapshots?pageNum=1')
const secret = 'Digest username="public", response="5ec2e7"'
const get: HttpRequest = { purpose: 'Reading', method: 'GET', url, headers: { authorization: secret } }
const post: HttpRequest = {
  purpose: 'Taking',
  method: 'POST',
  url,
  headers: { authorization: secret },
  body: '{"secret":"5ec2e7"}',
}
const barePost: HttpRequest = { ...post, headers: {} }

/** Answers after so many milliseconds, or ends with the signal's reason. */
function slow(clock: VirtualClock, ms: number): Send {
  return async (_, signal) => {
    await clock.sleep(ms, signal)
    return createResponse(200)
  }
}

/** A seam that drips: something happens all the time, and it is never over. */
function dripping(clock: VirtualClock): Send {
  return async (_, signal): Promise<HttpResponse> => {
    for (;;) await clock.sleep(100, signal)
  }
}

/** A signal that aborts after so many milliseconds. */
function cancelledAfter(clock: VirtualClock, ms: number): AbortSignal {
  const controller = new AbortController()
  clock.setTimeout(ms, () => controller.abort(new Error('the step was cancelled')))
  return controller.signal
}

const never = () => new AbortController().signal

describe('the time limit', () => {
  it('lets an answer pass that comes just in time, and leaves no timer behind', async () => {
    const clock = new VirtualClock()
    const send = withRequestTimeout(slow(clock, 29_999), clock)
    expect(await clock.run(send(get, never()))).toMatchObject({ status: 200 })
    expect(clock.pending).toBe(0)
  })

  it('ends a request after 30 s', async () => {
    const clock = new VirtualClock()
    const error = await clock.run(
      thrownBy(() => withRequestTimeout(slow(clock, 30_001), clock)(get, never())),
    )
    expect(error).toMatchObject({ message: 'no whole answer within 30 s' })
    expect(clock.now()).toBe(30_000)
  })

  it('ends one that drips after 30 s as a whole', async () => {
    const clock = new VirtualClock()
    await clock.run(thrownBy(() => withRequestTimeout(dripping(clock), clock)(get, never())))
    expect(clock.now()).toBe(30_000)
  })

  it('can be another one', async () => {
    const clock = new VirtualClock()
    const error = await clock.run(
      thrownBy(() => withRequestTimeout(dripping(clock), clock, 1500)(get, never())),
    )
    expect(error).toMatchObject({ message: 'no whole answer within 1.5 s' })
  })

  it('hands on an abort from above at once', async () => {
    const clock = new VirtualClock()
    const signal = cancelledAfter(clock, 70)
    const error = await clock.run(thrownBy(() => withRequestTimeout(dripping(clock), clock)(get, signal)))
    expect(error).toBe(signal.reason)
    expect(clock.now()).toBe(70)
    expect(clock.pending).toBe(0)
  })
})

describe('the grace at the end', () => {
  it('gives a POST with credentials one second more for its answer', async () => {
    const clock = new VirtualClock()
    const send = withGracePeriod(slow(clock, 1050), clock)
    expect(await clock.run(send(post, cancelledAfter(clock, 100)))).toMatchObject({ status: 200 })
    expect(clock.pending).toBe(0)
  })

  it('ends it after that second', async () => {
    const clock = new VirtualClock()
    const signal = cancelledAfter(clock, 100)
    const error = await clock.run(thrownBy(() => withGracePeriod(slow(clock, 1200), clock)(post, signal)))
    expect(error).toBe(signal.reason)
    expect(clock.now()).toBe(1100)
  })

  it.each([
    ['a GET', get],
    ['a POST without credentials', barePost],
  ])('is not for %s', async (_, request) => {
    const clock = new VirtualClock()
    const signal = cancelledAfter(clock, 100)
    const error = await clock.run(thrownBy(() => withGracePeriod(slow(clock, 200), clock)(request, signal)))
    expect(error).toBe(signal.reason)
    expect(clock.now()).toBe(100)
  })

  it('sends nothing once the step has to stop', async () => {
    const clock = new VirtualClock()
    const { send, requests } = scripted()
    const stopped = AbortSignal.abort(new Error('the step was cancelled'))
    for (const request of [get, post, barePost]) {
      expect(await thrownBy(() => withGracePeriod(send, clock)(request, stopped))).toMatchObject({
        name: 'NotExecutedError',
        mayHaveExecuted: false,
        message: `${request.purpose}: nothing was sent, since the step was cancelled.`,
      })
    }
    expect(requests).toHaveLength(0)
  })

  it('is not longer than the request itself may take', async () => {
    const clock = new VirtualClock()
    const send = withGracePeriod(withRequestTimeout(dripping(clock), clock), clock)
    const error = await clock.run(thrownBy(() => send(post, cancelledAfter(clock, 29_500))))
    expect(error).toMatchObject({ message: 'no whole answer within 30 s' })
    expect(clock.now()).toBe(30_000)
    expect(clock.pending).toBe(0)
  })
})

describe('a request that is over', () => {
  it('leaves nothing behind on the signal of the step, which outlives many requests', async () => {
    const clock = new VirtualClock()
    const { signal } = new AbortController()
    const send = withGracePeriod(withRequestTimeout(slow(clock, 10), clock), clock)
    for (const request of [get, post]) await clock.run(send(request, signal))
    await clock.run(withRequestTimeout(slow(clock, 10), clock)(get, signal))
    expect(getEventListeners(signal, 'abort')).toHaveLength(0)
    expect(clock.pending).toBe(0)
  })
})

describe('the debug line of a request', () => {
  it('tells method, path, status and whole milliseconds', async () => {
    const clock = new VirtualClock()
    const log = new LogLines()
    await clock.run(withLogging(slow(clock, 12.4), clock, log)(get, never()))
    expect(log.lines).toEqual(['debug: GET /api/atlas/v2/snapshots?pageNum=1 200 12 ms'])
  })

  it('tells the kind of error where there is no answer, and hands the error on', async () => {
    const clock = new VirtualClock()
    const log = new LogLines()
    const broken = new TypeError(secret)
    const send = withLogging(scripted(broken).send, clock, log)
    expect(await thrownBy(() => send(post, never()))).toBe(broken)
    expect(log.lines).toEqual(['debug: POST /api/atlas/v2/snapshots?pageNum=1 TypeError 0 ms'])
  })

  it('copes with anything that is thrown', async () => {
    const log = new LogLines()
    const send = withLogging(() => Promise.reject('a string'), new VirtualClock(), log)
    expect(await thrownBy(() => send(get, never()))).toBe('a string')
    expect(log.lines).toEqual(['debug: GET /api/atlas/v2/snapshots?pageNum=1 error 0 ms'])
  })

  it('holds no header and no body of either side', async () => {
    const log = new LogLines()
    const answer = createResponse(200, { secret: '5ec2e7' }, { 'set-cookie': '5ec2e7' })
    await withLogging(scripted(answer).send, new VirtualClock(), log)(post, never())
    expect(log.lines).toHaveLength(1)
    expect(log.lines.join()).not.toContain('5ec2e7')
  })
})
