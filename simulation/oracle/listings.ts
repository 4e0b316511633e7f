import { isObject } from '../../emulator/http.js'
import type { Exchange } from '../exchange.js'
import type { Run } from '../run-step.js'

/** One read of the whole list of the cluster's kind, as far as the responses show. */
export interface Listing {
  readonly first: Exchange
  readonly last: Exchange
  readonly pages: readonly Exchange[]
  readonly ids: readonly unknown[]
  /** It shows an on-demand snapshot that is `queued` or `inProgress`. */
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
  const answered = run.exchanges.filter(
    ({ operation, signed, status }) => operation === counted && signed && status !== 401,
  )
  const listings = groupByRead(answered).flatMap((pages) => {
    const [first] = pages
    const last = pages.at(-1)
    const rows = pages.map(readRows)
    const entries = rows.flatMap((page = []) => page)
    const ids = entries.map(({ id }) => id)
    const isWhole = isSharded || (rows.at(-1)?.length ?? PAGE_SIZE) < PAGE_SIZE
    if (first === undefined || last === undefined || !isWhole) return []
    if (rows.includes(undefined) || !ids.every((id) => ID.test(String(id)))) return []
    return [{ first, last, pages, ids, showsInProgress: entries.some(isInProgress) }]
  })
  return { ...run, listings }
}

const PAGE_SIZE = 500
const LATER_PAGE = /pageNum=([2-9]|\d\d)/
const ID = /^[0-9a-f]{24}$/

function groupByRead(pages: readonly Exchange[]): readonly (readonly Exchange[])[] {
  const groups: Exchange[][] = []
  for (const page of pages) {
    const group = groups.at(-1)
    if (group !== undefined && LATER_PAGE.test(page.target)) group.push(page)
    else groups.push([page])
  }
  return groups
}

/** The entries of a page, `undefined` if the response contains no list. */
function readRows({ json: { results } }: Exchange): readonly Exchange['json'][] | undefined {
  return Array.isArray(results) ? results.map((row: unknown) => (isObject(row) ? row : {})) : undefined
}

function isInProgress({ snapshotType, status }: Exchange['json']): boolean {
  return snapshotType === 'onDemand' && (status === 'queued' || status === 'inProgress')
}
