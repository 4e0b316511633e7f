import {
  DEFAULT_PAGE_SIZE,
  PAGE_SIZE,
  type SnapshotClient,
  type SnapshotList,
  type SnapshotPage,
} from '../atlas/client.js'
import { type ErrorResponse, OutcomeUnknownError, RejectedError, ThrottledError } from '../atlas/errors.js'
import type { Snapshot } from '../atlas/snapshot.js'
import type { Context } from './context.js'
import { MAX_RATE_LIMIT_DELAY_MS } from './polling.js'
import { type OutageTracker, retry } from './retry.js'

/** Far more than any cluster needs. */
const MAX_PAGES = 200
const ENDLESS = 'does not end: its pages repeat, or are too many'

/** A list that this kind of cluster does not have answers with one of these, */
const NO_SUCH_LIST_STATUSES: readonly number[] = [400, 404]
/** but not with this code: then there is one, which was asked for wrongly. */
const INVALID_QUERY = 'INVALID_QUERY_PARAMETER'

/**
 * Reads the cluster's snapshots, plain and sharded list, every page, merged by id, until Atlas answers. Where any
 * request fails, all is read again: what the first list showed would be too old to go by when the last one answers.
 * So many get through in one go only if a crowd does not try too often: the pauses grow longer than elsewhere.
 *
 * @param canStopAfter whether what the plain list shows makes the other one needless
 * @throws StopReason, ActionError, AtlasError as `persist` does; a 400 or 404 only if both lists answer so
 */
export function listSnapshots(
  context: Context,
  outage: OutageTracker,
  canStopAfter: (plain: readonly Snapshot[]) => boolean = () => false,
): Promise<readonly Snapshot[]> {
  const read = (signal: AbortSignal) => fetchBothLists(context.client, signal, canStopAfter)
  return retry(read, context, outage, { maxThrottleDelayMs: MAX_RATE_LIMIT_DELAY_MS })
}

async function fetchBothLists(
  client: SnapshotClient,
  signal: AbortSignal,
  canStopAfter: (plain: readonly Snapshot[]) => boolean,
): Promise<readonly Snapshot[]> {
  const plain = await fetchListOrRejection(client, 'plain', signal)
  if (canStopAfter(toEntries(plain))) return toEntries(plain)
  const sharded = await fetchListOrRejection(client, 'sharded', signal)
  if (plain instanceof RejectedError && sharded instanceof RejectedError) throw plain
  return mergeById(toEntries(plain), toEntries(sharded))
}

function toEntries(list: readonly Snapshot[] | RejectedError): readonly Snapshot[] {
  return list instanceof RejectedError ? [] : list
}

/**
 * Both lists as one. A member of a sharded cluster's snapshot is none by itself: should the plain list show it, with the
 * description of the whole, it may be completed long before that is.
 */
function mergeById(plain: readonly Snapshot[], sharded: readonly Snapshot[]): readonly Snapshot[] {
  const known = new Set(sharded.flatMap(({ id, memberIds = [] }) => [id, ...memberIds]))
  return [...sharded, ...plain.filter(({ id }) => !known.has(id))]
}

async function fetchListOrRejection(
  client: SnapshotClient,
  list: SnapshotList,
  signal: AbortSignal,
): Promise<readonly Snapshot[] | RejectedError> {
  try {
    return await fetchAllPages(list, (page) => client.listSnapshots(list, page, signal))
  } catch (error) {
    if (error instanceof RejectedError && isNoSuchList(error.response)) return error
    throw error
  }
}

function isNoSuchList({ status, errorCode }: ErrorResponse): boolean {
  return NO_SUCH_LIST_STATUSES.includes(status) && errorCode !== INVALID_QUERY
}

/**
 * @throws ThrottledError if entries moved between the pages on the way: the length changed, or one came twice
 * @throws OutcomeUnknownError if the pages are not those of one list, or not all of it
 */
async function fetchAllPages(
  list: SnapshotList,
  read: (page: number) => Promise<SnapshotPage>,
): Promise<readonly Snapshot[]> {
  const first = await read(1)
  const all = new Map(first.snapshots.map((snapshot) => [snapshot.id, snapshot]))
  for (let page = 2, last = first; !isLastPage(list, last, all.size); page++) {
    if (page > MAX_PAGES) throw listUnreadable(ENDLESS)
    last = await read(page)
    const fresh = last.snapshots.filter(({ id }) => !all.has(id))
    // A server that answers every page alike would otherwise be read for ever.
    if (fresh.length === 0 && last.snapshots.length > 0) throw listUnreadable(ENDLESS)
    if (last.totalCount !== first.totalCount || fresh.length < last.snapshots.length) throw listChanged()
    for (const snapshot of fresh) all.set(snapshot.id, snapshot)
  }
  // The one that is missing might be the very one that is looked for.
  const { totalCount = 0 } = first
  if (all.size < totalCount) throw listUnreadable(`holds ${all.size} of the ${totalCount} that Atlas counts`)
  return [...all.values()]
}

/**
 * A full page is never the last, whatever Atlas counts. It may give fewer a page than it is asked for; then its own count
 * tells, and without one, that the page is not full. The sharded list may come as a whole, so that only its count can
 * tell whether a long one is all.
 */
function isLastPage(list: SnapshotList, { snapshots, totalCount }: SnapshotPage, read: number): boolean {
  if (list === 'plain' && snapshots.length >= PAGE_SIZE) return false
  if (list === 'sharded' && totalCount === undefined) return snapshots.length < DEFAULT_PAGE_SIZE
  return snapshots.length === 0 || totalCount === undefined || read >= totalCount
}

function listChanged(): ThrottledError {
  const report = {
    title: "The list of the cluster's snapshots keeps changing",
    message: "The list of the cluster's snapshots changed while its pages were read.",
    remedy: 'Run this again when fewer snapshots of the cluster come and go.',
  }
  return new ThrottledError(report, undefined)
}

/** @param how what is wrong with it, as the predicate of a sentence */
function listUnreadable(how: string): OutcomeUnknownError {
  return new OutcomeUnknownError({
    title: "The list of the cluster's snapshots cannot be read",
    message: `The list of the cluster's snapshots ${how}.`,
    remedy: 'Check base-url and the proxies between the runner and Atlas.',
  })
}
