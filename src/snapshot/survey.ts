import { PAGE_SIZE, type SnapshotList, type SnapshotPage } from '../atlas/client.js'
import { RefusedError } from '../atlas/errors.js'
import type { Snapshot } from '../atlas/snapshot.js'
import type { Context } from './context.js'
import { type Outage, persist } from './persist.js'
import { backoff } from './schedule.js'

/** A list that this kind of cluster does not have answers with one of these. */
const NO_SUCH_LIST: readonly number[] = [400, 404]

/**
 * Reads the cluster's snapshots, plain and sharded list, every page, merged by id, until Atlas answers.
 *
 * @throws StopReason, Failure, AtlasError as `persist` does; a 400 or 404 only if both lists answer so
 */
export async function survey(context: Context, outage: Outage): Promise<readonly Snapshot[]> {
  const plain = await listOrRefusal('plain', context, outage)
  const sharded = await listOrRefusal('sharded', context, outage)
  if (plain instanceof RefusedError && sharded instanceof RefusedError) throw plain
  const lists = [plain, sharded].flatMap((list) => (list instanceof RefusedError ? [] : list))
  return [...new Map(lists.map((snapshot) => [snapshot.id, snapshot])).values()]
}

async function listOrRefusal(
  list: SnapshotList,
  context: Context,
  outage: Outage,
): Promise<readonly Snapshot[] | RefusedError> {
  try {
    return await wholeList(list, context, outage)
  } catch (error) {
    if (error instanceof RefusedError && NO_SUCH_LIST.includes(error.refusal.status)) return error
    throw error
  }
}

/** Every page of a list; from the start again if its length changed on the way, since then entries moved between pages. */
async function wholeList(list: SnapshotList, context: Context, outage: Outage): Promise<readonly Snapshot[]> {
  const { client, clock, deadline, random } = context
  for (let attempt = 0; ; attempt++) {
    const snapshots = await pagesOf((page) =>
      persist((signal) => client.list(list, page, signal), context, outage),
    )
    if (snapshots !== 'changed') return snapshots
    await clock.sleep(backoff(attempt, random), deadline.signal)
  }
}

async function pagesOf(
  read: (page: number) => Promise<SnapshotPage>,
): Promise<readonly Snapshot[] | 'changed'> {
  const first = await read(1)
  const all = [...first.snapshots]
  for (let page = 2, last = first; !isLast(last, all.length); page++) {
    last = await read(page)
    if (last.totalCount !== first.totalCount) return 'changed'
    all.push(...last.snapshots)
  }
  return all
}

/** By Atlas's own count, since it may give fewer a page than it is asked for; without one, by a page that is not full. */
function isLast(page: SnapshotPage, read: number): boolean {
  if (page.totalCount === undefined) return page.snapshots.length < PAGE_SIZE
  return page.snapshots.length === 0 || read >= page.totalCount
}
