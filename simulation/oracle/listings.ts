import type { SnapshotRecord } from '../../emulator/atlas.js'
import { isObject } from '../../emulator/http.js'
import type { Exchange } from '../exchange.js'
import type { Run } from '../run-step.js'

/** A snapshot as a list showed it. */
export interface ListedSnapshot {
  readonly record: SnapshotRecord
  readonly status: string
}

/** One read of both lists, with every page. */
export interface Listing {
  readonly first: Exchange
  readonly last: Exchange
  /** The list of the cluster's kind was read to its end, as far as the responses show. */
  readonly isComplete: boolean
  /** Whole snapshots. A sharded one has the status in the sharded list. */
  readonly entries: readonly ListedSnapshot[]
}

/** When the step saw a snapshot, and whether that had ended. A deleted one has ended. */
interface Sighting {
  readonly id: string
  readonly index: number
  /** When the response arrived, or the last page of the list. */
  readonly at: number
  readonly isListed: boolean
  /** A 404 counts as an end, too. */
  readonly hasEnded: boolean
  readonly isGone: boolean
}

/** A run with what the step could learn from it, in order. */
export interface ListedRun extends Run {
  /** All reads of the lists. */
  readonly listings: readonly Listing[]
  /** The complete reads of the lists. */
  readonly complete: readonly Listing[]
  /** All snapshots in complete lists and status checks. */
  readonly sightings: readonly Sighting[]
  /** The step can tell the entries of the cluster's kind from others. */
  readonly knowsKind: boolean
  /** The first page, even of an incomplete list, with an entry that contains the tag. */
  readonly tagPage: Exchange | undefined
}

export function withListings(run: Run): ListedRun {
  const clusterRead = run.exchanges.find(
    ({ operation, status, fault }) => operation === 'cluster' && status === 200 && fault === undefined,
  )
  const listings = findListings(run, clusterRead)
  const complete = listings.filter(({ isComplete }) => isComplete)
  return {
    ...run,
    listings,
    complete,
    sightings: findSightings(run, complete),
    // A list can have entries from before the cluster changed its kind.
    knowsKind: clusterRead !== undefined || (run.scenario.atlas.olderOfOtherKind ?? 0) === 0,
    tagPage: run.exchanges.find((exchange) => readRows(exchange).some((row) => hasTag(row, run))),
  }
}

function hasTag({ description }: Exchange['json'], { tag }: Run): boolean {
  return tag !== '' && String(description).includes(tag)
}

function findListings(run: Run, clusterRead: Exchange | undefined): readonly Listing[] {
  const groups: Exchange[][] = []
  for (const exchange of run.exchanges) {
    // After a 401, the same request is sent again.
    if (!exchange.operation.startsWith('list') || !exchange.signed || exchange.status === 401) continue
    const group = groups.at(-1)
    const isNext =
      group !== undefined &&
      (isLaterPage(exchange) || !group.some(({ operation }) => operation === exchange.operation))
    if (isNext) group.push(exchange)
    else groups.push([exchange])
  }
  const own = run.scenario.atlas.clusters?.[0]?.kind === 'sharded' ? 'list-sharded' : 'list'
  return groups.flatMap((group) => {
    const [first] = group
    const last = group.at(-1)
    if (first === undefined || last === undefined) return []
    const rows = group.flatMap((exchange) => readRows(exchange).map((row) => ({ row, exchange })))
    // If the step doesn't know the kind yet, each list can be the one that counts.
    const isKnown = clusterRead !== undefined && clusterRead.index < last.index
    // The other list can be incomplete, but not missing.
    const isAnswered = (list: string) =>
      group.some(
        (exchange) =>
          exchange.operation === list && (isRejected(exchange) || Array.isArray(exchange.json['results'])),
      )
    const isComplete =
      LISTS.every(isAnswered) && LISTS.some((list) => (list === own || !isKnown) && hasAllPages(group, list))
    const counted = clusterRead === undefined ? rows : rows.filter((row) => row.exchange.operation === own)
    return [{ first, last, isComplete, entries: toEntries(counted, run) }]
  })
}

const LISTS = ['list', 'list-sharded'] as const
const LATER_PAGE = /pageNum=([2-9]|\d\d)/

/** True for a page of a list after the first one. */
function isLaterPage({ target }: Exchange): boolean {
  return LATER_PAGE.test(target)
}

/** True if Atlas, and not a proxy, rejected the request for a page. */
function isRejected({ status, isPage }: Exchange): boolean {
  return (status === 400 || status === 404) && isPage === false
}

