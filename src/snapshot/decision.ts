import { ActionError } from '../action-error.js'
import { type AtlasError, ConflictError, UntrustedResponseError } from '../atlas/errors.js'
import { isFinished, isInProgress, isOnDemand, type Snapshot } from '../atlas/snapshot.js'
import type { SnapshotOptions } from './context.js'
import type { Listing } from './lists.js'
import { conflictError, duplicateTagError } from './reports.js'
import { findReusable } from './reuse.js'
import { isOwn, type TaggedDescription } from './tag.js'

/** A POST that returned no snapshot. Times are milliseconds on the clock. */
export interface FailedPost {
  readonly error: AtlasError
  /** When the response arrived. */
  readonly at: number
  /** When another POST can be sent, or the error that forbids it. */
  readonly next: number | ActionError
}

/** The snapshot that the step is to create. */
export interface SnapshotRequest
  extends TaggedDescription,
    Pick<SnapshotOptions, 'onConflict' | 'reuseWithinMs' | 'retentionInDays'> {}

/** Everything that decides what a step does next. Times are milliseconds on the clock. */
export interface Evidence {
  readonly request: SnapshotRequest
  /** The last POST. */
  readonly post?: FailedPost
  /** Whether a POST might have been executed. Never taken back. */
  readonly isInDoubt: boolean
  /** Whether an earlier conflict was unseen. A proxy can deliver a POST twice, so that can be with the own one. */
  readonly hadOpenConflict: boolean
  /** When this step last saw that another snapshot had finished. */
  readonly otherFinishedAt?: number
  /** Whether the lists have shown an on-demand snapshot that was queued or in progress, so they do not hide them. */
  readonly showsUnfinished: boolean
  /** The latest complete read of the lists, after another snapshot that the step waited for. */
  readonly listing?: Listing | undefined
  /** When to read the lists again if only they can show how to continue. */
  readonly nextListAt: number
  /** Whether any entry of a list has shown the tag, so the step's own snapshot exists. */
  readonly showsTag: boolean
  /** IDs of the on-demand snapshots that the step saw finished. `undefined` before the first read of the lists. */
  readonly finished?: ReadonlySet<string>
}

/** What the step does next. Times are milliseconds on the clock. */
export type Step =
  /** Continue with this snapshot. */
  | {
      readonly kind: 'use'
      readonly snapshot: Snapshot
      readonly listing: Listing
      readonly as: 'own' | 'reused' | 'conflicting'
    }
  /** Read the lists. */
  | { readonly kind: 'list'; readonly at: number; readonly why: 'reuse' | 'search' | 'perhapsOwn' }
  /** Wait until another snapshot has finished. */
  | { readonly kind: 'wait'; readonly other: Snapshot }
  | { readonly kind: 'post'; readonly why: 'first' | 'retry' | 'unseen' }
  | { readonly kind: 'fail'; readonly error: ActionError }

/** Why Atlas rejected a POST with a conflict. */
type Conflict =
  /** Another snapshot is in progress. */
  | { readonly kind: 'other'; readonly other: Snapshot }
  /** The lists show no snapshot in progress, but might hide the step's own one, from an earlier POST. */
  | { readonly kind: 'perhapsOwn' }
  /** The lists show no snapshot in progress. Atlas can reject a POST for a while after the end of another snapshot. */
  | { readonly kind: 'unseen' }

/** How late the lists can show a snapshot. Atlas does not document it, but was recorded to show one at once. */
export const LIST_CONSISTENCY_DELAY_MS = 5_000
/** A snapshot takes longer. The shortest of 311 recorded ones took 99 s. */
export const SHORTEST_SNAPSHOT_MS = 60_000
/** A timer can fire this much too early. */
const TIMER_PRECISION_MS = 1

export function startEvidence(request: Evidence['request'], now: number): Evidence {
  return {
    request,
    isInDoubt: false,
    hadOpenConflict: false,
    showsUnfinished: false,
    nextListAt: now,
    showsTag: false,
  }
}

