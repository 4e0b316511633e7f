import { describe, expect, it } from '@jest/globals'
import { REVOKE_LIMIT, withTimeLimit } from '../../src/action/patience.js'
import { thrownBy } from '../support/answers.js'
import { VirtualClock } from '../support/virtual-clock.js'

const patience = {
  limitMs: 3_000,
  cancelledMs: 500,
  timeoutMessage: (limit: string) => `nothing within ${limit}`,
}

/** Has work that never ends by itself end; when it does and why, if the step is cancelled after so long. */
async function hanging(cancelledAt?: number): Promise<string> {
  const clock = new VirtualClock()
  const cancellation = new AbortController()
  if (cancelledAt === 0) cancellation.abort()
  else if (cancelledAt !== undefined) clock.setTimeout(cancelledAt, () => cancellation.abort())
  const work = (signal: AbortSignal) =>
    new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason)))
  const error = await clock.run(thrownBy(() => withTimeLimit(patience, clock, cancellation.signal, work)))
  return `${error instanceof Error ? error.message : ''} at ${clock.now()} ms`
}

describe('what a step has left to do at its end', () => {
  it.each([
    ['its whole time, where nothing happens', undefined, 'nothing within 3 s at 3000 ms'],
    ['half a second, where the step was cancelled before', 0, 'nothing within 0.5 s at 500 ms'],
    ['half a second from when the step is cancelled', 1_000, 'nothing within 0.5 s at 1500 ms'],
    ['no more than its time, where the step is cancelled late', 2_900, 'nothing within 3 s at 3000 ms'],
  ])('has %s', async (_, cancelledAt, says) => {
    expect(await hanging(cancelledAt)).toBe(says)
  })

  it('is done when it is done, and leaves no timer behind', async () => {
    const clock = new VirtualClock()
    const cancellation = new AbortController()
    expect(await clock.run(withTimeLimit(patience, clock, cancellation.signal, async () => 'done'))).toBe(
      'done',
    )
    cancellation.abort()
    expect(clock.pending).toBe(0)
  })
})

it('a token is revoked within 3 s, or half a second of the 2 s of a step that is cancelled', () => {
  expect(REVOKE_LIMIT).toMatchObject({ limitMs: 3_000, cancelledMs: 500 })
})
