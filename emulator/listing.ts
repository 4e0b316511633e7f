import type { AtlasConfig } from './config.js'
import type { AtlasError } from './error-answer.js'
import { errors } from './errors.js'
import { isUnfinished, type StoredSnapshot } from './lifecycle.js'
import type { ApiOperation } from './routes.js'
import { snapshotResource } from './snapshot-resource.js'

const defaultItemsPerPage = 100
const maxItemsPerPage = 500

interface Page {
  readonly itemsPerPage: number
  readonly pageNum: number
  readonly includeCount: boolean
}

/** All of a list that knows no pages, or what is wrong with a query that asks for one. */
export function parseWhole(query: URLSearchParams): Page | { readonly error: AtlasError } {
  const asked = ['itemsPerPage', 'pageNum', 'includeCount'].find((name) => query.has(name))
  if (asked !== undefined) return { error: errors.invalidQuery(asked) }
  return { itemsPerPage: Number.MAX_SAFE_INTEGER, pageNum: 1, includeCount: true }
}

/** The page that a query asks for, or what is wrong with it. */
export function parsePage(query: URLSearchParams): Page | { readonly error: AtlasError } {
  const itemsPerPage = naturalOf(query.get('itemsPerPage') ?? String(defaultItemsPerPage))
  if (itemsPerPage === undefined || itemsPerPage > maxItemsPerPage)
    return { error: errors.invalidQuery('itemsPerPage') }
  const pageNum = naturalOf(query.get('pageNum') ?? '1')
  if (pageNum === undefined) return { error: errors.invalidQuery('pageNum') }
  const includeCount = query.get('includeCount') ?? 'true'
  if (includeCount !== 'true' && includeCount !== 'false')
    return { error: errors.invalidQuery('includeCount') }
  return { itemsPerPage, pageNum, includeCount: includeCount === 'true' }
}

function naturalOf(text: string): number | undefined {
  return /^[1-9]\d{0,8}$/.test(text) ? Number(text) : undefined
}

/** The snapshots that a list shows, in its order. `snapshots` come in the order they were taken. */
export function listed(
  snapshots: readonly StoredSnapshot[],
  config: AtlasConfig,
  now: number,
): StoredSnapshot[] {
  const { lagSeconds, hidesUnfinished, order } = config.list
  const shown = snapshots.filter(
    (snapshot) =>
      now >= snapshot.takenAt + lagSeconds * 1000 &&
      !(hidesUnfinished && isUnfinished(snapshot, config, now)),
  )
  if (order === 'oldest') return shown.sort((a, b) => a.takenAt - b.takenAt)
  if (order === 'newest') return shown.reverse().sort((a, b) => b.takenAt - a.takenAt)
  // The random end of an id: no order that means anything, yet the same one for every page.
  return shown.sort((a, b) => (a.id.slice(8) < b.id.slice(8) ? -1 : 1))
}

/** A page of a list as JSON; its links repeat the query with what Atlas fills in, where it has pages. */
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
    return { href: `${config.linkBase}${path}${isWhole ? '' : query}`, rel }
  }
  const start = (pageNum - 1) * itemsPerPage
  const withMembers = operation.kind === 'list-sharded'
  return {
    links: [
      link('self', pageNum),
      ...(pageNum > 1 ? [link('previous', pageNum - 1)] : []),
      ...(start + itemsPerPage < snapshots.length ? [link('next', pageNum + 1)] : []),
    ],
    results: snapshots
      .slice(start, start + itemsPerPage)
      .map((snapshot) => snapshotResource(snapshot, config, operation.version, withMembers, now)),
    ...(includeCount ? { totalCount: snapshots.length } : {}),
  }
}
