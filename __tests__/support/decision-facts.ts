import { ActionError } from '../../src/action-error.js'
import type { Snapshot } from '../../src/atlas/snapshot.js'
import { CONFLICT_AFTER_END_MS } from '../../src/snapshot/conflict.js'
import {
  type Facts,
  LIST_CONSISTENCY_DELAY_MS,
  type PostFacts,
  type Step,
} from '../../src/snapshot/decision.js'
import type { Listing } from '../../src/snapshot/lists.js'
import { conflict, lost, snapshot, snapshotId } from './scripted-client.js'
import { TAG } from './step-harness.js'

// The last POST is at 10 s, and its response at 20 s. Times are milliseconds.
export const FIRST_POST_AT = 10_000
export const AT = 20_000
export const SECOND = AT + LIST_CONSISTENCY_DELAY_MS
export const NEXT_LIST = 40_000
/** A minute before the response. */
export const LONG_BEFORE = AT - CONFLICT_AFTER_END_MS
export const SENT = `${'before deploy '.repeat(6)}${TAG}`
export const GIVE_UP = new ActionError({ title: 'Given up', message: 'Given up.', remedy: 'Stop.' })

export const own = snapshot({ id: snapshotId(1), description: SENT })
export const other = snapshot({ id: snapshotId(2), description: 'nightly' })
export const finished = snapshot({ id: snapshotId(3), status: 'completed', description: 'nightly' })
export const failed = snapshot({ id: snapshotId(3), status: 'failed', description: 'nightly' })
export const whole = snapshot(
  { id: snapshotId(4), type: 'shardedCluster', description: SENT, snapshotIds: [own.id] },
  { form: 'sharded' },
)
/** A completed on-demand snapshot that `reuse-within-minutes` allows. */
export const recent = snapshot(
  {
    id: snapshotId(5),
    status: 'completed',
    createdAt: '2026-08-10T03:00:00Z',
    expiresAt: '2026-08-17T03:00:00Z',
  },
  { serverTime: Date.parse('2026-08-10T03:01:00Z') },
)

export function truncated(fields: Readonly<Record<string, unknown>>, serverTime?: string): Snapshot {
  const options = serverTime === undefined ? {} : { serverTime: Date.parse(serverTime) }
  return snapshot({ id: snapshotId(6), description: SENT.slice(0, 70), ...fields }, options)
}

export function listing(
  startedAt: number,
  snapshots: readonly Snapshot[] = [],
  lacksShardedList = false,
): Listing {
  return { startedAt, endedAt: startedAt, snapshots, lacksShardedList, hasInvalidSharded: false }
}

export type FactChanges = Partial<Omit<Facts, 'lastPost' | 'request'>> & {
  /** The snapshots in one list, read immediately after the response. */
  readonly seen?: readonly Snapshot[]
  readonly post?: Partial<PostFacts>
  readonly request?: Partial<Facts['request']>
}

/** Facts after a lost POST of a step on a replica set. */
export function facts({ post, request, seen, ...changes }: FactChanges = {}): Facts {
  const listings = changes.listings ?? (seen === undefined ? [] : [listing(AT, seen)])
  return {
    request: { description: SENT, tag: TAG, retentionInDays: 7, onConflict: 'wait', ...request },
    now: AT,
    firstPostAt: FIRST_POST_AT,
    lastPost: { outcome: 'unknown', error: lost(), at: AT, next: AT, ...post },
    unconfirmedPostAt: undefined,
    unexplainedConflictAt: undefined,
    isListed: false,
    firstShownAt: new Map(
      listings.toReversed().flatMap((one) => one.snapshots.map(({ id }) => [id, one.endedAt])),
    ),
    nextListAt: NEXT_LIST,
    lastReadAt: Number.POSITIVE_INFINITY,
    finishedBeforePost: undefined,
    ended: undefined,
    hasInvalidSharded: false,
    isKnownAsSharded: listings.some((one) => one.snapshots.includes(whole)),
    configuredType: 'replicaSet',
    ...changes,
    listings,
  }
}

export function describeStep(step: Step): string {
  switch (step.kind) {
    case 'use':
      return `use ${step.as} ${Number.parseInt(step.snapshot.id, 16)}`
    case 'list':
    case 'post':
      return `${step.kind} at ${step.at}`
    case 'wait':
      return `wait for ${Number.parseInt(step.other.id, 16)}`
    case 'fail':
      return `fail: ${step.error.title}`
    case 'read-cluster':
      return 'read the cluster'
  }
}

/** The snapshots that were finished before the POST. */
export const known = new Set([finished.id])

export const conflicted = (changes: FactChanges = {}): FactChanges => ({
  ...changes,
  post: { outcome: 'conflict', error: conflict(), ...changes.post },
})
export const REUSE = { reuseWithinMs: 300_000 } as const
export const on = (onConflict: 'wait' | 'reuse' | 'fail') => ({ onConflict })
export const title = (error: { title: string }) => `fail: ${error.title}`
