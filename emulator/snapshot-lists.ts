import type { AtlasConfig } from './config.js'
import { RejectionError } from './errors.js'
import type { JsonObject } from './http.js'
import type { ApiOperation } from './routes.js'
import { ORIGIN, snapshotResource } from './snapshot-resource.js'
import { isUnfinished, type SnapshotStore } from './snapshots.js'

const MAX_ITEMS_PER_PAGE = 500
/** The page of a list without pages. */
const EVERYTHING = Number.MAX_SAFE_INTEGER

/**
 * The plain list, or the list of sharded snapshots. `now` is in milliseconds since 1970.
 *
 * @throws RejectionError if the query is invalid
 */
export function readList(
  store: SnapshotStore,
  config: AtlasConfig,
  operation: ApiOperation,
  now: number,
): JsonObject {
  const page = parsePage(operation)
  const { hidesUnfinished, lagSeconds } = config.list
  // Newest first. The plain one also shows the whole sharded ones.
  const shown = store
    .existing(operation.clusterName, now)
    .filter(({ sharded }) => sharded || operation.kind !== 'list-sharded')
    .filter(({ takenAt }) => now >= takenAt + lagSeconds * 1000)
    .filter((snapshot) => !hidesUnfinished || !isUnfinished(snapshot, now))
    .sort((a, b) => b.takenAt - a.takenAt)
  const entries = shown.map((snapshot) => snapshotResource(snapshot, config, operation, now))
  return listResource(page, entries, operation)
}

/**
 * The requested page. According to its specification, the sharded list has no pages, so it has one with everything.
 *
 * @throws RejectionError if the query is invalid
 */
function parsePage({ kind, query }: ApiOperation) {
  if (kind === 'list-sharded') {
    const [asked] = query.keys()
    if (asked !== undefined) throw new RejectionError('INVALID_QUERY_PARAMETER', asked)
    return { itemsPerPage: EVERYTHING, pageNum: 1 }
  }
  const itemsPerPage = Number(query.get('itemsPerPage') ?? 100)
  if (!Number.isInteger(itemsPerPage) || itemsPerPage < 1 || itemsPerPage > MAX_ITEMS_PER_PAGE)
    throw new RejectionError('INVALID_QUERY_PARAMETER', 'itemsPerPage')
  const pageNum = Number(query.get('pageNum') ?? 1)
  if (!Number.isInteger(pageNum) || pageNum < 1)
    throw new RejectionError('INVALID_QUERY_PARAMETER', 'pageNum')
  return { itemsPerPage, pageNum }
}

/**
 * A page of a list as JSON, with its count, which is the default. If the list has pages, its link contains the query with
 * Atlas's defaults. Links to other pages are left out.
 */
function listResource(
  { itemsPerPage, pageNum }: ReturnType<typeof parsePage>,
  entries: readonly JsonObject[],
  { path }: ApiOperation,
): JsonObject {
  const query = `?includeCount=true&pageNum=${pageNum}&itemsPerPage=${itemsPerPage}`
  const href = `${ORIGIN}${path}${itemsPerPage === EVERYTHING ? '' : query}`
  const start = (pageNum - 1) * itemsPerPage
  return {
    links: [{ href, rel: 'self' }],
    results: entries.slice(start, start + itemsPerPage),
    totalCount: entries.length,
  }
}
