import { ActionError } from '../action-error.js'
import { type AtlasError, means } from '../atlas/errors.js'
import { isFinished, isInProgress, isOnDemand, type Snapshot } from '../atlas/snapshot.js'
import type { SnapshotOptions } from './context.js'
import type { Listing } from './lists.js'
import { conflictError, duplicateTagError } from './reports.js'
import { findReusable } from './reuse.js'
import { isOwn, type Tag } from './tag.js'

/** What is known of the step's own snapshot, from the least to the most. */
const OWN = [
  /** No POST has created it. */
  'absent',
  /** A conflict before another POST had no visible reason: perhaps the own one, of a doubled POST. Changes only the report. */
  'conceivable',
  /** A POST might have been executed. */
  'inDoubt',
  /** An entry of a list has shown the tag. */
  'exists',
] as const
type Own = (typeof OWN)[number]

/** A POST that returned no snapshot. Times are milliseconds on the clock. */
export interface FailedPost {
  readonly error: AtlasError
  /** When the response arrived. */
  readonly at: number
  /** When another POST can be sent, or the error that forbids it. */
  readonly next: number | ActionError
}

/** Everything that decides what a step does next. Times are milliseconds on the clock. */
export interface Evidence {
  readonly options: Pick<SnapshotOptions, 'request' | 'onConflict' | 'reuseWithinMs'>
  readonly tag: Tag
  /** Only ever raised. */
  readonly own: Own
  /** The last one. */
  readonly post?: FailedPost
  /** A POST whose conflict was with a snapshot that the step then waited for, so the own one is not conceivable. */
  readonly explained?: FailedPost | undefined
  /** When this step last learned that another snapshot had finished: from its wait for it, or from the lists. */
  readonly otherEndSeenAt?: number
  /** Whether the lists have shown an on-demand snapshot that was queued or in progress, so they do not hide them. */
  readonly showsUnfinished: boolean
  /** The latest complete read of the lists since the last POST, or since a wait for another snapshot. */
  readonly listing?: Listing | undefined
  /** When to read the lists again if only they can show how to continue, like the polls of another snapshot. */
  readonly nextListAt: number
  /** IDs of the on-demand snapshots that the step saw finished. `undefined` before the first read of the lists. */
  readonly finished?: ReadonlySet<string>
}

/** What the step does next. `List.at` is milliseconds on the clock. */
export type Decision = Use | List | Wait | Post | Fail
type Use = {
  readonly kind: 'use'
  readonly snapshot: Snapshot
  readonly listing: Listing
  readonly as: 'own' | 'reused' | 'conflicting'
}
type List = {
  readonly kind: 'list'
  readonly at: number
  readonly why: 'reuse' | 'search' | 'perhapsOwn'
}
type Wait = { readonly kind: 'wait'; readonly other: Snapshot }
type Post = { readonly kind: 'post' }
type Fail = { readonly kind: 'fail'; readonly error: ActionError }

/** Why Atlas rejected a POST with a conflict. */
type Conflict =
  /** Another snapshot is in progress. */
  | { readonly kind: 'other'; readonly other: Snapshot }
  /** The lists show no snapshot in progress, but might hide the step's own one, from an earlier POST. */
  | { readonly kind: 'perhapsOwn' }
  /** No snapshot in progress is listed, or not yet. Atlas can reject a POST for a while after another snapshot's end. */
  | { readonly kind: 'unseen' }

/** How late the lists can show a snapshot. Atlas does not document it, but was recorded to show one at once. */
export const LIST_CONSISTENCY_DELAY_MS = 5_000
/** A snapshot takes longer. The shortest of 311 recorded ones took 99 s. */
export const SHORTEST_SNAPSHOT_MS = 60_000
/** A timer can fire this much too early. */
const TIMER_PRECISION_MS = 1

export function startEvidence(options: Evidence['options'], tag: Tag, now: number): Evidence {
  return { options, tag, own: 'absent', showsUnfinished: false, nextListAt: now }
}

