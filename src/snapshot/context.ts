import type { SnapshotClient } from '../atlas/client.js'
import type { Snapshot } from '../atlas/snapshot.js'
import type { Clock, Logger, Random } from '../runtime.js'
import type { Deadline } from './deadline.js'

/** A snapshot as last seen, and whether this step created it. */
export interface ObservedSnapshot {
  readonly snapshot: Snapshot
  readonly created: boolean
  /** Whether the user gave its ID (`snapshot-id`), so that another run of the step would not create one either. */
  readonly fromInput?: boolean
}

/** What a step does that takes time, before it has a snapshot to wait for. */
export type Activity =
  /** It creates a snapshot or searches for one. */
  | { readonly kind: 'request' }
  /** It waits for another snapshot. */
  | { readonly kind: 'conflict' }
  /** A request had no usable response and is retried after `delayMs`. */
  | { readonly kind: 'retry'; readonly reason: string; readonly delayMs: number }

/**
 * Milliseconds until the next status check, given the milliseconds waited so far and the share of the rate limit that
 * was left at the last one, from 0 to 1 (`undefined` if Atlas did not say).
 */
export type PollInterval = (waitedMs: number, rateLimitRemaining?: number) => number

/** All that the core is given. */
export interface Dependencies {
  readonly client: SnapshotClient
  readonly clock: Clock
  readonly random: Random
  readonly logger: Logger
  /** Called as soon as the snapshot's ID is known, and at each status check from then on. */
  readonly onSnapshot: (observed: ObservedSnapshot) => void
  /** Called when an activity begins. */
  readonly onActivity: (activity: Activity) => void
}

/** The same while a step runs. */
export interface Context extends Dependencies {
  readonly deadline: Deadline
  readonly pollInterval: PollInterval
}
