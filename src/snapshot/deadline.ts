import type { Cluster } from '../atlas/cluster.js'
import { formatDuration } from '../format.js'
import type { Context, Dependencies, SnapshotOptions } from './context.js'

const LAST_READ_LEAD_MS = 2_000

/** Why a step must stop early. Its message continues with `while …`: `timed out after 30 min`. */
export class StopReason extends Error {
  override readonly name = 'StopReason'
  readonly kind: 'canceled' | 'deadline'

  constructor(kind: 'canceled' | 'deadline', message: string) {
    super(message)
    this.kind = kind
  }
}

export function isCancellation(reason: unknown): boolean {
  return reason instanceof StopReason && reason.kind === 'canceled'
}

/**
 * Starts the time limit of a step. The caller releases the deadline at its end.
 *
 * @param cancel aborts with a `StopReason` when the step is canceled
 */
export function startStep(
  options: SnapshotOptions,
  dependencies: Dependencies,
  cancel: AbortSignal,
): Context {
  const { client, clock } = dependencies
  const { timeoutMs } = options
  const timeout = new AbortController()
  const reason = new StopReason('deadline', `timed out after ${formatDuration(timeoutMs)}`)
  const release = clock.setTimeout(timeoutMs, () => timeout.abort(reason))
  const signal = AbortSignal.any([cancel, timeout.signal])
  let cluster: Cluster | undefined
  const readCluster = async (signal: AbortSignal) => {
    cluster ??= await client.getCluster(signal)
    return cluster
  }
  const at = clock.now() + timeoutMs
  const deadline = { at, lastReadAt: at - LAST_READ_LEAD_MS, signal, release }
  return { ...dependencies, options, readCluster, deadline }
}
