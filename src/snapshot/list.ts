import { PAGE_SIZE } from '../atlas/client.js'
import { AtlasError, couldNot } from '../atlas/errors.js'
import type { Snapshot } from '../atlas/snapshot.js'
import type { Context } from './context.js'

/** 50,000 snapshots in the plain list. Without a limit, an endless list would fill the runner's memory. */
const MAX_PAGES = 100

/** A heading of docs/troubleshooting.md. */
export const LIST_UNREADABLE = 'Could not read snapshot list'
const CHANGES = 'Wait until fewer snapshots of the cluster are created and deleted.'
const NOT_WHOLE = 'Check the base-url input and any proxies between the runner and Atlas.'
const REPORT = 'Report this with the log, because Atlas might have changed the format of its responses.'

/**
 * Reads all snapshots of the cluster, page after page, from the list of its type: the sharded list of a sharded cluster,
 * otherwise the plain one. Before the first list of a step, it reads the cluster. It returns the whole list or throws, so a list
 * that it can't read is never taken for one without the step's snapshot.
 *
 * @throws AtlasError `unknown` if the pages do not make a whole list, or if an entry is not a snapshot, because it might be the
 *   step's own, and any error of a request
 */
export async function readList(context: Context, signal: AbortSignal): Promise<readonly Snapshot[]> {
  const { client, options, readCluster } = context
  const { kind } = await readCluster(signal)
  const unreadable = (reason: string, remedy: string) => {
    const message = couldNot(`list the snapshots of cluster ${options.cluster.clusterName}`, reason)
    return new AtlasError({ meaning: 'unknown', title: LIST_UNREADABLE, remedy }, { message })
  }
  const found = new Map<string, Snapshot>()
  let position = 0
  let count: number | undefined
  for (let page = 1; page <= MAX_PAGES; page++) {
    const { entries, totalCount } = await client.listSnapshots(kind, page, signal)
    if (page > 1 && totalCount !== count) throw unreadable('its count changed between two pages', CHANGES)
    count = totalCount
    const before = found.size
    for (const entry of entries) {
      position += 1
      if (typeof entry === 'string')
        throw unreadable(`entry ${position} is not a valid snapshot, because ${entry}`, REPORT)
      found.set(entry.id, entry)
    }
    const addsNothing = page > 1 && found.size === before
    if (addsNothing && (count !== undefined || entries.length > 0))
      throw unreadable('a page contains no further snapshot', NOT_WHOLE)
    // The specification of the sharded list has no pages.
    const isLast = kind === 'shardedCluster' || entries.length < PAGE_SIZE
    if (count === undefined ? isLast : found.size >= count) return [...found.values()]
  }
  throw unreadable(`it has more than ${MAX_PAGES} pages`, NOT_WHOLE)
}