/** A POST returned no snapshot. */
export function afterPost(evidence: Evidence, post: FailedPost): Evidence {
  const isInDoubt = evidence.isInDoubt || post.error.mayHaveExecuted
  return { ...evidence, post, isInDoubt, hadOpenConflict: hasOpenConflict(evidence) }
}

/** The lists were read completely. A snapshot that they show finished, and did not before, has finished since. */
export function afterListing(evidence: Evidence, listing: Listing, nextListAt: number): Evidence {
  const { finished } = evidence
  const onDemand = listing.snapshots.filter(isOnDemand)
  const showsUnfinished = evidence.showsUnfinished || onDemand.some(isInProgress)
  const ids = onDemand.filter(isFinished).map(({ id }) => id)
  const hasNew = finished !== undefined && ids.some((id) => !finished.has(id))
  const since = hasNew ? { otherFinishedAt: listing.startedAt } : {}
  const all = new Set([...(finished ?? []), ...ids])
  return { ...evidence, ...since, showsUnfinished, listing, nextListAt, finished: all }
}

/**
 * A wait for another snapshot is over.
 *
 * @param other that snapshot, `undefined` if Atlas does not find it anymore. If a list still shows it, the step waits again.
 */
export function afterWait(evidence: Evidence, other: Snapshot | undefined, now: number): Evidence {
  const finished = new Set([...(evidence.finished ?? []), ...(other === undefined ? [] : [other.id])])
  return { ...evidence, finished, otherFinishedAt: now, listing: undefined }
}

/**
 * Decides what a step does next to create one snapshot, and never two.
 *
 * 1. Before every POST but the first, the lists are read. After a POST that might have been executed, they are read at
 *    once, after 5 s, and when the backoff is over if that is later.
 * 2. If they show one whole snapshot that starts with the tag, the step uses it. Two are an error. If parts can be among
 *    them, or only a part or another text shows the tag, there is no other POST, and the step reads the lists until its
 *    deadline.
 * 3. Otherwise, the step sends another POST, unless the last response forbids it or was a conflict (`decideConflict`).
 */
export function decide(evidence: Evidence): Step {
  const { request, post, listing, showsTag, nextListAt } = evidence
  if (post === undefined) return decideFirst(evidence)
  const [own, second] = listing?.snapshots.filter((one) => isOwn(one, request.tag)) ?? []
  if (own !== undefined && second !== undefined && listing?.mayContainParts === false)
    return fail(duplicateTagError(own, second, request))
  if (own !== undefined && second === undefined && listing !== undefined)
    return { kind: 'use', snapshot: own, listing, as: 'own' }
  if (showsTag) return { kind: 'list', at: nextListAt, why: 'search' }
  const at = toListTimes(post).find((time) => !isReadSince(listing, time))
  if (at !== undefined) return { kind: 'list', at, why: 'search' }
  if (post.next instanceof ActionError) return fail(post.next)
  const conflict = findConflict(evidence)
  return conflict === undefined
    ? reuseOrPost(evidence, 'retry')
    : decideConflict(evidence, post.error, conflict)
}

/** Whether this step's snapshot might exist although its ID is not known. */
export function mayExist(evidence: Evidence): boolean {
  return evidence.isInDoubt || evidence.showsTag || hasOpenConflict(evidence)
}

function hasOpenConflict(evidence: Evidence): boolean {
  return evidence.hadOpenConflict || findConflict(evidence)?.kind === 'unseen'
}

function decideFirst(evidence: Evidence): Step {
  const { request, listing, nextListAt } = evidence
  if (request.reuseWithinMs !== undefined && listing === undefined)
    return { kind: 'list', at: nextListAt, why: 'reuse' }
  return reuseOrPost(evidence, 'first')
}

