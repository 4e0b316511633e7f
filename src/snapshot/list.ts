import { PAGE_SIZE, UNREADABLE_LIST } from '../atlas/client.js'
import { RequestError } from '../atlas/errors.js'
import type { Snapshot } from '../atlas/snapshot.js'
import type { Context } from './context.js'

/** 50,000 snapshots. Without a limit, an endless list would fill the runner's memory. */
export const MAX_PAGES = 100

/**
 * Reads all snapshots of the cluster from the list of its kind. Before the first list of a step, reads the cluster. It returns
 * the whole list or throws, so a list that it can't read is never taken for one without the step's snapshot.
 *
 * @throws RequestError of the request that failed, or `unknown` if the list is too long
 */
export async function readList(context: Context): Promise<readonly Snapshot[]> {
  const { client, deadline, options, readCluster } = context
  const { kind } = await readCluster()
  const pages: (readonly Snapshot[])[] = []
  while (pages.length < MAX_PAGES) {
    const page = await client.listSnapshots(kind, pages.length + 1, deadline.signal)
    pages.push(page)
    if (kind === 'shardedCluster' || page.length < PAGE_SIZE) return pages.flat()
  }
  const purpose = `list the snapshots of cluster ${options.cluster.clusterName}`
  throw new RequestError({ purpose }, `it has more than ${MAX_PAGES} pages`, UNREADABLE_LIST)
}
