import { describe, expect, it } from '@jest/globals'
import { listenForCancellation } from '../../src/action/cancellation.js'
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
