import { PAGE_SIZE, type SnapshotClient, type SnapshotList, type SnapshotPage } from '../atlas/client.js'
import { LostAnswerError, RefusedError, TryLaterError } from '../atlas/errors.js'
import type { Snapshot } from '../atlas/snapshot.js'
import type { Context } from './context.js'
import { type Outage, persist } from './persist.js'
import { LONGEST_PAUSE_MS } from './schedule.js'

/** Of 500 entries each: far more than any cluster keeps. */
const MOST_PAGES = 200

/** A list that this kind of cluster does not have answers with one of these. */
const NO_SUCH_LIST: readonly number[] = [400, 404]

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
  if (!(plain instanceof RefusedError) && isEnough(plain)) return plain
  const sharded = await listOrRefusal(client, 'sharded', signal)
  if (plain instanceof RefusedError && sharded instanceof RefusedError) throw plain
  const lists = [plain, sharded].flatMap((list) => (list instanceof RefusedError ? [] : list))
  return [...new Map(lists.map((snapshot) => [snapshot.id, snapshot])).values()]
}

async function listOrRefusal(
  client: SnapshotClient,
  list: SnapshotList,
  signal: AbortSignal,
): Promise<readonly Snapshot[] | RefusedError> {
  try {
    return await everyPage((page) => client.list(list, page, signal))
  } catch (error) {
    if (error instanceof RefusedError && NO_SUCH_LIST.includes(error.refusal.status)) return error
    throw error
  }
}

/**
 * @throws TryLaterError if entries moved between the pages on the way: the length changed, or one came twice
 * @throws LostAnswerError if the pages are not those of one list
 */
async function everyPage(read: (page: number) => Promise<SnapshotPage>): Promise<readonly Snapshot[]> {
  const first = await read(1)
  const all = new Map(first.snapshots.map((snapshot) => [snapshot.id, snapshot]))
  for (let page = 2, last = first; !isLast(last, all.size); page++) {
    if (page > MOST_PAGES) throw listEndless()
    last = await read(page)
    const fresh = last.snapshots.filter(({ id }) => !all.has(id))
    // A server that answers every page alike would otherwise be read for ever.
    if (fresh.length === 0 && last.snapshots.length > 0) throw listEndless()
    if (last.totalCount !== first.totalCount || fresh.length < last.snapshots.length) throw listChanged()
    for (const snapshot of fresh) all.set(snapshot.id, snapshot)
  }
  return [...all.values()]
}

/**
 * A full page is never the last, whatever Atlas counts. It may give fewer a page than it is asked for; then its own count
 * tells, and without one, that the page is not full.
 */
function isLast({ snapshots, totalCount }: SnapshotPage, read: number): boolean {
  if (snapshots.length >= PAGE_SIZE) return false
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

function listEndless(): LostAnswerError {
  return new LostAnswerError({
    title: "The list of the cluster's snapshots cannot be read",
    message: "The list of the cluster's snapshots does not end: its pages repeat, or are too many.",
    remedy: 'Check base-url and the proxies between the runner and Atlas.',
  })
}
