import { ActionError } from '../action-error.js'
import { type AtlasError, ConflictError, UntrustedResponseError } from '../atlas/errors.js'
import { isFinished, type Snapshot } from '../atlas/snapshot.js'
import { CONFLICT_AFTER_END_MS, type EndedSnapshot, findConflictingSnapshot, isOnDemand } from './conflict.js'
import type { SnapshotOptions } from './context.js'
import type { Listing } from './lists.js'
import { conflictError, descriptionChangedError, duplicateTagError } from './reports.js'
import { isRetryable } from './retry.js'
import { findReusable } from './reuse.js'
import { type ClusterFacts, findWholes, isSharded, toClusterType } from './sharded.js'
import { hasOwnDescription, isChanged, type TaggedDescription } from './tag.js'

/** What the response to a POST proves. */
type PostOutcome =
  /** Atlas did not execute the POST. */
  | 'not-executed'
  /** Atlas might have executed the POST. */
  | 'unknown'
  /** Atlas rejected the POST because of a snapshot in progress, which might be the step's own. */
  | 'conflict'
  /** The step must end. */
  | 'final'

/** The last POST that did not return a snapshot. Times are milliseconds on the clock. */
export interface PostFacts {
  readonly outcome: PostOutcome
  readonly error: AtlasError
  /** When the response arrived. */
  readonly at: number
  /** When another POST can be sent (after a conflict: when the lists are read before it), or why none must be sent. */
  readonly next: number | ActionError
}

/** Everything that decides whether a step may send a POST. Times are milliseconds on the clock. */
export interface Facts extends ClusterFacts {
  readonly request: TaggedDescription &
    Pick<SnapshotOptions, 'onConflict' | 'reuseWithinMs' | 'retentionInDays'>
  readonly now: number
  /** When the first POST was sent that might have been executed. */
  readonly firstPostAt: number | undefined
  readonly lastPost: PostFacts | undefined
  /** When the response to the last POST arrived that might have been executed, but whose snapshot was not found. */
  readonly unconfirmedPostAt: number | undefined
  /** When the first POST after a conflict that nothing explained was sent. The conflict might be with the own snapshot. */
  readonly unexplainedConflictAt: number | undefined
  /** Whether a list has shown what is, or might be, the step's own snapshot or a part of it, so there is no other POST. */
  readonly isListed: boolean
  /** The last two complete reads of the lists since the last response to a POST, oldest first. */
  readonly listings: readonly Listing[]
  /** When the first read that showed each snapshot ended, by ID. */
  readonly firstShownAt: ReadonlyMap<string, number>
  /** When the lists are to be read again if they do not show what the step searches for. */
  readonly nextListAt: number
  /** When the last read before the deadline starts. */
  readonly lastReadAt: number
  /** IDs of the snapshots that the step had seen finished before the last POST, `undefined` if it had read no list. */
  readonly finishedBeforePost: ReadonlySet<string> | undefined
  /** The last other on-demand snapshot that this step saw finish. It might be a part. */
  readonly ended: EndedSnapshot | undefined
}

/** What the step does next. Times are milliseconds on the clock. */
export type Step =
  /** Continue with this snapshot. */
  | { readonly kind: 'use'; readonly snapshot: Snapshot; readonly as: 'own' | 'reused' | 'conflicting' }
  /** Read both lists. */
  | { readonly kind: 'list'; readonly at: number; readonly why: 'search' | 'conflict' | 'hidden' | 'reuse' }
  /** Read the type of the cluster. */
  | { readonly kind: 'read-cluster' }
  /** Wait until another snapshot has finished. */
  | { readonly kind: 'wait'; readonly other: Snapshot }
  | { readonly kind: 'post'; readonly at: number; readonly why: 'first' | 'retry' | 'hidden' }
  /** The POST after a conflict with another snapshot, which has finished. */
  | { readonly kind: 'post'; readonly at: number; readonly why: 'finished'; readonly other: Snapshot }
  | { readonly kind: 'fail'; readonly error: ActionError }

/** The maximum delay until the lists contain a snapshot whose POST had no valid response. */
export const LIST_CONSISTENCY_DELAY_MS = 5_000
/** A timer can fire this much too early. */
const TIMER_PRECISION_MS = 1

/** What the error of a POST proves about it. */
export function toPostOutcome(error: AtlasError): PostOutcome {
  if (error instanceof ConflictError) return 'conflict'
  if (error instanceof UntrustedResponseError) return 'final'
  if (error.mayHaveExecuted) return 'unknown'
  return isRetryable(error) ? 'not-executed' : 'final'
}

/**
 * Decides what a step does next to create one snapshot, and never two. docs/architecture.md explains the rules.
 *
 * - Before every further POST, the lists are read. After a POST that might have been executed, they are read immediately
 *   and again after 5 s.
 * - A conflict can be with the step's own snapshot, so there is no other POST until the lists show what explains it.
 * - A part of a sharded cluster's snapshot is never used. If it has the step's tag, the POST was executed.
 */
