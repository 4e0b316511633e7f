import type { Clock } from '../ports.js'

const HEARTBEAT_MS = 60_000

/** Calls `beat` with the milliseconds so far once a minute while the work is under way, whatever it is busy with. */
export async function withHeartbeat<T>(
  clock: Clock,
  onBeat: (waitedMs: number) => void,
  work: () => Promise<T>,
): Promise<T> {
  const start = clock.now()
  const next = () =>
    clock.setTimeout(HEARTBEAT_MS, () => {
      cancel = next()
      onBeat(clock.now() - start)
    })
  let cancel = next()
  try {
    return await work()
  } finally {
    cancel()
  }
}
