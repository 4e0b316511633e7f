import { describe, expect, it } from '@jest/globals'
import { type History, Timeline } from '../../src/action/timeline.js'
import { snapshot } from '../support/scripted-client.js'

/** A timeline on a clock that is moved by hand; what it tells is in seconds since its start. */
class Told {
  #now = 1_000_000
  readonly #timeline = new Timeline(() => this.#now)

  get timeline(): Timeline {
    return this.#timeline
  }

  after(seconds: number): Timeline {
    this.#now += seconds * 1000
    return this.#timeline
  }

  sees(status: string, afterSeconds: number): void {
    this.after(afterSeconds).recordStatus({ snapshot: snapshot({ status }), created: true })
  }

  retries(reason: string, delaySeconds: number, afterSeconds: number): void {
    this.after(afterSeconds).recordActivity({ kind: 'retry', reason, delayMs: delaySeconds * 1000 })
  }

  /** `step: Asking 0-2`, in order. */
  spans(): string[] {
    const { spans } = this.#timeline.history()
    const seconds = (ms: number) => (ms - 1_000_000) / 1000
    return spans.map(({ kind, label, from, to }) => `${kind}: ${label} ${seconds(from)}-${seconds(to)}`)
  }

  history(): History {
    return this.#timeline.history()
  }
}

const ASKING = 'asking Atlas'
const WAITING = 'waiting for another snapshot'

describe('the timeline of a step', () => {
  it('is empty before anything happens, and lasts from its start until it is asked', () => {
    const told = new Told()
    told.after(3)
    expect(told.history()).toEqual({
      startedAt: 1_000_000,
      endedAt: 1_003_000,
      clockSkewMs: 0,
      spans: [],
    })
  })

  it('has each status from when it was seen first until the next one', () => {
    const told = new Told()
    told.timeline.recordActivity({ kind: 'request' })
    told.sees('queued', 1)
    told.sees('queued', 2)
    told.sees('inProgress', 5)
    told.sees('completed', 150)
    expect(told.spans()).toEqual([
      `step: ${ASKING} 0-1`,
      'snapshot: queued 1-8',
      'snapshot: inProgress 8-158',
      'snapshot: completed 158-158',
    ])
  })

  it.each([
    ['an hour behind', 3_600_000, -3_600_500],
    ['an hour ahead', -3_600_000, 3_599_500],
    ['right, as far as whole seconds can tell', 0, 0],
    ['unknown, since the answer bore no date', undefined, 0],
  ])('tells that its clock is %s', (_, atlasAheadMs, clockSkewMs) => {
    const told = new Told()
    const serverTime = atlasAheadMs === undefined ? undefined : 1_000_000 + atlasAheadMs
    told.timeline.recordStatus({ snapshot: snapshot({}, serverTime), created: true })
    expect(told.history().clockSkewMs).toBe(clockSkewMs)
  })

  it('lets what is under way end now', () => {
    const told = new Told()
    told.after(1).recordActivity({ kind: 'request' })
    told.after(4)
    expect(told.spans()).toEqual([`step: ${ASKING} 1-5`])
    told.sees('queued', 1)
    told.after(60)
    expect(told.spans()).toEqual([`step: ${ASKING} 1-6`, 'snapshot: queued 6-66'])
  })

  it('is one stretch of asking, whatever the step asks and looks at in between', () => {
    const told = new Told()
    told.timeline.recordActivity({ kind: 'request' })
    told.after(1).recordActivity({ kind: 'request' })
    told.after(1).recordActivity({ kind: 'request' })
    told.after(1)
    expect(told.spans()).toEqual([`step: ${ASKING} 0-3`])
  })

  it('has a stretch for each snapshot of somebody else that is waited for', () => {
    const told = new Told()
    told.timeline.recordActivity({ kind: 'request' })
    told.after(1).recordActivity({ kind: 'conflict' })
    told.after(30).recordActivity({ kind: 'request' })
    told.after(1).recordActivity({ kind: 'request' })
    told.after(1).recordActivity({ kind: 'conflict' })
    told.after(30).recordActivity({ kind: 'request' })
    told.sees('queued', 1)
    expect(told.spans()).toEqual([
      `step: ${ASKING} 0-1`,
      `step: ${WAITING} 1-31`,
      `step: ${ASKING} 31-33`,
      `step: ${WAITING} 33-63`,
      `step: ${ASKING} 63-64`,
      'snapshot: queued 64-64',
    ])
  })

  it('merges retries of one kind that follow each other, and counts them', () => {
    const told = new Told()
    told.retries('Atlas gave no usable answer', 1, 0)
    told.retries('Atlas gave no usable answer', 2, 30)
    told.retries('Atlas gave no usable answer', 4, 32)
    told.after(10)
    expect(told.spans()).toEqual(['retry: Atlas gave no usable answer (3 times) 0-66'])
  })

  it('keeps apart retries of another kind, and those a minute later', () => {
    const told = new Told()
    told.retries('Atlas gave no usable answer', 1, 0)
    told.retries('Atlas limits the rate of requests', 5, 1)
    told.retries('Atlas limits the rate of requests', 5, 6)
    told.retries('Atlas limits the rate of requests', 5, 65)
    told.after(10)
    expect(told.spans()).toEqual([
      'retry: Atlas gave no usable answer 0-1',
      'retry: Atlas limits the rate of requests (2 times) 1-12',
      'retry: Atlas limits the rate of requests 72-77',
    ])
  })

  it('ends a pause when the step ends in it', () => {
    const told = new Told()
    told.retries('Atlas limits the rate of requests', 600, 0)
    told.after(5)
    expect(told.spans()).toEqual(['retry: Atlas limits the rate of requests 0-5'])
  })

  it('has retries beside what they hold up, in the order in which things began', () => {
    const told = new Told()
    told.timeline.recordActivity({ kind: 'request' })
    told.retries('Atlas is being upgraded', 10, 1)
    told.after(10)
    told.sees('queued', 1)
    told.retries('Atlas gave no usable answer', 1, 1)
    told.sees('completed', 2)
    expect(told.spans()).toEqual([
      `step: ${ASKING} 0-12`,
      'retry: Atlas is being upgraded 1-11',
      'snapshot: queued 12-15',
      'retry: Atlas gave no usable answer 13-14',
      'snapshot: completed 15-15',
    ])
  })

  it('tells the same again when it is asked again', () => {
    const told = new Told()
    told.timeline.recordActivity({ kind: 'request' })
    told.retries('Atlas gave no usable answer', 1, 1)
    told.sees('queued', 2)
    expect(told.spans()).toEqual(told.spans())
  })
})
