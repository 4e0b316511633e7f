import { describe, expect, it } from '@jest/globals'
import { Timeline } from '../../src/action/timeline.js'
import type { Activity } from '../../src/snapshot/context.js'
import { snapshot } from '../support/scripted-client.js'

const START = 1_000_000
const REQUESTING = 'step: requesting a snapshot'
const WAITING = 'step: waiting for another snapshot'

/** What happens, and how many seconds after the previous event. A text is a status of the snapshot. */
type Event = readonly [afterSeconds: number, happens?: Activity | string]

const request: Activity = { kind: 'request' }
const conflict: Activity = { kind: 'conflict' }

function retry(reason: string, delaySeconds: number): Activity {
  return { kind: 'retry', reason, delayMs: delaySeconds * 1000 }
}

/** Each span as `step: LABEL 0-2` with seconds since the start. A count at the end of a label becomes `×3`. */
function spans(...events: readonly Event[]): string[] {
  let now = START
  const timeline = new Timeline(() => now)
  for (const [afterSeconds, happens] of events) {
    now += afterSeconds * 1000
    if (typeof happens === 'string')
      timeline.recordStatus({ snapshot: snapshot({ status: happens }), created: true })
    else if (happens !== undefined) timeline.recordActivity(happens)
  }
  const seconds = (ms: number) => (ms - START) / 1000
  return timeline.history().spans.map(({ kind, label, from, to }) => {
    const counted = label.replace(/\((\d+) \w+\)$/, '×$1')
    return `${kind}: ${counted} ${seconds(from)}-${seconds(to)}`
  })
}

describe('the timeline of a step', () => {
  it('ends open spans and retry delays now', () => {
    expect(spans([0, request], [6, 'queued'], [0, retry('rate limit', 600)], [60])).toStrictEqual([
      `${REQUESTING} 0-6`,
      'snapshot: queued 6-66',
      'retry: rate limit 6-66',
    ])
  })

  it('has a separate span for each other snapshot that the step waits for', () => {
    const waits: readonly Event[] = [
      [1, request],
      [1, conflict],
      [30, request],
    ]
    expect(spans([0, request], ...waits, ...waits, [1, 'queued'])).toStrictEqual([
      `${REQUESTING} 0-2`,
      `${WAITING} 2-32`,
      `${REQUESTING} 32-34`,
      `${WAITING} 34-64`,
      `${REQUESTING} 64-65`,
      'snapshot: queued 65-65',
    ])
  })

  it('merges and counts retries with the same reason, unless they are a minute apart', () => {
    const limit = retry('rate limit', 5)
    expect(spans([0, retry('no response', 1)], [1, limit], [6, limit], [65, limit], [10])).toStrictEqual([
      'retry: no response 0-1',
      'retry: rate limit ×2 1-12',
      'retry: rate limit 72-77',
    ])
  })
})
