import type { AtlasConfig } from './config.js'
import { type AtlasError, errors } from './errors.js'
import type { ApiOperation } from './routes.js'
import { flexSnapshotResource, snapshotResource } from './snapshot-resource.js'
import { isUnfinished, type StoredSnapshot, toMembers } from './snapshots.js'

const defaultItemsPerPage = 100
const maxItemsPerPage = 500

interface Page {
  readonly itemsPerPage: number
  readonly pageNum: number
  readonly includeCount: boolean
}

/** The whole list, for an endpoint without pages. Returns an error if the query requests a page. */
export function parseWhole(query: URLSearchParams): Page | { readonly error: AtlasError } {
  const asked = ['itemsPerPage', 'pageNum', 'includeCount'].find((name) => query.has(name))
  if (asked !== undefined) return { error: errors.invalidQuery(asked) }
  return { itemsPerPage: Number.MAX_SAFE_INTEGER, pageNum: 1, includeCount: true }
}

/** The requested page, or an error if the query is invalid. */
export function parsePage(query: URLSearchParams): Page | { readonly error: AtlasError } {
  const itemsPerPage = parseNatural(query.get('itemsPerPage') ?? String(defaultItemsPerPage))
  if (itemsPerPage === undefined || itemsPerPage > maxItemsPerPage)
    return { error: errors.invalidQuery('itemsPerPage') }
  const pageNum = parseNatural(query.get('pageNum') ?? '1')
  if (pageNum === undefined) return { error: errors.invalidQuery('pageNum') }
  const includeCount = query.get('includeCount') ?? 'true'
  if (includeCount !== 'true' && includeCount !== 'false')
    return { error: errors.invalidQuery('includeCount') }
  return { itemsPerPage, pageNum, includeCount: includeCount === 'true' }
}

function parseNatural(text: string): number | undefined {
  return /^[1-9]\d{0,8}$/.test(text) ? Number(text) : undefined
}

/** The members of a sharded snapshot that the plain list shows. */
export function listedMembers(whole: StoredSnapshot, config: AtlasConfig): StoredSnapshot[] {
  const { members } = config.list
  return members === 'none' ? [] : toMembers(whole, config).slice(0, members === 'one' ? 1 : undefined)
}

/** The snapshots that a list shows, in its order. `snapshots` must be sorted oldest first. */
export function visibleSnapshots(
  snapshots: readonly StoredSnapshot[],
  config: AtlasConfig,
  now: number,
): StoredSnapshot[] {
  const { lagSeconds, memberLagSeconds, hidesUnfinished, order } = config.list
  const shown = snapshots.filter((snapshot) => {
    const lag = snapshot.replicaSetName === undefined ? lagSeconds : memberLagSeconds
    return now >= snapshot.takenAt + lag * 1000 && !(hidesUnfinished && isUnfinished(snapshot, config, now))
  })
  if (order === 'oldest') return shown.sort((a, b) => a.takenAt - b.takenAt)
  if (order === 'newest') return shown.reverse().sort((a, b) => b.takenAt - a.takenAt)
  // Sorts by the random part of the ID, so the order is arbitrary but the same for every page.
  return shown.sort((a, b) => (a.id.slice(8) < b.id.slice(8) ? -1 : 1))
}

/** A page of a list as JSON. If the list has pages, its links contain the query with Atlas's defaults. */
export function listResource(
  snapshots: readonly StoredSnapshot[],
  page: Page,
  operation: ApiOperation,
  config: AtlasConfig,
  now: number,
): Readonly<Record<string, unknown>> {
  const { itemsPerPage, pageNum, includeCount } = page
  const [path = ''] = operation.target.split('?', 1)
  const isWhole = itemsPerPage > maxItemsPerPage
  const link = (rel: string, number: number) => {
    const query = `?includeCount=${includeCount}&pageNum=${number}&itemsPerPage=${itemsPerPage}`
    return { href: `${operation.origin}${path}${isWhole ? '' : query}`, rel }
  }
  const start = (pageNum - 1) * itemsPerPage
  return {
    links: [
      link('self', pageNum),
      ...(pageNum > 1 ? [link('previous', pageNum - 1)] : []),
      ...(start + itemsPerPage < snapshots.length ? [link('next', pageNum + 1)] : []),
    ],
    results: snapshots
      .slice(start, start + itemsPerPage)
      .map((snapshot) => listEntry(snapshot, operation, config, now)),
    ...(includeCount ? { totalCount: snapshots.length } : {}),
  }
}

function listEntry(snapshot: StoredSnapshot, operation: ApiOperation, config: AtlasConfig, now: number) {
  return operation.kind === 'flex-list'
    ? flexSnapshotResource(snapshot, config, now)
    : snapshotResource(snapshot, config, operation, now)
}
