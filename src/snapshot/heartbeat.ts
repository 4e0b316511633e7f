import type { Clock } from '../ports.js'

const HEARTBEAT_MS = 60_000

/** Calls `beat` with the milliseconds so far once a minute while the work is under way, whatever it is busy with. */
export async function withHeartbeat<T>(
  clock: Clock,
  beat: (waitedMs: number) => void,
  work: () => Promise<T>,
): Promise<T> {
  const start = clock.now()
  const next = () =>
    clock.after(HEARTBEAT_MS, () => {
      cancel = next()
      beat(clock.now() - start)
    })
  let cancel = next()
  try {
    return await work()
  } finally {
    cancel()
  }
}
