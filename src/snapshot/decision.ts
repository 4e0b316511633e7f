import { ActionError } from '../action-error.js'
import { type AtlasError, ConflictError, UntrustedResponseError } from '../atlas/errors.js'
import { isFinished, isOnDemand, type Snapshot } from '../atlas/snapshot.js'
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

/** Everything that decides what a step does next. Times are milliseconds on the clock. */
export interface Evidence {
  readonly request: TaggedDescription &
    Pick<SnapshotOptions, 'onConflict' | 'reuseWithinMs' | 'retentionInDays'>
  /** The last POST. */
  readonly post?: FailedPost
  /** Whether a POST might have been executed. Never taken back. */
  readonly isInDoubt: boolean
  /** One minute after the end of another snapshot that this step saw. Until then, a conflict can be an echo of that end. */
  readonly echoUntil?: number
  /** The latest complete read of the lists since the last POST, or since another snapshot that the step waited for. */
  readonly listing?: Listing | undefined
  /** When to read the lists again if they do not show what the step searches for. */
  readonly nextListAt: number
  /** Whether any entry of a list has shown the tag, so the step's own snapshot exists. */
  readonly showsTag: boolean
  /** IDs of the on-demand snapshots that the step saw finished. `undefined` before the first read of the lists. */
  readonly ended?: ReadonlySet<string>
}

/** What the step does next. Times are milliseconds on the clock. */
export type Step =
  /** Continue with this snapshot. */
  | { readonly kind: 'use'; readonly snapshot: Snapshot; readonly as: 'own' | 'reused' | 'conflicting' }
  /** Read the lists. */
  | { readonly kind: 'list'; readonly at: number; readonly why: 'reuse' | 'search' | 'perhapsOwn' }
  /** Wait until another snapshot has finished. */
  | { readonly kind: 'wait'; readonly other: Snapshot }
  | { readonly kind: 'post'; readonly why: 'first' | 'retry' | 'echo' | 'unseen' }
  | { readonly kind: 'fail'; readonly error: ActionError }

/** Why Atlas rejected a POST with a conflict. */
type Conflict =
  /** Another snapshot is in progress. */
  | { readonly kind: 'other'; readonly other: Snapshot }
  /** Another snapshot has just ended. */
  | { readonly kind: 'echo' }
  /** The step's own snapshot might be in progress, from an earlier POST. */
  | { readonly kind: 'perhapsOwn' }
  /** The lists show no snapshot in progress, and the step has none. */
  | { readonly kind: 'unseen' }

/** The maximum delay until the lists contain a snapshot whose POST had no valid response. */
export const LIST_CONSISTENCY_DELAY_MS = 5_000
/** How long a conflict can be an echo. No recorded snapshot took less than 99 s. */
export const ECHO_MS = 60_000
/** A timer can fire this much too early. */
const TIMER_PRECISION_MS = 1

export function startEvidence(request: Evidence['request'], now: number): Evidence {
  return { request, isInDoubt: false, nextListAt: now, showsTag: false }
}

/** A POST returned no snapshot. */
export function afterPost(evidence: Evidence, post: FailedPost): Evidence {
  const isInDoubt = evidence.isInDoubt || post.error.mayHaveExecuted
  return { ...evidence, post, isInDoubt, listing: undefined, nextListAt: post.at }
}

/** The lists were read completely. A snapshot that they show finished, and did not before, has ended since. */
export function afterListing(evidence: Evidence, listing: Listing, nextListAt: number): Evidence {
  const { ended } = evidence
  const finished = listing.snapshots.filter((one) => isOnDemand(one) && isFinished(one)).map(({ id }) => id)
  const hasNewEnd = ended !== undefined && finished.some((id) => !ended.has(id))
  const echo = hasNewEnd ? { echoUntil: listing.startedAt + ECHO_MS } : {}
  return { ...evidence, listing, nextListAt, ended: new Set([...(ended ?? []), ...finished]), ...echo }
}

/**
 * A wait for another snapshot is over.
 *
 * @param finished that snapshot, `undefined` if Atlas does not find it anymore. If a list still shows it, the step waits again.
 */
export function afterWait(evidence: Evidence, finished: Snapshot | undefined, now: number): Evidence {
  const ended = new Set([...(evidence.ended ?? []), ...(finished === undefined ? [] : [finished.id])])
  return { ...evidence, ended, echoUntil: now + ECHO_MS, listing: undefined, nextListAt: now }
}

/**
 * Decides what a step does next to create one snapshot, and never two.
 *
 * 1. Before every POST but the first, the lists are read. After a POST that might have been executed, they are read at
 *    once, after 5 s, and when the backoff is over.
 * 2. If they show one whole snapshot that starts with the tag, the step uses it. Two are an error. If only a part or
 *    another text shows the tag, there is no other POST, and the step reads the lists until its deadline.
 * 3. Otherwise, the step sends another POST, unless the last response forbids it or was a conflict (`decideConflict`).
 */
