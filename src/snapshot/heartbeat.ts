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
  const pulse = async (): Promise<never> => {
    for (;;) {
      await clock.sleep(HEARTBEAT_MS, stop.signal)
      beat(clock.now() - start)
    }
  }
  try {
    return await Promise.race([work(), pulse()])
  } finally {
    stop.abort()
  }
}
