import { isFinished, type Snapshot } from '../atlas/snapshot.js'
import { hasJustEnded, isOnDemand } from './conflict.js'
import type { PollInterval } from './context.js'
import { type Facts, findSearchStart, hasCandidates, type PostFacts, type Step } from './decision.js'
import type { Listing } from './lists.js'
import { findWholes, isSharded, toClusterType } from './sharded.js'

/** Another snapshot that the step has read, because a list can be out of date. */
interface ReadOther {
  readonly listed: Snapshot
  /** `undefined` if it does not exist anymore. */
  readonly read: Snapshot | undefined
  readonly isConflicting: boolean
}

/** Collects what the step finds out, for its next decision. Times are milliseconds on the clock. */
export class FactCollector {
  #facts: Facts
  /** The snapshots that have finished, by ID, and the IDs of those that were in progress in a list. */
  readonly #finished = new Map<string, Snapshot>()
  readonly #unfinished = new Set<string>()
  /** When the first list that showed a snapshot was read, by ID. */
  readonly #firstShownAt = new Map<string, number>()
  /** The IDs of listed snapshots that do not exist anymore, until the next POST fails. */
  readonly #gone = new Set<string>()
  #hasListed = false
  /** When the last POST was sent. */
  #postAt: number | undefined

  constructor({ request, now, lastReadAt }: Pick<Facts, 'request' | 'now' | 'lastReadAt'>) {
    this.#facts = {
      request,
      now,
      firstPostAt: undefined,
      lastPost: undefined,
      unconfirmedPostAt: undefined,
      unexplainedConflictAt: undefined,
      isListed: false,
      listings: [],
      firstShownAt: this.#firstShownAt,
      nextListAt: now,
      lastReadAt,
      finishedBeforePost: undefined,
      ended: undefined,
      isKnownAsSharded: false,
      hasInvalidSharded: false,
      configuredType: undefined,
    }
  }

  get facts(): Facts {
    return this.#facts
  }

  learn(facts: Partial<Facts>): void {
    this.#facts = { ...this.#facts, ...facts }
  }

  /**
   * A complete read of both lists.
   *
   * @param showsOwn whether any page, even of an incomplete list, has shown an entry with the step's description
   */
  addListing(listing: Listing, showsOwn: boolean, pollInterval: PollInterval): void {
    this.#hasListed = true
    const snapshots = listing.snapshots
      .filter(({ id }) => !this.#gone.has(id))
      // A snapshot that has finished never continues, so an entry that says so is out of date.
      .map((snapshot) => (isFinished(snapshot) ? snapshot : (this.#finished.get(snapshot.id) ?? snapshot)))
    const { lastPost, listings } = this.#facts
    this.learn({
      isKnownAsSharded: this.#facts.isKnownAsSharded || snapshots.some(isSharded),
      hasInvalidSharded: this.#facts.hasInvalidSharded || listing.hasInvalidSharded,
    })
    const justEnded = findWholes(snapshots, toClusterType(this.#facts)).find(
      (snapshot) => isOnDemand(snapshot) && isFinished(snapshot) && this.#unfinished.has(snapshot.id),
    )
    for (const snapshot of snapshots) this.#remember(snapshot, listing.endedAt)
    // The lists are polled like a snapshot.
    const waitedMs =
      listing.endedAt - (lastPost === undefined ? listing.endedAt : findSearchStart(this.#facts, lastPost))
    this.learn({
      listings: [...listings.slice(-1), { ...listing, snapshots }],
      nextListAt: listing.endedAt + pollInterval(Math.max(0, waitedMs)),
    })
    if (justEnded !== undefined) this.#addEnd(justEnded, listing.startedAt)
    if (showsOwn || hasCandidates(this.#facts)) this.learn({ isListed: true })
  }

  /** A snapshot that a list shows and that the step does not use. The lists show it from now on as it was read. */
  addRead({ listed, read, isConflicting }: ReadOther, now: number): void {
    const { id } = listed
    if (read === undefined) this.#gone.add(id)
    else this.#remember(read, now)
    const replacement = read === undefined ? [] : [read]
    const listings = this.#facts.listings.map((listing) => ({
      ...listing,
      snapshots: listing.snapshots.flatMap((snapshot) => (snapshot.id === id ? replacement : [snapshot])),
    }))
    this.learn({ listings })
    if (!isConflicting) return
    if (read === undefined) this.learn({ ended: { snapshot: listed, at: now } })
    else this.#addEnd(read, now)
  }

  /** The end of another snapshot that the step waited for. */
  addWaitedFor(snapshot: Snapshot, now: number): void {
    if (isFinished(snapshot)) this.#remember(snapshot, now)
    this.learn({ ended: { snapshot, at: now }, unexplainedConflictAt: undefined })
  }

  /** A POST is about to be sent. */
  addPost(step: Step & { kind: 'post' }, now: number): void {
    const { unexplainedConflictAt = now, ended, lastPost } = this.#facts
    // An end explains only an unbroken row of conflicts after it.
    const isInRow = ended !== undefined && lastPost?.outcome === 'conflict' && lastPost.at > ended.at
    if (ended !== undefined && !isInRow && !hasJustEnded(ended, now)) this.learn({ ended: undefined })
    if (step.why === 'hidden') this.learn({ unexplainedConflictAt })
    if (step.why === 'finished') {
      this.learn({ unexplainedConflictAt: undefined })
      this.#addEnd(step.other, now)
    }
    this.learn({ finishedBeforePost: this.#hasListed ? new Set(this.#finished.keys()) : undefined })
    this.#postAt = now
  }

  /** The last POST failed. */
  addFailedPost(lastPost: PostFacts): void {
    const { error, outcome, at } = lastPost
    const { firstPostAt = outcome === 'not-executed' ? undefined : this.#postAt } = this.#facts
    if (error.mayHaveExecuted) this.learn({ unconfirmedPostAt: at })
    this.learn({ firstPostAt, lastPost, listings: [], nextListAt: at })
    this.#gone.clear()
  }

  #remember(snapshot: Snapshot, shownAt: number): void {
    const { id } = snapshot
    if (!this.#firstShownAt.has(id)) this.#firstShownAt.set(id, shownAt)
    if (isFinished(snapshot)) {
      this.#finished.set(id, snapshot)
      this.#unfinished.delete(id)
    } else this.#unfinished.add(id)
  }

  /** The end of another snapshot, as the step saw it first. */
  #addEnd(snapshot: Snapshot, at: number): void {
    if (this.#facts.ended?.snapshot.id !== snapshot.id) this.learn({ ended: { snapshot, at } })
  }
}
