import { PAGE_SIZE } from '../atlas/client.js'
import { AtlasError, couldNot } from '../atlas/errors.js'
import type { Snapshot } from '../atlas/snapshot.js'
import type { Context } from './context.js'

/**
 * Reads all snapshots of the cluster, page after page, from the list of its type: the sharded list of a sharded cluster,
 * otherwise the plain one. Before the first list of a step, it reads the cluster. It returns the whole list or throws, so an
 * incomplete list is never taken for one without the step's snapshot. An entry that is not a valid snapshot is counted, and
 * otherwise ignored.
 *
 * @throws AtlasError `unknown` if the pages do not make a whole list, and any error of a request
 */
export async function readList(context: Context, signal: AbortSignal): Promise<readonly Snapshot[]> {
  const { client, readCluster } = context
  const { type } = await readCluster(signal)
  const found = new Map<string, Snapshot>()
  let invalid = 0
  let count: number | undefined
  for (let page = 1; ; page++) {
    const { snapshots, invalidEntries, totalCount } = await client.listSnapshots(type, page, signal)
    if (page > 1 && totalCount !== count)
      throw incompleteError('its count changed between two pages', CHANGES)
    count = totalCount
    const before = found.size
    for (const snapshot of snapshots) found.set(snapshot.id, snapshot)
    invalid += invalidEntries
    const entries = snapshots.length + invalidEntries
    const addsNothing = page > 1 && found.size === before
    if (addsNothing && (count !== undefined || entries > 0))
      throw incompleteError('a page contains no further snapshot', NOT_WHOLE)
    // The specification of the sharded list has no pages.
    const isLast = type === 'shardedCluster' || entries < PAGE_SIZE
    if (count === undefined ? isLast : found.size + invalid >= count) return [...found.values()]
  }
}

/** A heading of docs/troubleshooting.md. */
export const LIST_UNREADABLE = 'Could not read snapshot list'
const CHANGES = 'Wait until fewer snapshots of the cluster are created and deleted.'
const NOT_WHOLE = 'Check the base-url input and any proxies between the runner and Atlas.'

/** @param reason a clause: `a page contains no further snapshot` */
function incompleteError(reason: string, remedy: string): AtlasError {
  const message = couldNot('list the snapshots of the cluster', reason)
  return new AtlasError({ meaning: 'unknown', title: LIST_UNREADABLE, remedy }, { message })
}
