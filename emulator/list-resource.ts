import type { AtlasConfig, BrokenEntry, ListConfig } from './config.js'
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

/** The whole list, for an endpoint without pages. Returns an error if the query requests a page and is not ignored. */
export function parseWhole(
  query: URLSearchParams,
  { ignoresQuery }: ListConfig,
): Page | { readonly error: AtlasError } {
  const asked = ['itemsPerPage', 'pageNum', 'includeCount'].find((name) => query.has(name))
  if (asked !== undefined && !ignoresQuery) return { error: errors.invalidQuery(asked) }
  return { itemsPerPage: Number.MAX_SAFE_INTEGER, pageNum: 1, includeCount: true }
}

/** The requested page, or an error if the query is invalid. */
export function parsePage(
  query: URLSearchParams,
  { pageLimit }: ListConfig,
): Page | { readonly error: AtlasError } {
  const itemsPerPage = parseNatural(query.get('itemsPerPage') ?? String(defaultItemsPerPage))
  if (itemsPerPage === undefined || itemsPerPage > maxItemsPerPage)
    return { error: errors.invalidQuery('itemsPerPage') }
  const pageNum = parseNatural(query.get('pageNum') ?? '1')
  if (pageNum === undefined) return { error: errors.invalidQuery('pageNum') }
  const includeCount = query.get('includeCount') ?? 'true'
  if (includeCount !== 'true' && includeCount !== 'false')
    return { error: errors.invalidQuery('includeCount') }
  return {
    itemsPerPage: Math.min(itemsPerPage, pageLimit),
    pageNum,
    includeCount: includeCount === 'true',
  }
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
    return now >= snapshot.takenAt + lag * 1000 && !(hidesUnfinished && isUnfinished(snapshot, now))
  })
  if (order === 'oldest') return shown.sort((a, b) => a.takenAt - b.takenAt)
  if (order === 'newest') return shown.reverse().sort((a, b) => b.takenAt - a.takenAt)
  // Sorts by the random part of the ID, so the order is arbitrary but the same for every page.
  return shown.sort((a, b) => (a.id.slice(8) < b.id.slice(8) ? -1 : 1))
}

/** The page that responds to the request for a page. */
export function findPage(
  page: Page,
  rows: number,
  { target }: ApiOperation,
  { laterPages, beyondEnd }: ListConfig,
): Page | { readonly error: AtlasError } {
  const isBeyondEnd = (page.pageNum - 1) * page.itemsPerPage >= rows
  if (page.pageNum === 1 || laterPages === 'normal' || (beyondEnd && !isBeyondEnd)) return page
  switch (laterPages) {
    case 'empty':
      return { ...page, pageNum: Math.ceil(rows / page.itemsPerPage) + 1 }
    case 'repeated':
      return { ...page, pageNum: 1 }
    case 400:
      return { error: errors.invalidQuery('pageNum') }
    case 404:
      return { error: errors.resourceNotFound(target.split('?', 1)[0] ?? '') }
  }
}

/** A row of a list. */
type Row = StoredSnapshot | Exclude<BrokenEntry, 'own'>

const brokenRows: Readonly<Record<Exclude<BrokenEntry, 'own'>, unknown>> = {
  null: null,
  'no-id': { description: 'broken', snapshotType: 'onDemand', status: 'completed', type: 'replicaSet' },
  'no-status': { description: 'broken', id: '0'.repeat(24), snapshotType: 'onDemand' },
  'wrong-types': { description: [], id: 7, snapshotType: null, status: {}, type: 1 },
}

/** The snapshots with the broken entries among them. */
export function toRows(snapshots: readonly StoredSnapshot[], { brokenEntries }: ListConfig): readonly Row[] {
  const rows: Row[] = [...snapshots]
  for (const [place, entry] of brokenEntries.entries())
    if (entry !== 'own') rows.splice((place * 2) % (rows.length + 1), 0, entry)
  return rows
}

/** A page of a list as JSON. If the list has pages, its links contain the query with Atlas's defaults. */
export function listResource(
  rows: readonly Row[],
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
  const { countError, brokenEntries } = config.list
  return {
    links: [
      link('self', pageNum),
      ...(pageNum > 1 ? [link('previous', pageNum - 1)] : []),
      ...(start + itemsPerPage < rows.length ? [link('next', pageNum + 1)] : []),
    ],
    results: rows.slice(start, start + itemsPerPage).map((row) => {
      if (typeof row === 'string') return brokenRows[row]
      const entry = listEntry(row, operation, config, now)
      return row.takenBy === 'request' && brokenEntries.includes('own')
        ? { ...entry, status: undefined }
        : entry
    }),
    ...(includeCount && countError !== 'missing'
      ? { totalCount: Math.max(0, rows.length + countError) }
      : {}),
  }
}

function listEntry(
  snapshot: StoredSnapshot,
  operation: ApiOperation,
  config: AtlasConfig,
  now: number,
): Readonly<Record<string, unknown>> {
  return operation.kind === 'flex-list'
    ? flexSnapshotResource(snapshot, now)
    : snapshotResource(snapshot, config, operation, now)
}
