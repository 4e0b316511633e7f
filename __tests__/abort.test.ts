import { getEventListeners } from 'node:events'
import { describe, expect, it } from '@jest/globals'
import { childOf, rejectOnAbort } from '../src/abort.js'

const listeners = (signal: AbortSignal) => getEventListeners(signal, 'abort').length

describe('a child signal', () => {
  it('aborts with its parent, for the same reason', () => {
    const parent = new AbortController()
    const child = childOf(parent.signal)
    expect(child.signal.aborted).toBe(false)
    parent.abort('enough')
    expect(child.signal.reason).toBe('enough')
  })

  it('is aborted from the start if its parent is', () => {
    expect(childOf(AbortSignal.abort('before')).signal.reason).toBe('before')
  })

  it('can be aborted by itself, and keeps its first reason', () => {
    const parent = new AbortController()
    const child = childOf(parent.signal)
    child.abort('mine')
    parent.abort('theirs')
    expect(child.signal.reason).toBe('mine')
  })

  it('leaves its parent alone', () => {
    const parent = new AbortController()
    childOf(parent.signal).abort('mine')
    expect(parent.signal.aborted).toBe(false)
  })

  it('lets go of its parent when it is released', () => {
    const parent = new AbortController()
    const child = childOf(parent.signal)
    expect(listeners(parent.signal)).toBe(1)
    child.release()
    expect(listeners(parent.signal)).toBe(0)
    parent.abort('late')
    expect(child.signal.aborted).toBe(false)
  })
})

describe('untilAborted', () => {
  const never = new Promise<never>(() => undefined)

  it('gives the outcome of the work, and lets go of the signal', async () => {
    const { signal } = new AbortController()
    await expect(rejectOnAbort(Promise.resolve(7), signal)).resolves.toBe(7)
    await expect(rejectOnAbort(Promise.reject(new Error('no')), signal)).rejects.toThrow('no')
    expect(listeners(signal)).toBe(0)
  })

  it('rejects with the reason when the signal aborts before the work is done', async () => {
    const controller = new AbortController()
    const outcome = rejectOnAbort(never, controller.signal)
    controller.abort('enough')
    await expect(outcome).rejects.toBe('enough')
  })

  it('rejects at once under a signal that has aborted, though the work would have failed otherwise', async () => {
    await expect(rejectOnAbort(never, AbortSignal.abort('before'))).rejects.toBe('before')
    await expect(rejectOnAbort(Promise.reject(new Error('no')), AbortSignal.abort('before'))).rejects.toBe(
      'before',
    )
  })
})
