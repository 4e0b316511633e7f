import type { SnapshotClient } from '../atlas/client.js'
import type { Snapshot } from '../atlas/snapshot.js'
import type { Clock, Logger, Random } from '../runtime.js'
import type { Deadline } from './deadline.js'

/** A snapshot with its last known status, and whether this step created it. */
export interface ObservedSnapshot {
  readonly snapshot: Snapshot
  readonly created: boolean
  /** Whether its ID comes from the `snapshot-id` input. If so, running the step again does not create a snapshot. */
  readonly fromInput?: boolean
}

/** What a step does before it has a snapshot to wait for. */
export type Activity =
  /** Creates a snapshot or searches for one. */
  | { readonly kind: 'request' }
  /** Waits for another snapshot. */
  | { readonly kind: 'conflict' }
  /** Retries a request after `delayMs`. */
  | { readonly kind: 'retry'; readonly reason: string; readonly delayMs: number }

/**
 * Milliseconds until the next status check, given the milliseconds waited so far and the remaining share of the rate
 * limit, from 0 to 1 (`undefined` if the last response did not contain it).
 */
export type PollInterval = (waitedMs: number, rateLimitRemaining?: number) => number

/** What the core needs from outside. */
export interface Dependencies {
  readonly client: SnapshotClient
  readonly clock: Clock
  readonly random: Random
  readonly logger: Logger
  /** Called when the snapshot's ID becomes known, and at each status check after that. */
  readonly onSnapshot: (observed: ObservedSnapshot) => void
  /** Called when an activity begins. */
  readonly onActivity: (activity: Activity) => void
}

/** The dependencies of a running step, with its deadline and poll interval. */
export interface Context extends Dependencies {
  readonly deadline: Deadline
  readonly pollInterval: PollInterval
}
