import { isObject } from '../../emulator/http.js'
import type { Exchange } from '../exchange.js'
import type { Run } from '../run-step.js'

/** One read of the whole list of the cluster's kind, as far as the responses show. */
export interface Listing {
  readonly first: Exchange
  readonly last: Exchange
  /** It shows an on-demand snapshot that has not finished, or that is `queued` or `inProgress`. */
  readonly showsUnfinished: boolean
  readonly showsInProgress: boolean
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
    const unfinished = group.flatMap(readRows).filter(isUnfinished)
    const showsInProgress = unfinished.some(({ status }) => status === 'queued' || status === 'inProgress')
    return [{ first, last, showsUnfinished: unfinished.length > 0, showsInProgress }]
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

const ID = /^[0-9a-f]{24}$/

function isWhole(group: readonly Exchange[]): boolean {
  const ids = new Set(group.flatMap((page) => readRows(page).map(({ id }) => String(id))))
  if (group.some(({ fault }) => fault === 'cached') || ![...ids].every((id) => ID.test(id))) return false
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
