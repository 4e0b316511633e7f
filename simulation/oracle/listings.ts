import type { SnapshotRecord } from '../../emulator/atlas.js'
import { isObject } from '../../emulator/http.js'
import type { Exchange } from '../exchange.js'
import type { Run } from '../run-step.js'

/** A snapshot as a list showed it, and its actual state. */
export interface ListedSnapshot {
  readonly record: SnapshotRecord
  readonly status: string
  /** Milliseconds since 1970, or `NaN` if the list doesn't contain it. */
  readonly createdAt: number
  readonly expiresAt: number
}

/** One read of both lists, with every page. */
export interface Listing {
  readonly first: Exchange
  readonly last: Exchange
  /** Both lists were read to their ends, as far as the responses show. */
  readonly isComplete: boolean
  /** Whole snapshots. A sharded one has the status in the sharded list. */
  readonly entries: readonly ListedSnapshot[]
  /** Whole snapshots of which the plain list showed a member. */
  readonly wholesOfParts: readonly SnapshotRecord[]
}

/** When the step saw another snapshot, and whether that had ended. */
interface Sighting {
  readonly id: string
  readonly index: number
  readonly hasEnded: boolean
}

/** A run with what the step could learn from it, in order. */
export interface ListedRun extends Run {
  /** All reads of the lists. */
  readonly listings: readonly Listing[]
  /** The complete reads of the lists. */
  readonly complete: readonly Listing[]
  /** All snapshots in complete lists and status checks. */
  readonly sightings: readonly Sighting[]
}

export function withListings(run: Run): ListedRun {
  const listings = findListings(run)
  const complete = listings.filter(({ isComplete }) => isComplete)
  return { ...run, listings, complete, sightings: findSightings(run, complete) }
}

function findListings(run: Run): readonly Listing[] {
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
  const answered = new Set<string>()
  return groups.flatMap((group) => {
    const [first] = group
    const last = group.at(-1)
    if (first === undefined || last === undefined) return []
    const rows = group.flatMap((exchange) => readRows(exchange).map((row) => ({ row, exchange })))
    const isComplete = isWhole(group, answered) && !rows.some(({ row }) => isBrokenOwn(row, run))
    for (const exchange of group) if (isPage(exchange)) answered.add(exchange.operation)
    const wholesOfParts = run.records.filter(({ memberIds }) =>
      rows.some(({ row }) => memberIds.some((id) => id === row['id'])),
    )
    return [{ first, last, isComplete, entries: toEntries(rows, run), wholesOfParts }]
  })
}

const LATER_PAGE = /pageNum=([2-9]|\d\d)/

/** True for a page of a list after the first one. */
export function isLaterPage({ target }: Exchange): boolean {
  return LATER_PAGE.test(target)
}

/** True if both lists were read to their ends, or one of them does not exist. */
function isWhole(group: readonly Exchange[], answered: ReadonlySet<string>): boolean {
  const lists = ['list', 'list-sharded'].map((list) => group.filter(({ operation }) => operation === list))
  const isMissing = (pages: readonly Exchange[]) =>
    pages.length === 1 && isRejected(pages[0]) && !answered.has(pages[0]?.operation ?? '')
  return (
    group.every((exchange) => isPage(exchange) || isRejected(exchange)) &&
    !lists.every(isMissing) &&
    lists.every((pages) => isMissing(pages) || hasAllPages(pages))
  )
}

function isPage({ json }: Exchange): boolean {
  return Array.isArray(json['results'])
}

/** True if Atlas, and not a proxy, rejected the request for a page. */
function isRejected(exchange: Exchange | undefined): boolean {
  const { fault, status } = exchange ?? {}
  return (status === 400 || status === 404) && fault?.startsWith('page') !== true
}

function hasAllPages(pages: readonly Exchange[]): boolean {
  const [first] = pages
  const last = pages.at(-1)
  if (first === undefined || last === undefined || isRejected(first)) return false
  const read = pages.flatMap(readRows)
  // Entries that are no snapshots can have the same ID.
  const distinct = new Set(read.map((row) => (typeof row['status'] === 'string' && row['id']) || row)).size
  // A new entry can change the count of an empty last page.
  const counted = pages.filter((page) => page === first || readRows(page).length > 0)
  const counts = new Set(counted.map(readCount))
  const [count] = counts
  if (counts.size > 1 || distinct < (count ?? 0)) return false
  const isEnd = isRejected(last) || readRows(last).length === 0
  // Only a sharded list can be one long page.
  return count !== undefined || isEnd || first.operation === 'list-sharded'
}

/** The entries of a list. One that is no object becomes an empty object. */
export function readRows({ json }: Exchange): readonly Exchange['json'][] {
  const { results } = json
  return Array.isArray(results) ? results.map((row: unknown) => (isObject(row) ? row : {})) : []
}

function readCount({ json: { totalCount: count } }: Exchange): number | undefined {
  return typeof count === 'number' ? count : undefined
}

function isBrokenOwn({ description, status }: Exchange['json'], { tag }: Run): boolean {
  return tag !== '' && String(description).includes(tag) && typeof status !== 'string'
}

function toEntries(
  rows: readonly { readonly row: Exchange['json']; readonly exchange: Exchange }[],
  { records }: Run,
): readonly ListedSnapshot[] {
  const known = new Map(records.map((record) => [record.id, record]))
  const entries = new Map<string, ListedSnapshot>()
  for (const list of ['list', 'list-sharded']) {
    // A later page can show an entry again, with another status.
    const shown = new Set<SnapshotRecord>()
    for (const { row, exchange } of rows) {
      const record = known.get(String(row['id']))
      const { status } = row
      if (record === undefined || exchange.operation !== list || typeof status !== 'string') continue
      if (shown.has(record)) continue
      shown.add(record)
      const instant = (name: string) => Date.parse(String(row[name]))
      const isUnconfirmed = record.type === 'shardedCluster' && list === 'list' && status === 'completed'
      entries.set(record.id, {
        record,
        status: isUnconfirmed ? 'inProgress' : status,
        createdAt: instant('createdAt'),
        expiresAt: instant('expiresAt'),
      })
    }
  }
  return [...entries.values()]
}

function findSightings({ exchanges }: Run, complete: readonly Listing[]): readonly Sighting[] {
  const listed = complete.flatMap(({ entries, last: { index } }) =>
    entries.map(({ record, status }) => ({ index, id: record.id, hasEnded: hasEnded(status) })),
  )
  const read = exchanges
    .filter(({ operation, status }) => operation.startsWith('get') && status === 200)
    .map(({ index, json: { id, status } }) => ({ index, id: String(id), hasEnded: hasEnded(String(status)) }))
  return [...listed, ...read].sort((a, b) => a.index - b.index)
}

/** When the step first saw that a snapshot had ended, and whether it saw it in progress before that. */
export function findEnd(
  { sightings }: ListedRun,
  { id }: SnapshotRecord,
): { readonly index: number; readonly wasOpen: boolean } {
  const seen = sightings.filter((one) => one.id === id)
  const index = seen.find((one) => one.hasEnded)?.index ?? Number.POSITIVE_INFINITY
  return { index, wasOpen: seen.some((one) => !one.hasEnded && one.index < index) }
}

/** True for a final status. */
export function hasEnded(status: string): boolean {
  return status === 'completed' || status === 'failed'
}
