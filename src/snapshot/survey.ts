import {
  DEFAULT_PAGE_SIZE,
  PAGE_SIZE,
  type SnapshotClient,
  type SnapshotList,
  type SnapshotPage,
} from '../atlas/client.js'
import { LostAnswerError, type Refusal, RefusedError, TryLaterError } from '../atlas/errors.js'
import type { Snapshot } from '../atlas/snapshot.js'
import type { Context } from './context.js'
import { type Outage, persist } from './persist.js'
import { LONGEST_PAUSE_MS } from './schedule.js'

/** Far more than any cluster needs. */
const MOST_PAGES = 200
const ENDLESS = 'does not end: its pages repeat, or are too many'

/** A list that this kind of cluster does not have answers with one of these, */
const NO_SUCH_LIST: readonly number[] = [400, 404]
/** but not with this code: then there is one, which was asked for wrongly. */
const INVALID_QUERY = 'INVALID_QUERY_PARAMETER'

/**
 * Reads the cluster's snapshots, plain and sharded list, every page, merged by id, until Atlas answers. Where any
 * request fails, all is read again: what the first list showed would be too old to go by when the last one answers.
 * So many get through in one go only if a crowd does not try too often: the pauses grow longer than elsewhere.
 *
 * @param isEnough whether what the plain list shows makes the other one needless
 * @throws StopReason, Failure, AtlasError as `persist` does; a 400 or 404 only if both lists answer so
 */
export function survey(
  context: Context,
  outage: Outage,
  isEnough: (plain: readonly Snapshot[]) => boolean = () => false,
): Promise<readonly Snapshot[]> {
  const read = (signal: AbortSignal) => bothLists(context.client, signal, isEnough)
  return persist(read, context, outage, { longestPutOffMs: LONGEST_PAUSE_MS })
}

async function bothLists(
  client: SnapshotClient,
  signal: AbortSignal,
  isEnough: (plain: readonly Snapshot[]) => boolean,
): Promise<readonly Snapshot[]> {
  const plain = await listOrRefusal(client, 'plain', signal)
  if (isEnough(entriesOf(plain))) return entriesOf(plain)
  const sharded = await listOrRefusal(client, 'sharded', signal)
  if (plain instanceof RefusedError && sharded instanceof RefusedError) throw plain
  return merged(entriesOf(plain), entriesOf(sharded))
}

function entriesOf(list: readonly Snapshot[] | RefusedError): readonly Snapshot[] {
  return list instanceof RefusedError ? [] : list
}

/**
 * Both lists as one. A member of a sharded cluster's snapshot is none by itself: should the plain list show it, with the
 * description of the whole, it may be completed long before that is.
 */
function merged(plain: readonly Snapshot[], sharded: readonly Snapshot[]): readonly Snapshot[] {
  const known = new Set(sharded.flatMap(({ id, memberIds = [] }) => [id, ...memberIds]))
  return [...sharded, ...plain.filter(({ id }) => !known.has(id))]
}

async function listOrRefusal(
  client: SnapshotClient,
  list: SnapshotList,
  signal: AbortSignal,
): Promise<readonly Snapshot[] | RefusedError> {
  try {
    return await everyPage(list, (page) => client.list(list, page, signal))
  } catch (error) {
    if (error instanceof RefusedError && isNoSuchList(error.refusal)) return error
    throw error
  }
}

function isNoSuchList({ status, errorCode }: Refusal): boolean {
  return NO_SUCH_LIST.includes(status) && errorCode !== INVALID_QUERY
}

/**
 * @throws TryLaterError if entries moved between the pages on the way: the length changed, or one came twice
 * @throws LostAnswerError if the pages are not those of one list, or not all of it
 */
async function everyPage(
  list: SnapshotList,
  read: (page: number) => Promise<SnapshotPage>,
): Promise<readonly Snapshot[]> {
  const first = await read(1)
  const all = new Map(first.snapshots.map((snapshot) => [snapshot.id, snapshot]))
  for (let page = 2, last = first; !isLast(list, last, all.size); page++) {
    if (page > MOST_PAGES) throw listUnreadable(ENDLESS)
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
function isLast(list: SnapshotList, { snapshots, totalCount }: SnapshotPage, read: number): boolean {
  if (list === 'plain' && snapshots.length >= PAGE_SIZE) return false
  if (list === 'sharded' && totalCount === undefined) return snapshots.length < DEFAULT_PAGE_SIZE
  return snapshots.length === 0 || totalCount === undefined || read >= totalCount
}

function listChanged(): TryLaterError {
  const report = {
    title: "The list of the cluster's snapshots keeps changing",
    message: "The list of the cluster's snapshots changed while its pages were read.",
    remedy: 'Run this again when fewer snapshots of the cluster come and go.',
  }
  return new TryLaterError(report, undefined)
}

/** @param how what is wrong with it, as the predicate of a sentence */
function listUnreadable(how: string): LostAnswerError {
  return new LostAnswerError({
    title: "The list of the cluster's snapshots cannot be read",
    message: `The list of the cluster's snapshots ${how}.`,
    remedy: 'Check base-url and the proxies between the runner and Atlas.',
  })
}
