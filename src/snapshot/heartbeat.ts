import type { Clock } from '../ports.js'

const HEARTBEAT_MS = 60_000

/** Calls `beat` with the milliseconds so far once a minute while the work is under way, whatever it is busy with. */
export async function withHeartbeat<T>(
  clock: Clock,
  beat: (waitedMs: number) => void,
  work: () => Promise<T>,
): Promise<T> {
  const start = clock.now()
  const stop = new AbortController()
  const pulse = async (): Promise<void> => {
    for (;;) {
      await clock.sleep(HEARTBEAT_MS, stop.signal)
      beat(clock.now() - start)
    }
  }
  // It only ever ends by being stopped, and a beat that throws must fail the work rather than get lost.
  const beating = pulse().catch((reason: unknown) => {
    if (!stop.signal.aborted) throw reason
  })
  try {
    return await work()
  } finally {
    stop.abort()
    await beating
  }
}