export function decide(facts: Facts): Step {
  const { lastPost, listings } = facts
  const latest = listings.at(-1)
  if (lastPost === undefined) return decideFirst(facts, latest)
  if (lastPost.outcome === 'final') return fail(lastPost.error)
  const own = latest && decideOwn(facts, latest)
  if (own !== undefined) return own
  // An entry can disappear again if the list comes from a replica that is behind.
  if (facts.isListed) return { kind: 'list', at: facts.nextListAt, why: 'search' }
  switch (lastPost.outcome) {
    case 'not-executed':
      return decideRetry(facts, lastPost, latest)
    case 'unknown':
      return decideUnknown(facts, lastPost, latest)
    case 'conflict':
      return decideConflict(facts, lastPost, latest)
  }
}

/** Whether this step's snapshot might exist although its ID is not known. */
export function mayHaveOrphan(facts: Facts): boolean {
  const { unconfirmedPostAt, unexplainedConflictAt, lastPost, listings } = facts
  const latest = listings.at(-1)
  if (facts.isListed || unconfirmedPostAt !== undefined) return true
  if (lastPost === undefined) return false
  if (hasCandidates(facts)) return true
  if (lastPost.outcome !== 'conflict') return unexplainedConflictAt !== undefined
  // A proxy can send a POST twice. Only another snapshot in progress shows that the first one was rejected too.
  const other = findOther({ ...facts, ended: undefined }, lastPost, latest)
  return other === undefined || isFinished(other)
}

function decideFirst(facts: Facts, latest: Listing | undefined): Step {
  if (facts.request.reuseWithinMs !== undefined) {
    if (latest === undefined) return { kind: 'list', at: facts.now, why: 'reuse' }
    const reuse = decideReuse(facts, latest)
    if (reuse !== undefined) return reuse
  }
  return { kind: 'post', at: facts.now, why: 'first' }
}

/** Searches the lists for the step's own snapshot. */
function decideOwn(facts: Facts, latest: Listing): Step | undefined {
  const { request } = facts
  const candidates = findCandidates(facts, latest)
  if (candidates.length === 0) return undefined
  const readType = decideType(facts, candidates)
  if (readType !== undefined) return readType
  const ids = new Set(findWholes(latest.snapshots, toClusterType(facts)).map(({ id }) => id))
  const wholes = candidates.filter(({ id }) => ids.has(id))
  const isOwn = (snapshot: Snapshot) => hasOwnDescription(snapshot, request)
  const [first, second] = wholes.filter(isOwn)
  const nextList: Step = { kind: 'list', at: facts.nextListAt, why: 'search' }
  if (first !== undefined && second !== undefined) {
    // If the type is not known, they can be two parts.
    return toClusterType(facts) === undefined ? nextList : fail(duplicateTagError(first, second, request))
  }
  if (first !== undefined) return { kind: 'use', snapshot: first, as: 'own' }
  const [changed] = wholes
  if (changed !== undefined) return fail(descriptionChangedError(changed))
  // A part shows that the POST was executed, but only the whole snapshot can be used.
  return nextList
}

/** Whether the latest read of the lists shows what is, or might be, the step's own snapshot or a part of it. */
export function hasCandidates(facts: Facts): boolean {
  const latest = facts.listings.at(-1)
  return latest !== undefined && findCandidates(facts, latest).length > 0
}

/** The entries that are, or might be, the step's own or a part of it. */
function findCandidates(facts: Facts, latest: Listing): readonly Snapshot[] {
  const { request, unconfirmedPostAt, unexplainedConflictAt, lastPost } = facts
  const mayExist =
    (unconfirmedPostAt ?? unexplainedConflictAt) !== undefined || lastPost?.outcome === 'conflict'
  const mightBeOwn = (snapshot: Snapshot) =>
    mayExist &&
    isOnDemand(snapshot) &&
    isChanged(snapshot, request) &&
    !isFromBeforeStep(snapshot, latest, facts)
  return latest.snapshots.filter((snapshot) => hasOwnDescription(snapshot, request) || mightBeOwn(snapshot))
}

/** Whether the restore point is from before the first POST, by Atlas's clock. */
function isFromBeforeStep(
  { createdAt, serverTime }: Snapshot,
  { endedAt }: Listing,
  { firstPostAt }: Facts,
): boolean {
  if (createdAt === undefined || serverTime === undefined || firstPostAt === undefined) return false
  // Atlas's times are in whole seconds.
  return Date.parse(createdAt) + 1_000 <= serverTime - (endedAt - firstPostAt)
}

function decideRetry(facts: Facts, { next }: PostFacts, latest: Listing | undefined): Step {
  if (next instanceof ActionError) return fail(next)
  if (latest === undefined || !isSince(latest, next)) return { kind: 'list', at: next, why: 'search' }
  return postAgain(facts, latest, { kind: 'post', at: facts.now, why: 'retry' })
}

function decideUnknown(facts: Facts, { at, next }: PostFacts, latest: Listing | undefined): Step {
  const { now, listings } = facts
  if (latest === undefined) return { kind: 'list', at, why: 'search' }
  const consistentAt = at + LIST_CONSISTENCY_DELAY_MS
  if (listings.length < 2 || !isSince(latest, consistentAt))
    return { kind: 'list', at: consistentAt, why: 'search' }
  if (next instanceof ActionError) return fail(next)
  return postAgain(facts, latest, { kind: 'post', at: Math.max(next, now), why: 'retry' })
}

