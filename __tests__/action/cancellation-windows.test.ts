import { expect, it } from '@jest/globals'

it('Windows cancels a step with SIGINT or SIGBREAK', async () => {
  const own = Object.getOwnPropertyDescriptor(process, 'platform') ?? {}
  Object.defineProperty(process, 'platform', { ...own, value: 'win32' })
  try {
    const { listenForCancellation } = await import('../../src/action/node-runtime.js')
    const count = () =>
      (['SIGINT', 'SIGBREAK', 'SIGTERM'] as const).map((name) => process.listenerCount(name))
    const before = count()
    const cancellation = listenForCancellation()
    const [int = 0, break_ = 0, term = 0] = before
    expect(count()).toStrictEqual([int + 1, break_ + 1, term])
    process.emit('SIGBREAK', 'SIGBREAK')
    cancellation.release()
    expect(String(cancellation.signal.reason)).toContain('SIGBREAK')
    expect(count()).toStrictEqual(before)
  } finally {
    Object.defineProperty(process, 'platform', own)
  }
})
