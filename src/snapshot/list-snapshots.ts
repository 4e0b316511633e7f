import {
  DEFAULT_PAGE_SIZE,
  PAGE_SIZE,
  type SnapshotClient,
  type SnapshotList,
  type SnapshotPage,
} from '../atlas/client.js'
import {
  couldNot,
  type ErrorResponse,
  OutcomeUnknownError,
  RejectedError,
  ThrottledError,
} from '../atlas/errors.js'
import type { Snapshot } from '../atlas/snapshot.js'
import { ActionError } from '../failure.js'
import { formatBytes } from '../format.js'
import { TITLES } from '../titles.js'
import type { Context } from './context.js'
import { MAX_THROTTLE_DELAY_MS, type OutageTracker, type RetryOptions, retry } from './retry.js'

/** Options of `listSnapshots`. */
interface ListOptions extends Pick<RetryOptions, 'failOnNonAtlasResponse'> {
  readonly canStopAfter?: (plain: readonly Snapshot[]) => boolean
}

/** Much more than any cluster has. Without a limit, a list could fill the runner's memory. */
const MAX_ENTRIES = 20_000
const MAX_LENGTH = 64 * 1024 * 1024
const PURPOSE = 'list the snapshots of the cluster'

/** Atlas responds with these statuses if a list does not exist for this kind of cluster. */
const NO_SUCH_LIST_STATUSES: readonly number[] = [400, 404]
/** This code means that the list exists, but the query was invalid. */
const INVALID_QUERY = 'INVALID_QUERY_PARAMETER'

/**
 * Reads all pages of the cluster's plain and sharded lists, merged by ID. If a request fails, it reads everything again,
 * because a page from before a long retry is too old. A throttled list has a longer backoff than other requests, which
 * lets many steps read all their pages.
 *
 * @param options.canStopAfter whether the plain list is enough
 * @throws StopReason, ActionError, or AtlasError like `retry`. A 400 or 404 is an error only if both lists return it.
 */
export function listSnapshots(
  context: Context,
  outage: OutageTracker,
  { canStopAfter = () => false, failOnNonAtlasResponse }: ListOptions = {},
): Promise<readonly Snapshot[]> {
  const read = (signal: AbortSignal) => fetchBothLists(context.client, signal, canStopAfter)
  return retry(read, context, outage, { failOnNonAtlasResponse, maxThrottleDelayMs: MAX_THROTTLE_DELAY_MS })
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
 * Merges both lists. Leaves out the members of a sharded cluster's snapshot, because a member can have the same
 * description and be completed long before the whole snapshot.
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

function isInvalidQuery(error: unknown): boolean {
  return error instanceof RejectedError && error.response.errorCode === INVALID_QUERY
}

/**
 * @throws ThrottledError if entries moved between pages (the count changed, or an entry appeared twice)
 * @throws OutcomeUnknownError if the pages repeat or are incomplete
 * @throws ActionError if the list is too large
 */
async function fetchAllPages(
  list: SnapshotList,
  read: (page: number) => Promise<SnapshotPage>,
): Promise<readonly Snapshot[]> {
  const first = await read(1)
  const all = new Map(first.snapshots.map((snapshot) => [snapshot.id, snapshot]))
  let length = first.bodyLength
  const assertSize = () => {
    if (Math.max(all.size, first.totalCount ?? 0) > MAX_ENTRIES || length > MAX_LENGTH)
      throw listTooLargeError()
  }
  assertSize()
  for (let page = 2, last = first; !isLastPage(list, last, all.size); page++) {
    try {
      last = await read(page)
    } catch (error) {
      // A sharded list that does not support pages ends here. The check of its count follows.
      if (list === 'sharded' && isInvalidQuery(error)) break
      throw error
    }
    const fresh = last.snapshots.filter(({ id }) => !all.has(id))
    // Without this check, a server that ignores `pageNum` would cause an endless loop.
    if (fresh.length === 0 && last.snapshots.length > 0) throw listUnreadableError('the pages repeat')
    if (last.totalCount !== first.totalCount || fresh.length < last.snapshots.length) throw listChangedError()
    for (const snapshot of fresh) all.set(snapshot.id, snapshot)
    length += last.bodyLength
    assertSize()
  }
  // The missing snapshot might be this step's own.
  const { totalCount = 0 } = first
  if (all.size < totalCount)
    throw listUnreadableError(`the pages contain only ${all.size} of ${totalCount} snapshots`)
  return [...all.values()]
}

/**
 * A full page is never the last, even if the count says so. A page can also have fewer entries than requested, so the
 * count decides. The sharded list can be one long page, so only its count shows whether it is complete.
 */
function isLastPage(list: SnapshotList, { snapshots, totalCount }: SnapshotPage, read: number): boolean {
  if (list === 'plain' && snapshots.length >= PAGE_SIZE) return false
  if (list === 'sharded' && totalCount === undefined) return snapshots.length < DEFAULT_PAGE_SIZE
  return snapshots.length === 0 || totalCount === undefined || read >= totalCount
}

function listTooLargeError(): ActionError {
  return new ActionError({
    title: TITLES.listTooLarge,
    message: couldNot(PURPOSE, `the list has more than ${MAX_ENTRIES} entries or ${formatBytes(MAX_LENGTH)}`),
    remedy:
      'Delete snapshots of the cluster that you do not need. If there are fewer, check the base-url input.',
  })
}

function listChangedError(): ThrottledError {
  const report = {
    title: TITLES.listKeepsChanging,
    message: couldNot(PURPOSE, 'the list changed between two pages'),
    remedy: 'Re-run the job when fewer snapshots of the cluster are created and deleted.',
  }
  return new ThrottledError(report)
}

/** @param reason a clause: `the pages repeat` */
function listUnreadableError(reason: string): OutcomeUnknownError {
  return new OutcomeUnknownError({
    title: TITLES.listUnreadable,
    message: couldNot(PURPOSE, reason),
    remedy: 'Check the base-url input and any proxies between the runner and Atlas.',
  })
}
