import { describe, expect, it } from '@jest/globals'
import { Timeline } from '../../src/action/timeline.js'
import type { Activity } from '../../src/snapshot/context.js'
import { snapshot } from '../support/scripted-client.js'

/** A timeline with a manual clock. Its spans are in seconds since its start. */
class TimelineRig {
  #now = 1_000_000
  readonly timeline = new Timeline(() => this.#now)

  after(seconds: number): Timeline {
    this.#now += seconds * 1000
    return this.timeline
  }

  record(status: string, afterSeconds: number): void {
    this.after(afterSeconds).recordStatus({ snapshot: snapshot({ status }), created: true })
  }

  retry(reason: string, delaySeconds: number, afterSeconds: number): void {
    this.after(afterSeconds).recordActivity({ kind: 'retry', reason, delayMs: delaySeconds * 1000 })
  }

  /** Each span as `step: LABEL 0-2`, in order. A count at the end of a label becomes `×3`. */
  spans(): string[] {
    const seconds = (ms: number) => (ms - 1_000_000) / 1000
    return this.timeline.history().spans.map(({ kind, label, from, to }) => {
      const counted = label.replace(/\((\d+) \w+\)$/, '×$1')
      return `${kind}: ${counted} ${seconds(from)}-${seconds(to)}`
    })
  }
}

function findLabel(activity: Activity): string {
  const timeline = new Timeline(() => 0)
  timeline.recordActivity(activity)
  return timeline.history().spans[0]?.label ?? ''
}

const REQUESTING = findLabel({ kind: 'request' })
const WAITING = findLabel({ kind: 'conflict' })

describe('the timeline of a step', () => {
  it.each([
    ['an hour behind', 3_600_000, -3_600_500],
    ['an hour ahead', -3_600_000, 3_599_500],
    ['correct to the second', 0, 0],
    ['unknown, because the response had no date', undefined, 0],
  ])('records that its clock is %s', (_, atlasAheadMs, clockSkewMs) => {
    const rig = new TimelineRig()
    const serverTime = atlasAheadMs === undefined ? undefined : 1_000_000 + atlasAheadMs
    rig.timeline.recordStatus({ snapshot: snapshot({}, { serverTime }), created: true })
    expect(rig.timeline.history().clockSkewMs).toBe(clockSkewMs)
  })

  it('ends open spans and retry delays now', () => {
    const rig = new TimelineRig()
    rig.timeline.recordActivity({ kind: 'request' })
    rig.record('queued', 6)
    rig.retry('rate limit', 600, 0)
    rig.after(60)
    expect(rig.spans()).toStrictEqual([
      `step: ${REQUESTING} 0-6`,
      'retry: rate limit 6-66',
      'snapshot: queued 6-66',
    ])
  })

  it('has a separate span for each other snapshot that the step waits for', () => {
    const rig = new TimelineRig()
    rig.timeline.recordActivity({ kind: 'request' })
    for (const wait of [1, 2]) {
      rig.after(wait).recordActivity({ kind: 'request' })
      rig.after(1).recordActivity({ kind: 'conflict' })
      rig.after(30).recordActivity({ kind: 'request' })
    }
    rig.record('queued', 1)
    expect(rig.spans()).toStrictEqual([
      `step: ${REQUESTING} 0-2`,
      `step: ${WAITING} 2-32`,
      `step: ${REQUESTING} 32-35`,
      `step: ${WAITING} 35-65`,
      `step: ${REQUESTING} 65-66`,
      'snapshot: queued 66-66',
    ])
  })

  it('merges and counts retries with the same reason, unless they are a minute apart', () => {
    const rig = new TimelineRig()
    rig.retry('no response', 1, 0)
    rig.retry('rate limit', 5, 1)
    rig.retry('rate limit', 5, 6)
    rig.retry('rate limit', 5, 65)
    rig.after(10)
    expect(rig.spans()).toStrictEqual([
      'retry: no response 0-1',
      'retry: rate limit ×2 1-12',
      'retry: rate limit 72-77',
    ])
  })

  it('sorts retries among the other spans by their start', () => {
    const rig = new TimelineRig()
    rig.timeline.recordActivity({ kind: 'request' })
    rig.retry('maintenance', 10, 1)
    rig.after(10)
    rig.record('queued', 1)
    rig.retry('no response', 1, 1)
    rig.record('completed', 2)
    expect(rig.spans()).toStrictEqual([
      `step: ${REQUESTING} 0-12`,
      'retry: maintenance 1-11',
      'snapshot: queued 12-15',
      'retry: no response 13-14',
      'snapshot: completed 15-15',
    ])
  })
})
