import { ActionError } from '../action-error.js'
import { DEFAULT_PAGE_SIZE, PAGE_SIZE, type SnapshotPage } from '../atlas/client.js'
import { type AtlasError, couldNot, IncompleteListError, RejectedError } from '../atlas/errors.js'
import { isUnconfirmed, type Snapshot, type SnapshotForm } from '../atlas/snapshot.js'
import { TITLES } from '../titles.js'
import type { Context } from './context.js'
import { MAX_THROTTLE_DELAY_MS, type OutageTracker, retry } from './retry.js'
import type { Tag } from './tag.js'

/** The result of one complete read of both lists. Times are milliseconds on the clock. */
export interface Listing {
  readonly startedAt: number
  readonly endedAt: number
  /** Every entry of both lists, by ID. If both lists have one, its sharded form. */
  readonly snapshots: readonly Snapshot[]
  /** Whether Atlas has no sharded list for this cluster. */
  readonly lacksShardedList: boolean
  /** Whether the sharded list has entries that are not valid snapshots, but none of a replica set. */
  readonly hasInvalidSharded: boolean
}

/** The entries of one list. */
interface Entries {
  readonly snapshots: readonly Snapshot[]
  /** With the invalid ones. */
  readonly count: number
}

const NO_ENTRIES: Entries = { snapshots: [], count: 0 }
/** Much more than any cluster has. Without a limit, a list could fill the runner's memory. */
const MAX_ENTRIES = 20_000
const PURPOSE = 'list the snapshots of the cluster'

/** Atlas responds with these statuses if a list, or a page of it, does not exist. */
const NOT_THERE_STATUSES: readonly number[] = [400, 404]
/** This code means that the list exists, but the query was invalid. */
const INVALID_QUERY = 'INVALID_QUERY_PARAMETER'

/** The plain and the sharded list of a cluster. A list that cannot be read completely is never taken for an empty one. */
export class SnapshotLists {
  readonly #context: Context
  readonly #tag: Tag | undefined
  /** The lists that have responded in this step, so they exist. */
  readonly #existing = new Set<SnapshotForm>()
  /** Every entry of any page, even of lists that could not be read completely. */
  readonly shown = new Map<string, Snapshot>()
  /** Whether an entry with the tag was not a valid snapshot. */
  hasInvalidOwn = false

  /** @param tag the tag of the step, if it creates a snapshot */
  constructor(context: Context, tag?: Tag) {
    this.#context = context
    this.#tag = tag
  }

  /**
   * Reads all pages of both lists. If a request fails or entries move, it reads everything again, because a page from
   * before a long retry is too old. A throttled list has a longer backoff than a status check, which lets many steps read
   * all their pages.
   *
   * @param mayRetry whether to retry after an error
   * @throws StopReason, ActionError, or AtlasError like `retry`
   */
  read(outage: OutageTracker, mayRetry?: (error: AtlasError) => boolean): Promise<Listing> {
    const read = (signal: AbortSignal) => this.#readBoth(signal)
    return retry(read, this.#context, outage, mayRetry, MAX_THROTTLE_DELAY_MS)
  }

  /**
   * Reads all pages of the sharded list, once.
   *
   * @throws AtlasError
   */
  async readSharded(signal: AbortSignal): Promise<void> {
    const list = await this.#readOrRejection('sharded', signal)
    if (list instanceof RejectedError) throw list
  }

  async #readBoth(signal: AbortSignal): Promise<Listing> {
    const { clock } = this.#context
    const startedAt = clock.now()
    const plain = await this.#readOrRejection('plain', signal)
    const sharded = await this.#readOrRejection('sharded', signal)
    const lacksShardedList = sharded instanceof RejectedError
    if (plain instanceof RejectedError && lacksShardedList) throw plain
    const shown = lacksShardedList ? NO_ENTRIES : sharded
    const ids = new Set(shown.snapshots.map(({ id }) => id))
    const isOfReplicaSet = shown.snapshots.some(({ type }) => type === 'replicaSet')
    const others = plain instanceof RejectedError ? [] : plain.snapshots.filter(({ id }) => !ids.has(id))
    return {
      startedAt,
      endedAt: clock.now(),
      snapshots: [...shown.snapshots, ...(lacksShardedList ? others.map(confirmed) : others)],
      lacksShardedList,
      hasInvalidSharded: shown.count > shown.snapshots.length && !isOfReplicaSet,
    }
  }