/** When the lists must be read before another POST. One late read can be enough. After an untrusted response, there is none. */
function toListTimes({ error, at, next }: FailedPost): readonly number[] {
  const mustSearch = error.mayHaveExecuted && !(error instanceof UntrustedResponseError)
  const searches = mustSearch ? [at, at + LIST_CONSISTENCY_DELAY_MS] : []
  return typeof next === 'number' ? [...searches, next] : searches
}

/** Names the reason for a conflict. `undefined` if the last POST had none. */
function findConflict(evidence: Evidence): Conflict | undefined {
  const { post, listing, finished, isInDoubt, showsUnfinished } = evidence
  if (!(post?.error instanceof ConflictError)) return undefined
  // A list can be out of date, but a snapshot that has finished never continues.
  const other = listing?.snapshots.find(
    (one) => isOnDemand(one) && !isFinished(one) && finished?.has(one.id) !== true,
  )
  if (other !== undefined) return { kind: 'other', other }
  const mayHideOwn = isInDoubt && !showsUnfinished && !hasOtherJustFinished(evidence, post)
  return { kind: mayHideOwn ? 'perhapsOwn' : 'unseen' }
}

/** Whether another snapshot finished so recently that the own one cannot have begun and ended since then. */
function hasOtherJustFinished({ listing, otherFinishedAt }: Evidence, { at }: FailedPost): boolean {
  return otherFinishedAt !== undefined && (listing?.endedAt ?? at) < otherFinishedAt + SHORTEST_SNAPSHOT_MS
}

/**
 * Applies `on-conflict` to each kind of conflict. With `wait` and `reuse`, the step repeats the POST for as long as Atlas
 * rejects it, except in doubt with lists that never showed a snapshot in progress. There it does so for a minute after
 * another snapshot finished. After that, the lists have to show the own snapshot or the end of another one.
 *
 * ```
 *   0 s  POST: no response                                 → in doubt
 *   6 s  POST: conflict, another snapshot is in progress   → wait for it, even with `reuse`
 *  90 s  the other one is completed, lists                 → POST
 *  91 s  POST: conflict, lists                             → unseen: POST again, for as long as there is time
 *
 *   0 s  POST: no response                                 → in doubt
 *   6 s  POST: conflict, lists show nothing in progress    → perhapsOwn: no further POST
 *  90 s  lists: another snapshot is completed              → unseen until 150 s: POST again
 * ```
 */
function decideConflict(evidence: Evidence, error: AtlasError, conflict: Conflict): Step {
  const { isInDoubt, listing, nextListAt } = evidence
  const { onConflict } = evidence.request
  switch (conflict.kind) {
    case 'other':
      if (onConflict === 'fail') return fail(conflictError(conflict.other, error))
      if (onConflict === 'reuse' && !isInDoubt && listing !== undefined)
        return { kind: 'use', snapshot: conflict.other, listing, as: 'conflicting' }
      return { kind: 'wait', other: conflict.other }
    case 'perhapsOwn':
      return { kind: 'list', at: nextListAt, why: 'perhapsOwn' }
    case 'unseen':
      return onConflict === 'fail' ? fail(error) : reuseOrPost(evidence, conflict.kind)
  }
}

/** Another POST, unless `reuse-within-minutes` allows a snapshot in the lists. */
function reuseOrPost({ request, listing, isInDoubt }: Evidence, why: (Step & { kind: 'post' })['why']): Step {
  const reusable = isInDoubt ? undefined : findReusable(listing?.snapshots ?? [], request)
  if (reusable === undefined || listing === undefined) return { kind: 'post', why }
  return { kind: 'use', snapshot: reusable, listing, as: 'reused' }
}

function isReadSince(listing: Listing | undefined, time: number): boolean {
  return listing !== undefined && listing.startedAt >= time - TIMER_PRECISION_MS
}

function fail(error: ActionError): Step {
  return { kind: 'fail', error }
}