export function decide(evidence: Evidence): Step {
  const { request, post, listing, showsTag, nextListAt } = evidence
  if (post === undefined) return decideFirst(evidence)
  const [own, second] = listing?.snapshots.filter((one) => isOwn(one, request.tag)) ?? []
  if (own !== undefined && second !== undefined) return fail(duplicateTagError(own, second, request))
  if (own !== undefined) return { kind: 'use', snapshot: own, as: 'own' }
  if (showsTag) return { kind: 'list', at: nextListAt, why: 'search' }
  const at = toListTimes(post).find((time) => !isReadSince(listing, time))
  if (at !== undefined) return { kind: 'list', at, why: 'search' }
  if (post.next instanceof ActionError) return fail(post.next)
  const conflict = findConflict(evidence)
  return conflict === undefined
    ? reuseOrPost(evidence, 'retry')
    : decideConflict(evidence, post.error, conflict)
}

/** Whether this step's snapshot might exist although its ID is not known. A proxy can deliver a POST twice. */
export function mayExist(evidence: Evidence): boolean {
  const kind = findConflict(evidence)?.kind
  return evidence.isInDoubt || evidence.showsTag || kind === 'echo' || kind === 'unseen'
}

function decideFirst(evidence: Evidence): Step {
  const { request, listing, nextListAt } = evidence
  if (request.reuseWithinMs !== undefined && listing === undefined)
    return { kind: 'list', at: nextListAt, why: 'reuse' }
  return reuseOrPost(evidence, 'first')
}

/** When the lists must be read before another POST. */
function toListTimes({ error, at, next }: FailedPost): readonly number[] {
  const mustSearch = error.mayHaveExecuted && !(error instanceof UntrustedResponseError)
  const searches = mustSearch ? [at, at + LIST_CONSISTENCY_DELAY_MS] : []
  return typeof next === 'number' ? [...searches, next] : searches
}

/**
 * Names the reason for a conflict. `undefined` if the last POST had none.
 *
 * ```
 *  0 s  POST: conflict, another snapshot is in progress   → other
 * 20 s  the other one is completed                        → until 80 s, a conflict is an echo of this end
 * 21 s  POST: conflict, nothing is in progress            → echo
 * 85 s  POST: conflict, nothing is in progress            → unseen, or after a lost response perhapsOwn
 * ```
 */
function findConflict({ post, listing, ended, echoUntil, isInDoubt }: Evidence): Conflict | undefined {
  if (!(post?.error instanceof ConflictError)) return undefined
  // A list can be out of date, but a snapshot that has finished never continues.
  const other = listing?.snapshots.find(
    (one) => isOnDemand(one) && !isFinished(one) && ended?.has(one.id) !== true,
  )
  if (other !== undefined) return { kind: 'other', other }
  // An end after the conflict explains it. One before it does for a minute, by the time of the latest list.
  const hasEnded = echoUntil !== undefined && post.at < echoUntil - ECHO_MS
  if (hasEnded || (listing?.endedAt ?? post.at) < (echoUntil ?? 0)) return { kind: 'echo' }
  return { kind: isInDoubt ? 'perhapsOwn' : 'unseen' }
}

/**
 * Applies `on-conflict`. If the step's own snapshot cannot be the reason, the step repeats the POST for as long as Atlas
 * rejects it. Otherwise it reads the lists until they show the own snapshot, or the end of another one.
 *
 * ```
 *  0 s  POST: no response                                  → the own snapshot might exist
 *  6 s  POST: conflict, another snapshot is in progress    → wait for it, even with `reuse`
 * 90 s  the other one is completed
 * 91 s  POST: conflict, nothing is in progress             → echo: POST again, since the own one takes over a minute
 * 155 s POST: conflict, nothing is in progress             → perhapsOwn: no further POST
 * ```
 */
function decideConflict(evidence: Evidence, error: AtlasError, conflict: Conflict): Step {
  const { isInDoubt, nextListAt } = evidence
  const { onConflict } = evidence.request
  switch (conflict.kind) {
    case 'other':
      if (onConflict === 'fail') return fail(conflictError(conflict.other, error))
      if (onConflict === 'reuse' && !isInDoubt)
        return { kind: 'use', snapshot: conflict.other, as: 'conflicting' }
      return { kind: 'wait', other: conflict.other }
    case 'perhapsOwn':
      return { kind: 'list', at: nextListAt, why: 'perhapsOwn' }
    case 'echo':
    case 'unseen':
      return onConflict === 'fail' ? fail(error) : reuseOrPost(evidence, conflict.kind)
  }
}

/** Another POST, unless `reuse-within-minutes` allows a snapshot in the lists. */
function reuseOrPost({ request, listing, isInDoubt }: Evidence, why: (Step & { kind: 'post' })['why']): Step {
  const reusable = isInDoubt ? undefined : findReusable(listing?.snapshots ?? [], request)
  return reusable === undefined ? { kind: 'post', why } : { kind: 'use', snapshot: reusable, as: 'reused' }
}

function isReadSince(listing: Listing | undefined, time: number): boolean {
  return listing !== undefined && listing.startedAt >= time - TIMER_PRECISION_MS
}

function fail(error: ActionError): Step {
  return { kind: 'fail', error }
}
