import type { SnapshotRecord } from '../../emulator/atlas.js'
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

/** One read of both lists: every page of the plain list, then the sharded list. */
export interface Listing {
  readonly first: Exchange
  readonly last: Exchange
  /** Both lists were read, and every response came unchanged from Atlas. */
  readonly isComplete: boolean
  readonly entries: readonly ListedSnapshot[]
}

/** A run with all reads of the lists, in order. */
export interface ListedRun extends Run {
  readonly listings: readonly Listing[]
}

export function withListings(run: Run): ListedRun {
  return { ...run, listings: findListings(run) }
}

function findListings(run: Run): readonly Listing[] {
  const records = new Map(run.records.map((record) => [record.id, record]))
  const groups: Exchange[][] = []
  for (const exchange of run.exchanges) {
    if (!isList(exchange) || !exchange.signed || exchange.status === 401) continue
    if (isFirstPage(exchange)) groups.push([])
    groups.at(-1)?.push(exchange)
  }
  return groups.flatMap((group) => {
    const [first] = group
    const last = group.at(-1)
    if (first === undefined || last === undefined) return []
    const isComplete = group.every(isGenuine) && group.some(({ operation }) => operation === 'list-sharded')
    // If two responses contain a snapshot, the later one counts.
    const entries = new Map(
      group.flatMap((exchange) => readEntries(exchange, records)).map((entry) => [entry.record.id, entry]),
    )
    return [{ first, last, isComplete, entries: [...entries.values()] }]
  })
}

function isList({ operation }: Exchange): boolean {
  return operation === 'list' || operation === 'list-sharded'
}

function isFirstPage({ operation, target }: Exchange): boolean {
  return operation === 'list' && /[?&]pageNum=1$/.test(target)
}

/** True if the response comes unchanged from Atlas. 400 and 404 mean that the cluster has no such list. */
function isGenuine({ status = 0, fault, error }: Exchange): boolean {
  const isWhole = fault === undefined || fault === 'delay'
  return isWhole && error === undefined && [200, 400, 404].includes(status)
}

function readEntries(
  { body = '{}' }: Exchange,
  records: ReadonlyMap<string, SnapshotRecord>,
): readonly ListedSnapshot[] {
  const { results }: { results?: unknown } = parse(body)
  if (!Array.isArray(results)) return []
  return results.flatMap((entry: Readonly<Record<string, unknown>>) => {
    const record = records.get(String(entry['id']))
    if (record === undefined) return []
    const instant = (name: string) => Date.parse(String(entry[name]))
    return [
      {
        record,
        status: String(entry['status']),
        createdAt: instant('createdAt'),
        expiresAt: instant('expiresAt'),
      },
    ]
  })
}

function parse(body: string): { results?: unknown } {
  try {
    const parsed: unknown = JSON.parse(body)
    return typeof parsed === 'object' && parsed !== null ? parsed : {}
  } catch {
    return {}
  }
}

/** True for a final status. */
export function hasEnded(status: string): boolean {
  return status === 'completed' || status === 'failed'
}
