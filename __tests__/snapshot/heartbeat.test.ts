import { describe, expect, it } from '@jest/globals'
import { withHeartbeat } from '../../src/snapshot/heartbeat.js'
import { VirtualClock } from '../support/virtual-clock.js'

/** Runs work of a length under a heartbeat, from another instant than 0. */
async function beatsOf(work: (clock: VirtualClock) => Promise<unknown>) {
  const clock = new VirtualClock(7)
  const beats: number[] = []
  const outcome = await clock
    .run(
      withHeartbeat(
        clock,
        (waitedMs) => beats.push(waitedMs),
        () => work(clock),
      ),
    )
    .catch((error: unknown) => error)
  return { beats, outcome, pending: clock.pending }
}

describe('the heartbeat', () => {
  it('beats once a minute while the work is under way, and no longer', async () => {
    const work = (clock: VirtualClock) => clock.sleep(200_000).then(() => 'done')
    expect(await beatsOf(work)).toEqual({ beats: [60_000, 120_000, 180_000], outcome: 'done', pending: 0 })
  })

  it('does not beat in work that takes less than a minute', async () => {
    const work = (clock: VirtualClock) => clock.sleep(59_999)
    expect(await beatsOf(work)).toEqual({ beats: [], outcome: undefined, pending: 0 })
  })

  it('ends with work that fails', async () => {
    const error = new Error('no')
    const work = (clock: VirtualClock) => clock.sleep(70_000).then(() => Promise.reject(error))
    expect(await beatsOf(work)).toEqual({ beats: [60_000], outcome: error, pending: 0 })
  })
})
