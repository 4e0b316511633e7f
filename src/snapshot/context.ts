import type { SnapshotClient } from '../atlas/client.js'
import type { Snapshot } from '../atlas/snapshot.js'
import type { Clock, Logger, Random } from '../runtime.js'
import type { Deadline } from './deadline.js'

/** A snapshot as last seen, and whether this step took it. */
export interface ObservedSnapshot {
  readonly snapshot: Snapshot
  readonly created: boolean
  /** Whether the user gave its id (`snapshot-id`), so that the step takes none, however often it runs. */
  readonly fromInput?: boolean
}

/** What a step does that takes time, before it has a snapshot to wait for. */
export type Activity =
  | { readonly kind: 'asking' }
  | { readonly kind: 'looking' }
  /** A snapshot that this step did not take is unfinished. */
  | { readonly kind: 'conflict' }
  /** A request brought nothing usable and is made again after `delayMs`. */
  | { readonly kind: 'retry'; readonly reason: string; readonly delayMs: number }

/** What the core is given, and nothing else. */
export interface Dependencies {
  readonly client: SnapshotClient
  readonly clock: Clock
  readonly random: Random
  readonly logger: Logger
  /** Told of the snapshot as soon as its id is known, and at each look at it from then on. */
  readonly onSnapshot: (sighting: ObservedSnapshot) => void
  /** Told of each activity as it begins. */
  readonly onActivity: (activity: Activity) => void
}

/** The same while one step is under way. */
export interface Context extends Dependencies {
  readonly deadline: Deadline
  readonly pollInterval: PollInterval
}

/**
 * Milliseconds until the next look, given the milliseconds waited so far and the share of the rate limit that was left at
 * the last one, from 0 to 1; `undefined` if Atlas did not say.
 */
export type PollInterval = (waitedMs: number, limitLeft?: number) => number
