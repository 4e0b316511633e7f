import type { ClusterRef, SnapshotClient, SnapshotRequest } from '../atlas/client.js'
import type { Cluster } from '../atlas/cluster.js'
import type { Snapshot } from '../atlas/snapshot.js'
import type { Clock, Logger, Random } from '../ports.js'
import { Deadline } from './deadline.js'

/** The options of a step. */
export interface SnapshotOptions {
  readonly cluster: ClusterRef
  /** The name of the credentials in the log: `API key abcdefgh`. */
  readonly credentialName: string
  /** The snapshot to create, without the tag in its description. */
  readonly request: SnapshotRequest
  readonly wait: boolean
  readonly onConflict: OnConflict
  /** Uses this snapshot instead of creating one: 24 lowercase hexadecimal digits. */
  readonly snapshotId?: string | undefined
  /** Reuses a completed snapshot if its restore point is at most this old, in milliseconds. */
  readonly reuseWithinMs?: number | undefined
  /** The time limit of the whole step in milliseconds. */
  readonly timeoutMs: number
  /** A fixed interval between status checks in milliseconds, `undefined` for the adaptive one. */
  readonly pollIntervalMs: number | undefined
}

/** What to do if another on-demand snapshot of the cluster is in progress. */
export type OnConflict = 'wait' | 'fail'

/** A snapshot with its last known status, and whether this step created it. */
export interface ObservedSnapshot {
  readonly snapshot: Snapshot
  readonly created: boolean
}

/** What the core needs from outside. */
export interface Dependencies {
  readonly client: SnapshotClient
  readonly clock: Clock
  readonly random: Random
  readonly logger: Logger
  /** Called when the snapshot's ID becomes known, and at each status check after that. */
  readonly onSnapshot: (observed: ObservedSnapshot) => void
}

/** The options, dependencies, and deadline of a running step. */
export interface Context extends Dependencies {
  readonly options: SnapshotOptions
  readonly deadline: Deadline
  /** The cluster, which is read once in a step, when it is first needed. Throws like the client. */
  readonly readCluster: () => Promise<Cluster>
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
  const deadline = new Deadline(clock, options.timeoutMs, cancel)
  let cluster: Cluster | undefined
  const readCluster = async () => {
    cluster ??= await client.getCluster(deadline.signal)
    return cluster
  }
  return { ...dependencies, options, readCluster, deadline }
}
