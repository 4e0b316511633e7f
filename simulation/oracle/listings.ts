import { isObject } from '../../emulator/http.js'
import type { Exchange } from '../exchange.js'
import type { Run } from '../run-step.js'

/** One complete read of both lists: the one of the cluster's kind to its end, as far as the responses show. */
interface Listing {
  readonly first: Exchange
  readonly last: Exchange
  /** It shows an on-demand snapshot that is queued or in progress. */
  readonly showsUnfinished: boolean
}

/** A run with what the step could learn from the lists. */
export interface ListedRun extends Run {
  readonly listings: readonly Listing[]
  /** The step knows the cluster's kind from the cluster itself. */
  readonly hasReadCluster: boolean
  /** The step can tell the entries of the cluster's kind from others. */
  readonly knowsKind: boolean
  /** The first page, even of an incomplete list, with an entry that contains the tag. */
  readonly tagPage: Exchange | undefined
}

export function withListings(run: Run): ListedRun {
  const { exchanges, scenario, tag } = run
  const clusterRead = exchanges.find(
    ({ operation, status, fault }) =>
      operation === 'cluster' && status === 200 && (fault === undefined || fault === 'delay'),
  )
  const hasTag = ({ description }: Exchange['json']) => tag !== '' && String(description).includes(tag)
  return {
    ...run,
    listings: groupByRead(exchanges).flatMap((pages) => {
      const [first] = pages
      const last = pages.at(-1)
      if (first === undefined || last === undefined) return []
      const isKnown = clusterRead !== undefined && clusterRead.index < last.index
      const isSharded = isKnown ? scenario.atlas.clusters?.[0]?.kind === 'sharded' : seemsSharded(pages)
      const counted = isSharded ? 'list-sharded' : 'list'
      // The other list can be incomplete, but not missing.
      const areAnswered =
        LISTS.every((list) => pages.some(({ operation }) => operation === list)) &&
        pages.every((page) => isListed(page) || isRejected(page))
      const showsUnfinished = pages.some(
        (page) => page.operation === counted && readRows(page).some(isUnfinished),
      )
      return areAnswered && hasAllPages(pages, counted) && (isKnown || isSettled(pages))
        ? [{ first, last, showsUnfinished }]
        : []
    }),
    hasReadCluster: clusterRead !== undefined,
    // A list can have entries from before the cluster changed its kind.
    knowsKind: clusterRead !== undefined || (scenario.atlas.olderOfOtherKind ?? 0) === 0,
    tagPage: exchanges.find((exchange) => readRows(exchange).some(hasTag)),
  }
}

const LISTS = ['list', 'list-sharded'] as const
const LATER_PAGE = /pageNum=([2-9]|\d\d)/

/** The pages of each read of both lists. */
function groupByRead(exchanges: readonly Exchange[]): readonly (readonly Exchange[])[] {
  const groups: Exchange[][] = []
  for (const exchange of exchanges) {
    // After a 401, or on a connection that was closed, the same request is sent again.
    if (!exchange.operation.startsWith('list') || !exchange.signed) continue
    if (exchange.status === 401 || exchange.fault === 'closed') continue
    const group = groups.at(-1)
    const isFirst = group?.some(({ operation }) => operation === exchange.operation) !== false
    if (group === undefined || (isFirst && !LATER_PAGE.test(exchange.target))) groups.push([exchange])
    else group.push(exchange)
  }
  return groups
}

/** True if the lists show a sharded cluster. */
function seemsSharded(pages: readonly Exchange[]): boolean {
  const [plain] = pages
  const hasEntries = pages.some((page) => page.operation === 'list-sharded' && readRows(page).length > 0)
  return hasEntries || (plain !== undefined && isRejected(plain))
}

/** True if each list is complete, or does not exist, so they can tell the kind of a cluster that can't be read. */
function isSettled(pages: readonly Exchange[]): boolean {
  return LISTS.every((list) => {
    const first = pages.find(({ operation }) => operation === list)
    const isMissing = first !== undefined && isRejected(first) && first.fault !== 'rejected-page'
    return isMissing || hasAllPages(pages, list)
  })
}

function isUnfinished({ snapshotType, status }: Exchange['json']): boolean {
  return snapshotType === 'onDemand' && (status === 'queued' || status === 'inProgress')
}

/** True if Atlas, and not a proxy, rejected the request for a page. */
function isRejected({ status, isAnonymous }: Exchange): boolean {
  return (status === 400 || status === 404) && isAnonymous === false
}

function isListed({ json }: Exchange): boolean {
  return Array.isArray(json['results'])
}

/** True if a list was read to its end. */
function hasAllPages(group: readonly Exchange[], list: string): boolean {
  const pages = group.filter(({ operation }) => operation === list)
  const [first] = pages
  if (first === undefined || !isListed(first)) return false
  const distinct = (some: readonly Exchange[]) =>
    new Set(some.flatMap((page) => readRows(page).map(({ id }) => id))).size
  // A page that does not exist has no count.
  const counts = new Set(pages.filter(isListed).map(({ json }) => json['totalCount']))
  const [count] = counts
  if (counts.size > 1) return false
  // Without a count, a page that adds nothing is the last one.
  return typeof count === 'number'
    ? distinct(pages) >= count
    : distinct(pages) === distinct(pages.slice(0, -1))
}

/** The entries of a list. */
function readRows({ json }: Exchange): readonly Exchange['json'][] {
  const { results } = json
  return Array.isArray(results) ? results.map((row: unknown) => (isObject(row) ? row : {})) : []
}