export function raiseOwn(evidence: Evidence, own: Own): Evidence {
  return OWN.indexOf(own) > OWN.indexOf(evidence.own) ? { ...evidence, own } : evidence
}

/** A POST returned no snapshot. */
export function afterPost(before: Evidence, post: FailedPost): Evidence {
  const evidence = hasOpenConflict(before) ? raiseOwn(before, 'conceivable') : before
  const raised = post.error.mayHaveExecuted ? raiseOwn(evidence, 'inDoubt') : evidence
  // An older list must not explain this conflict.
  return { ...raised, post, listing: undefined }
}

/** The lists were read completely. What they show finished, and the step had not seen so yet, has finished since. */
export function afterListing(evidence: Evidence, listing: Listing, nextListAt: number): Evidence {
  const { finished } = evidence
  const onDemand = listing.snapshots.filter(isOnDemand)
  const showsUnfinished = evidence.showsUnfinished || onDemand.some(isInProgress)
  const ids = onDemand.filter(isFinished).map(({ id }) => id)
  const hasNew = finished !== undefined && ids.some((id) => !finished.has(id))
  const since = hasNew ? { otherEndSeenAt: listing.startedAt } : {}
  const all = new Set([...(finished ?? []), ...ids])
  return { ...evidence, ...since, showsUnfinished, listing, nextListAt, finished: all }
}

/** A wait for another snapshot is over. If a list still shows one in progress that Atlas did not find, the step waits again. */
export function afterWait(evidence: Evidence, other: Snapshot, now: number): Evidence {
  const finished = new Set([...(evidence.finished ?? []), ...(isFinished(other) ? [other.id] : [])])
  return { ...evidence, finished, otherEndSeenAt: now, listing: undefined, explained: evidence.post }
}

/**
 * Decides what a step does next to create one snapshot, and never two.
 *
 * 1. Before every POST but the first, the lists are read when the backoff is over, which is at once if the first failure is
 *    a conflict. After a POST that might have been executed, they are also read at once and after 5 s, even if its response
 *    forbids another POST, unless that is `untrusted`. Any other response that forbids one ends the step.
 * 2. If they show one snapshot that starts with the tag, the step uses it (or finds out later that it is a part). Two whole
 *    ones are an error. If two can be parts, or only another entry shows the tag, even an invalid one, there is no further
 *    POST, and the step reads the lists until its deadline.
 * 3. Otherwise, the step sends another POST, unless the last response forbids it or was a conflict (`decideConflict`).
 */
export function decide(evidence: Evidence): Decision {
  const { options, tag, own, post, listing, nextListAt } = evidence
  if (post === undefined) {
    const mustList = options.reuseWithinMs !== undefined && listing === undefined
    return mustList ? { kind: 'list', at: nextListAt, why: 'reuse' } : reuseOrPost(evidence)
  }
  const [found, second] = listing?.snapshots.filter((one) => isOwn(one, tag)) ?? []
  if (found !== undefined && second !== undefined && listing?.mayContainParts === false)
    return { kind: 'fail', error: duplicateTagError(found, second, tag) }
  if (found !== undefined && second === undefined && listing !== undefined)
    return { kind: 'use', snapshot: found, listing, as: 'own' }
  if (own === 'exists') return { kind: 'list', at: nextListAt, why: 'search' }
  const listedAt = listing === undefined ? Number.NEGATIVE_INFINITY : listing.startedAt + TIMER_PRECISION_MS
  const at = toListTimes(post).find((time) => listedAt < time)
  if (at !== undefined) return { kind: 'list', at, why: 'search' }
  if (post.next instanceof ActionError) return { kind: 'fail', error: post.next }
  const conflict = findConflict(evidence)
  return conflict === undefined ? reuseOrPost(evidence) : decideConflict(evidence, post.error, conflict)
}

/** Whether this step's snapshot might exist although its ID is not known, also if no list has yet explained the last conflict. */
export function mayExist(evidence: Evidence): boolean {
  return evidence.own !== 'absent' || hasOpenConflict(evidence)
}

