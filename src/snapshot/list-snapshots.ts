import {
  DEFAULT_PAGE_SIZE,
  PAGE_SIZE,
  type SnapshotClient,
  type SnapshotList,
  type SnapshotPage,
} from '../atlas/client.js'
import { type ErrorResponse, OutcomeUnknownError, RejectedError, ThrottledError } from '../atlas/errors.js'
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

/** Far more than any cluster has. Reading on would fill the runner's memory. */
const MAX_ENTRIES = 20_000
const MAX_LENGTH = 64 * 1024 * 1024

/** A list that does not exist for this kind of cluster responds with one of these statuses. */
const NO_SUCH_LIST_STATUSES: readonly number[] = [400, 404]
/** With this code the list exists, and the request for it was wrong. */
const INVALID_QUERY = 'INVALID_QUERY_PARAMETER'

/**
 * Reads the cluster's snapshots until Atlas responds: plain and sharded list, every page, merged by ID. If any request
 * fails, everything is read again, because the first list would be too old by the time of the last response. A throttled
 * list backs off for longer than other requests, so that many steps can get all their pages in one go.
 *
 * @param options.canStopAfter whether the sharded list is not needed any more
 * @throws StopReason, ActionError, AtlasError as `retry` does. A 400 or 404 only if both lists respond so.
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
 * Both lists as one. A member of a sharded cluster's snapshot does not count by itself: if the plain list shows it with
 * the description of the whole, it can be completed long before the whole is.
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
 * @throws ThrottledError if entries moved between pages: the length changed, or one came twice
 * @throws OutcomeUnknownError if the pages do not belong to one list, or are not all of it
 * @throws ActionError if there are too many
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
      // A sharded list without pages was cut short: what its count includes is missing.
      if (list === 'sharded' && isInvalidQuery(error)) break
      throw error
    }
    const fresh = last.snapshots.filter(({ id }) => !all.has(id))
    // A server that responds alike to every page would be read for ever.
    if (fresh.length === 0 && last.snapshots.length > 0)
      throw listUnreadableError('does not end: its pages repeat')
    if (last.totalCount !== first.totalCount || fresh.length < last.snapshots.length) throw listChangedError()
    for (const snapshot of fresh) all.set(snapshot.id, snapshot)
    length += last.bodyLength
    assertSize()
  }
  // The missing one might be the one that is searched for.
  const { totalCount = 0 } = first
  if (all.size < totalCount)
    throw listUnreadableError(`holds ${all.size} of the ${totalCount} that Atlas counts`)
  return [...all.values()]
}

/**
 * A full page is never the last, whatever Atlas counts. Atlas can send fewer entries than a page was asked for: then its
 * count decides. The sharded list can come as a whole, so only its count tells whether a long one is complete.
 */
function isLastPage(list: SnapshotList, { snapshots, totalCount }: SnapshotPage, read: number): boolean {
  if (list === 'plain' && snapshots.length >= PAGE_SIZE) return false
  if (list === 'sharded' && totalCount === undefined) return snapshots.length < DEFAULT_PAGE_SIZE
  return snapshots.length === 0 || totalCount === undefined || read >= totalCount
}

function listTooLargeError(): ActionError {
  return new ActionError({
    title: TITLES.listTooLarge,
    message: `The list of the cluster's snapshots has more than ${MAX_ENTRIES} entries or ${formatBytes(MAX_LENGTH)}, and is read no further.`,
    remedy: 'Delete snapshots of the cluster that are not needed. If there are not so many, check base-url.',
  })
}

function listChangedError(): ThrottledError {
  const report = {
    title: TITLES.listKeepsChanging,
    message: "The list of the cluster's snapshots changed while its pages were read.",
    remedy: 'Run this again when fewer snapshots of the cluster come and go.',
  }
  return new ThrottledError(report)
}

/** @param how what is wrong, as the predicate of a sentence */
function listUnreadableError(how: string): OutcomeUnknownError {
  return new OutcomeUnknownError({
    title: TITLES.listUnreadable,
    message: `The list of the cluster's snapshots ${how}.`,
    remedy: 'Check base-url and the proxies between the runner and Atlas.',
  })
}
