import { isObject } from '../../emulator/http.js'
import type { Exchange } from '../exchange.js'
import type { Run } from '../run-step.js'

/** One read of the whole list of the cluster's kind, as far as the responses show. */
export interface Listing {
  readonly first: Exchange
  readonly last: Exchange
  /** It shows an on-demand snapshot that has not finished. */
  readonly showsUnfinished: boolean
}

/** A run with what the step could learn from the list. */
export interface ListedRun extends Run {
  readonly listings: readonly Listing[]
}

export function withListings(run: Run): ListedRun {
  const isSharded = run.scenario.atlas.clusters?.[0]?.kind === 'sharded'
  const counted = isSharded ? 'list-sharded' : 'list'
  // After a 401, the same request is sent again.
  const pages = run.exchanges.filter(
    ({ operation, signed, status }) => operation === counted && signed && status !== 401,
  )
  const listings = groupByRead(pages).flatMap((group) => {
    const [first] = group
    const last = group.at(-1)
    if (first === undefined || last === undefined || !isWhole(group)) return []
    return [{ first, last, showsUnfinished: group.some((page) => readRows(page).some(isUnfinished)) }]
  })
  return { ...run, listings }
}

const LATER_PAGE = /pageNum=([2-9]|\d\d)/

function groupByRead(pages: readonly Exchange[]): readonly (readonly Exchange[])[] {
  const groups: Exchange[][] = []
  for (const page of pages) {
    const group = groups.at(-1)
    if (group !== undefined && LATER_PAGE.test(page.target)) group.push(page)
    else groups.push([page])
  }
  return groups
}

function isWhole(group: readonly Exchange[]): boolean {
  const ids = new Set(group.flatMap((page) => readRows(page).map(({ id }) => id)))
  const [count, ...others] = new Set(group.map(({ json }) => json['totalCount']))
  return typeof count === 'number' && others.length === 0 && ids.size >= count
}

/** The entries of a list. */
function readRows({ json }: Exchange): readonly Exchange['json'][] {
  const { results } = json
  return Array.isArray(results) ? results.map((row: unknown) => (isObject(row) ? row : {})) : []
}

function isUnfinished({ snapshotType, status }: Exchange['json']): boolean {
  return snapshotType === 'onDemand' && status !== 'completed' && status !== 'failed'
}