  /** The entries, or the rejection if the list does not exist. */
  async #readOrRejection(form: SnapshotForm, signal: AbortSignal): Promise<Entries | RejectedError> {
    const first = await this.#readPage(form, 1, signal).catch((error: unknown) => {
      if (isNotThere(error) && error.response.errorCode !== INVALID_QUERY) return error
      throw error
    })
    if (first instanceof RejectedError) {
      if (this.#existing.has(form)) throw listUnreadableError('a list that existed was rejected')
      return first
    }
    this.#existing.add(form)
    return this.#readPages(form, first, signal)
  }

  /**
   * @throws IncompleteListError if entries moved between pages (the count changed, or an entry appeared twice), or if the
   * pages repeat or are incomplete
   * @throws ActionError if the list is too large
   */
  async #readPages(form: SnapshotForm, first: SnapshotPage, signal: AbortSignal): Promise<Entries> {
    const all = new Map(first.snapshots.map((snapshot) => [snapshot.id, snapshot]))
    let invalid = first.invalidEntries.length
    // An entry that is listed twice is one.
    let read = all.size + invalid
    // A count below the page's own entries counts something else.
    const { totalCount: count = -1 } = first
    const expected = count < read ? undefined : count
    assertSize(Math.max(read, count))
    const contents = new Set<string>()
    for (let page = 2, last = first; !isLastPage(form, last, read, expected); page++) {
      contents.add(toContent(last))
      const next = await this.#readPage(form, page, signal).catch((error: unknown) => {
        if (isNotThere(error)) return undefined
        throw error
      })
      if (next === undefined) break
      last = next
      const fresh = last.snapshots.filter(({ id }) => !all.has(id))
      const isEmpty = countEntries(last) === 0
      const hasOtherCount = last.totalCount !== undefined && last.totalCount !== first.totalCount
      if (hasOtherCount && !isEmpty) throw listChangedError()
      if (fresh.length === 0 && !isEmpty && contents.has(toContent(last))) {
        // The specification of the sharded list has no pages, so it can ignore `pageNum`. Invalid entries don't show that.
        const mayEnd = expected === undefined ? form === 'sharded' : read >= expected
        if (mayEnd && last.snapshots.length > 0) break
        throw listUnreadableError('the pages repeat')
      }
      if (fresh.length < last.snapshots.length) throw listChangedError()
      for (const snapshot of fresh) all.set(snapshot.id, snapshot)
      invalid += last.invalidEntries.length
      read = all.size + invalid
      assertSize(read)
    }
    // The missing snapshot might be this step's own.
    if (expected !== undefined && read < expected)
      throw listUnreadableError(`the pages contain only ${read} of ${expected} snapshots`)
    return { snapshots: [...all.values()], count: read }
  }

  async #readPage(form: SnapshotForm, page: number, signal: AbortSignal): Promise<SnapshotPage> {
    const result = await this.#context.client.listSnapshots(form, page, signal)
    const { snapshots, invalidEntries } = result
    for (const snapshot of snapshots) this.shown.set(snapshot.id, snapshot)
    // Any other invalid entry is ignored, because it cannot be the step's own.
    if (this.#tag !== undefined && invalidEntries.join('\n').includes(this.#tag)) {
      this.hasInvalidOwn = true
      throw listUnreadableError(`the entry with tag ${this.#tag} is not a valid snapshot`)
    }
    return result
  }
}

function isNotThere(error: unknown): error is RejectedError {
  return error instanceof RejectedError && NOT_THERE_STATUSES.includes(error.response.status)
}

/** Tells pages apart, in any order of their entries. */
function toContent({ snapshots, invalidEntries }: SnapshotPage): string {
  return JSON.stringify([snapshots.map(({ id }) => id).sort(), invalidEntries.toSorted()])
}

/** Without a sharded list, nothing else shows the status of a sharded cluster's snapshot. */
function confirmed(snapshot: Snapshot): Snapshot {
  return isUnconfirmed(snapshot) ? { ...snapshot, form: 'sharded' } : snapshot
}

function countEntries({ snapshots, invalidEntries }: SnapshotPage): number {
  return snapshots.length + invalidEntries.length
}

/**
 * A page can have fewer entries than requested, so the count decides, and without it only an empty page is the last. A
 * full page is never the last, even if the count says so. A long page of the sharded list is all of it.
 */
function isLastPage(
  form: SnapshotForm,
  page: SnapshotPage,
  read: number,
  expected: number | undefined,
): boolean {
  const entries = countEntries(page)
  if (entries === 0) return true
  if (form === 'plain' && entries >= PAGE_SIZE) return false
  return expected === undefined ? form === 'sharded' && entries > DEFAULT_PAGE_SIZE : read >= expected
}

/** @throws ActionError if the list has too many entries */
function assertSize(entries: number): void {
  if (entries <= MAX_ENTRIES) return
  throw new ActionError({
    title: TITLES.listTooLarge,
    message: couldNot(PURPOSE, `the list has more than ${MAX_ENTRIES} entries`),
    remedy:
      'Delete snapshots of the cluster that you do not need. If there are fewer, check the base-url input.',
  })
}

function listChangedError(): IncompleteListError {
  return new IncompleteListError({
    title: TITLES.listKeepsChanging,
    message: couldNot(PURPOSE, 'the list changed between two pages'),
    remedy: 'Re-run the job when fewer snapshots of the cluster are created and deleted.',
  })
}

/** @param reason a clause: `the pages repeat` */
function listUnreadableError(reason: string): IncompleteListError {
  return new IncompleteListError({
    title: TITLES.listUnreadable,
    message: couldNot(PURPOSE, reason),
    remedy: 'Check the base-url input and any proxies between the runner and Atlas.',
  })
}