/** True if a list was read to its end. */
function hasAllPages(group: readonly Exchange[], list: string): boolean {
  const pages = group.filter(({ operation }) => operation === list)
  const [first] = pages
  const last = pages.at(-1)
  if (first === undefined || last === undefined || isRejected(first)) return false
  if (!pages.every((page) => Array.isArray(page.json['results']) || isRejected(page))) return false
  const distinct = (some: readonly Exchange[]) =>
    new Set(some.flatMap((page) => readRows(page).map(({ id }) => id))).size
  const total = distinct(pages)
  // A page that does not exist has no count.
  const counts = new Set(pages.filter((page) => !isRejected(page)).map(readCount))
  const [count] = counts
  if (counts.size > 1) return false
  // Without a count, a page that adds nothing is the last one.
  return count === undefined ? distinct(pages.slice(0, -1)) === total : total >= count
}

/** The entries of a list. */
function readRows({ json }: Exchange): readonly Exchange['json'][] {
  const { results } = json
  return Array.isArray(results) ? results.map((row: unknown) => (isObject(row) ? row : {})) : []
}

function readCount({ json: { totalCount: count } }: Exchange): number | undefined {
  return typeof count === 'number' ? count : undefined
}

function toEntries(
  rows: readonly { readonly row: Exchange['json']; readonly exchange: Exchange }[],
  { records }: Run,
): readonly ListedSnapshot[] {
  const known = new Map(records.map((record) => [record.id, record]))
  const entries = new Map<string, ListedSnapshot>()
  for (const list of LISTS) {
    // A later page can show an entry again, with another status.
    const shown = new Set<SnapshotRecord>()
    for (const { row, exchange } of rows) {
      const record = known.get(String(row['id']))
      const { status } = row
      if (record === undefined || exchange.operation !== list || typeof status !== 'string') continue
      if (shown.has(record)) continue
      shown.add(record)
      const isUnconfirmed = record.type === 'shardedCluster' && list === 'list' && status === 'completed'
      entries.set(record.id, { record, status: isUnconfirmed ? 'inProgress' : status })
    }
  }
  return [...entries.values()]
}

function findSightings({ exchanges }: Run, complete: readonly Listing[]): readonly Sighting[] {
  const listed = complete.flatMap(({ entries, last: { index, endedAt: at = 0 } }) =>
    entries.map(({ record: { id }, status }) => {
      return { index, at, id, isListed: true, hasEnded: hasEnded(status), isGone: false }
    }),
  )
  const read = exchanges
    .filter(({ operation, status, target, json: { id } }) => {
      // A response can be about another snapshot.
      return operation.startsWith('get') && (status === 404 || (status === 200 && id === target.slice(-24)))
    })
    .map(({ index, operation, target, endedAt: at = 0, status: code, json: { status, type } }) => {
      const id = target.slice(-24)
      // The plain form of a sharded snapshot doesn't show its end. Without a sharded form, it has not ended.
      const isPlain = type === 'shardedCluster' && operation === 'get' && status === 'completed'
      const isOver = code === 404 ? operation === 'get' : hasEnded(String(status)) && !isPlain
      return { index, at, id, isListed: false, hasEnded: isOver, isGone: code === 404 }
    })
  return [...listed, ...read].sort((a, b) => a.index - b.index)
}

/** When the step last saw, before a request, that a snapshot of another client ended. */
export function findLastEnd({ records, sightings, complete }: ListedRun, before: number): number | undefined {
  const ends = records.filter(isOther).flatMap(({ id }) => {
    const seen = sightings.filter((one) => one.id === id && one.index < before)
    const place = seen.findIndex(({ hasEnded, isGone }) => hasEnded && !isGone)
    const end = seen[place]
    // One that is already over in the first lists can have ended at any time.
    const isNew = place > 0 || complete.some(({ last }) => end !== undefined && last.index < end.index)
    const counts = end !== undefined && (isNew || !end.isListed)
    // After a 404, a list or a status check can show it again.
    return [...seen.filter(({ isGone }) => isGone), ...(counts ? [end] : [])].map(({ at }) => at)
  })
  return ends.sort((a, b) => b - a)[0]
}

/** True for an on-demand snapshot of another client. */
export function isOther({ takenBy, snapshotType }: SnapshotRecord): boolean {
  return takenBy === 'other' && snapshotType === 'onDemand'
}

/** True for a final status. */
export function hasEnded(status: string): boolean {
  return status === 'completed' || status === 'failed'
}