function hasOpenConflict(evidence: Evidence): boolean {
  return findConflict(evidence)?.kind === 'unseen' && evidence.explained !== evidence.post
}

function isInDoubt({ own }: Evidence): boolean {
  return own === 'inDoubt' || own === 'exists'
}

/** When the lists must be read before another POST, not sorted. One late read can be enough for all. */
function toListTimes({ error, at, next }: FailedPost): readonly number[] {
  // After an untrusted response, nothing more is sent.
  const mustSearch = error.mayHaveExecuted && !means(error, 'untrusted')
  const searches = mustSearch ? [at, at + LIST_CONSISTENCY_DELAY_MS] : []
  return typeof next === 'number' ? [...searches, next] : searches
}

/** Names the reason for a conflict. `undefined` if the last POST had none. */
function findConflict(evidence: Evidence): Conflict | undefined {
  const { post, listing, finished, showsUnfinished } = evidence
  if (!means(post?.error, 'conflict')) return undefined
  // A list can be out of date, but a snapshot that has finished never continues.
  const other = listing?.snapshots.find(
    (one) => isOnDemand(one) && !isFinished(one) && finished?.has(one.id) !== true,
  )
  if (other !== undefined) return { kind: 'other', other }
  const mayHideOwn = isInDoubt(evidence) && !showsUnfinished && !hasOtherJustFinished(evidence)
  return { kind: mayHideOwn ? 'perhapsOwn' : 'unseen' }
}

/** Whether another snapshot finished so recently that the own one cannot have begun and ended since then. */
function hasOtherJustFinished({ listing, otherEndSeenAt }: Evidence): boolean {
  if (listing === undefined || otherEndSeenAt === undefined) return false
  return listing.endedAt < otherEndSeenAt + SHORTEST_SNAPSHOT_MS
}

/**
 * Applies `on-conflict` to each kind of conflict. With `wait` and `reuse`, the step repeats the POST for as long as Atlas
 * rejects it, except in doubt with lists that never showed a snapshot in progress. There it does so for a minute after
 * another snapshot finished. After that, the lists have to show the own snapshot or the end of another one, even with
 * `fail`, because the conflict can be with the own one.
 *
 * ```
 *   0 s  POST: no response                                 → in doubt
 *   6 s  POST: conflict, another snapshot is in progress   → wait for it, even with `reuse`
 *  90 s  the other one is completed, lists                 → POST
 *  91 s  POST: conflict, lists                             → unseen: POST again, for as long as there is time
 *
 *   0 s  POST: no response                                 → in doubt
 *   6 s  POST: conflict, lists show nothing in progress    → perhapsOwn: no further POST
 *  90 s  lists: another snapshot has ended since           → unseen until 150 s: POST again
 * ```
 */
function decideConflict(evidence: Evidence, error: AtlasError, conflict: Conflict): Decision {
  const { options, listing, nextListAt } = evidence
  switch (conflict.kind) {
    case 'other':
      if (options.onConflict === 'fail') return { kind: 'fail', error: conflictError(conflict.other, error) }
      if (options.onConflict === 'reuse' && !isInDoubt(evidence) && listing !== undefined)
        return { kind: 'use', snapshot: conflict.other, listing, as: 'conflicting' }
      return { kind: 'wait', other: conflict.other }
    case 'perhapsOwn':
      return { kind: 'list', at: nextListAt, why: 'perhapsOwn' }
    case 'unseen':
      return options.onConflict === 'fail' ? { kind: 'fail', error } : reuseOrPost(evidence)
  }
}

/** Another POST, unless `reuse-within-minutes` allows a snapshot in the lists. */
function reuseOrPost(evidence: Evidence): Decision {
  const { options, listing } = evidence
  const reusable = isInDoubt(evidence) ? undefined : findReusable(listing?.snapshots ?? [], options)
  if (reusable === undefined || listing === undefined) return { kind: 'post' }
  return { kind: 'use', snapshot: reusable, listing, as: 'reused' }
}
