import { describe, expect, it } from '@jest/globals'
import { listenForCancellation, releaseLimitMs } from '../../src/action/cancellation.js'
import { StopReason } from '../../src/snapshot/deadline.js'

describe.each(['SIGINT', 'SIGTERM'] as const)('%s', (name) => {
  it('cancels the step', () => {
    const cancellation = listenForCancellation()
    try {
      expect(cancellation.signal.aborted).toBe(false)
      process.emit(name, name)
      expect(cancellation.signal.reason).toBeInstanceOf(StopReason)
      expect(cancellation.signal.reason).toMatchObject({
        kind: 'cancelled',
        message: `the step was cancelled (${name})`,
      })
    } finally {
      cancellation.release()
    }
  })

  it("is Node's own again after the step", () => {
    const before = process.listenerCount(name)
    const cancellation = listenForCancellation()
    expect(process.listenerCount(name)).toBe(before + 1)
    cancellation.release()
    expect(process.listenerCount(name)).toBe(before)
    expect(cancellation.signal.aborted).toBe(false)
  })
})

describe('a second signal', () => {
  it('does not change the reason', () => {
    const cancellation = listenForCancellation()
    process.emit('SIGINT', 'SIGINT')
    process.emit('SIGTERM', 'SIGTERM')
    cancellation.release()
    expect(String(cancellation.signal.reason)).toContain('SIGINT')
  })
})

describe('releasing at the end', () => {
  it('may take 3 s, but half a second of the 2 s of a step that is cancelled', () => {
    expect(releaseLimitMs(new AbortController().signal)).toBe(3_000)
    expect(releaseLimitMs(AbortSignal.abort())).toBe(500)
  })
})
