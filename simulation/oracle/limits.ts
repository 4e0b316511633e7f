import type { SnapshotRecord } from '../../emulator/atlas.js'
import type { Exchange } from '../exchange.js'
import { isUnreported, ownSnapshots } from '../reports.js'
import type { ListedRun } from './listings.js'
import { PAUSE_MS } from './posts.js'

/** The limits of docs/reliability.md that a run met. Each excuses a rule that it breaks. */
export function findLimits(run: ListedRun): readonly string[] {
  const limits = ownSnapshots(run)
    .slice(1)
    .flatMap((_, place) => explainSecond(run, place) ?? [])
  return [...new Set(isUnreported(run) ? [...limits, 'unreported snapshot: doubled POST'] : limits)]
}

/** Why the step could not know of its snapshot at this place when it created the next one. `undefined` if it could. */
export function explainSecond(run: ListedRun, place: number): string | undefined {
  const { epoch, listings, posts, scenario } = run
  const [first, second] = ownSnapshots(run).slice(place)
  if (first === undefined || second === undefined) return undefined
  const findPost = ({ takenAt }: SnapshotRecord) => posts.find((post) => isPunctual(post, takenAt - epoch))
  const [firstPost, secondPost] = [findPost(first), findPost(second)]
  if (firstPost === undefined || secondPost === undefined) return 'second snapshot: late request'
  const list = listings.findLast(({ last }) => last.index < secondPost.index)
  if (list === undefined || list.first.index < firstPost.index) return undefined
  if (list.pages.some(({ fault }) => fault === 'cached')) return 'second snapshot: old list'
  const readAt = epoch + (list.first.arrivedAt ?? 0)
  if (list.ids.includes(first.id) || readAt < first.takenAt + PAUSE_MS) return undefined
  const { hidesUnfinished = false, lagSeconds = 0 } = scenario.atlas.list ?? {}
  if (lagSeconds * 1000 > PAUSE_MS) return 'second snapshot: late list'
  return hidesUnfinished && readAt < first.endsAt ? 'second snapshot: end between list and POST' : undefined
}

/** True if Atlas executed the POST at this time, in milliseconds from the start, before the step gave it up. */
function isPunctual({ arrivedAt, endedAt = 0, fault }: Exchange, at: number): boolean {
  return arrivedAt !== undefined && fault !== 'late' && Math.abs(arrivedAt - at) <= 1 && arrivedAt <= endedAt
}