function decideConflict(facts: Facts, post: PostFacts, latest: Listing | undefined): Step {
  const { request, unconfirmedPostAt, unexplainedConflictAt = post.at, finishedBeforePost, now } = facts
  const { onConflict } = request
  const start = findSearchStart(facts, post)
  if (latest === undefined || !isSince(latest, start)) return { kind: 'list', at: start, why: 'conflict' }
  const other = findOther(facts, post, latest)
  if (other === undefined) {
    if (onConflict === 'fail' && unconfirmedPostAt === undefined) return fail(post.error)
    // The other snapshot might have finished before the first list, and Atlas can reject a POST for some time after that.
    // The step's own snapshot cannot have finished this soon.
    const isFirstMinute = facts.ended === undefined && post.at - unexplainedConflictAt < CONFLICT_AFTER_END_MS
    return (finishedBeforePost === undefined || isFirstMinute) && unconfirmedPostAt === undefined
      ? (decideReuse(facts, latest) ?? postAgain(facts, latest, { kind: 'post', at: now, why: 'hidden' }))
      : { kind: 'list', at: facts.nextListAt, why: 'hidden' }
  }
  const readType = decideType(facts, [other])
  if (readType !== undefined) return readType
  if (onConflict === 'fail') return fail(conflictError(other, post.error))
  // If the step has seen its end, an entry in progress is out of date.
  const shown = latest.snapshots.find((one) => one === other || (one.id === other.id && isFinished(one)))
  if (shown !== undefined && onConflict === 'reuse' && shown.status !== 'failed')
    return { kind: 'use', snapshot: shown, as: 'conflicting' }
  if (shown !== undefined && !isFinished(shown)) return { kind: 'wait', other: shown }
  return (
    decideReuse(facts, latest) ?? postAgain(facts, latest, { kind: 'post', at: now, why: 'finished', other })
  )
}

/**
 * Another POST, if the lists are recent enough. After a long pause, they might lack the own snapshot. A pause that reaches
 * the last read before the deadline ends with it.
 */
function postAgain({ now, lastReadAt }: Facts, latest: Listing, post: Step & { kind: 'post' }): Step {
  const isOutdated = latest.endedAt + LIST_CONSISTENCY_DELAY_MS < post.at
  return isOutdated || (now < lastReadAt && lastReadAt < post.at)
    ? { kind: 'list', at: post.at, why: 'search' }
    : post
}

/** The time from which on the lists show what to do about the last POST: after its backoff, or the last wait. */
export function findSearchStart({ ended }: Facts, { outcome, at, next }: PostFacts): number {
  if (outcome !== 'conflict' || typeof next !== 'number') return at
  return Math.max(next, ended?.at ?? next)
}

/** The other snapshot that explains the conflict. */
function findOther(facts: Facts, { at }: PostFacts, latest: Listing | undefined): Snapshot | undefined {
  const { ended, unconfirmedPostAt = Number.NEGATIVE_INFINITY } = facts
  const type = toClusterType(facts)
  const wholes = findWholes(latest?.snapshots ?? [], type)
  // After a POST that might have been executed, the conflict can be with the own snapshot.
  const isUsable =
    ended !== undefined && ended.at > unconfirmedPostAt && findWholes([ended.snapshot], type).length > 0
  return findConflictingSnapshot(wholes, facts.finishedBeforePost, isUsable ? ended : undefined, at)
}

/** Searches the lists for a snapshot that `reuse-within-minutes` allows. */
function decideReuse(facts: Facts, { snapshots }: Listing): Step | undefined {
  const snapshot = findReusable(findWholes(snapshots, toClusterType(facts)), facts.request)
  return snapshot && (decideType(facts, [snapshot]) ?? { kind: 'use', snapshot, as: 'reused' })
}

/** What the step must know before it uses one of the snapshots, because some might be parts. */
function decideType(facts: Facts, snapshots: readonly Snapshot[]): Step | undefined {
  const { configuredType, firstShownAt, listings } = facts
  const latest = listings.at(-1)
  if (toClusterType(facts) !== undefined || snapshots.every(isSharded)) return undefined
  if (configuredType === undefined) return { kind: 'read-cluster' }
  // If the cluster cannot be read, a sharded list that stays empty shows that it is a replica set.
  const shownAt = snapshots.map(({ id }) => firstShownAt.get(id) ?? Number.NEGATIVE_INFINITY)
  const settledAt = Math.max(...shownAt) + LIST_CONSISTENCY_DELAY_MS
  if (latest?.lacksShardedList || isSince(latest, settledAt)) return undefined
  return { kind: 'list', at: settledAt, why: 'search' }
}

function isSince(listing: Listing | undefined, time: number): boolean {
  return listing !== undefined && listing.startedAt >= time - TIMER_PRECISION_MS
}

function fail(error: ActionError): Step {
  return { kind: 'fail', error }
}
