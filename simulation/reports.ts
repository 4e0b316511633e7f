import type { SnapshotRecord } from '../emulator/atlas.js'
import { ActionError } from '../src/action-error.js'
import type { Exchange } from './exchange.js'
import { faults } from './faults.js'
import { isOpen } from './oracle/posts.js'
import type { Run } from './run-step.js'

/** The snapshots that the step created, oldest first. Other clients don't use the API. */
export function ownSnapshots({ records }: Run): readonly SnapshotRecord[] {
  return records.filter(({ takenBy }) => takenBy === 'request').sort((a, b) => a.takenAt - b.takenAt)
}

/** The actual state of a snapshot. */
function findRecord({ records }: Run, id: string): SnapshotRecord | undefined {
  return records.find((record) => record.id === id)
}

/** The title, message, and remedy of a failed step. */
export function failureText({ ending }: Pick<Run, 'ending'>): string {
  if (ending.status === 'fulfilled') return ''
  const { reason } = ending
  return reason instanceof ActionError
    ? `${reason.help.title}. ${reason.message} ${reason.help.remedy}`
    : String(reason)
}

/** Finds a success with a snapshot that does not exist, has failed, or with `wait` is not completed. */
export function findFalseSuccess(run: Run): string | undefined {
  const { ending, endedAt, epoch, exchanges, scenario } = run
  if (ending.status === 'rejected') return undefined
  const { id, status } = ending.value.snapshot
  const record = findRecord(run, id)
  if (record === undefined || record.deleted) return `${id} is missing or deleted`
  if (scenario.options.wait) {
    const isCompleted = record.status === 'completed' && record.endsAt <= epoch + endedAt
    return isCompleted && status === 'completed'
      ? undefined
      : `${id} is ${record.status}, reported as ${status}`
  }
  const read = exchanges.findLast(({ operation, target }) => operation === 'get' && target.endsWith(id))
  if (read?.status === 404) return `${id} was not found by #${read.index}`
  // The step can't know what happened after the last response with the snapshot.
  const isNamed = ({ operation, body }: Exchange) => !operation.startsWith('list') && body.includes(id)
  const spokeAt = exchanges.findLast(isNamed)?.arrivedAt ?? 0
  const isOdd = status === scenario.atlas.oddStatus?.word
  const hadFailed = !isOdd && record.status === 'failed' && record.endsAt < epoch + spokeAt - 1
  return hadFailed || status === 'failed' ? `${id} had failed` : undefined
}

/** Finds a snapshot that the step reported as its own although it is not, or vice versa. */
export function findWrongCreator(run: Run): string | undefined {
  const wrong = run.observed.find(
    ({ snapshot, created }) => findRecord(run, snapshot.id)?.takenBy !== (created ? 'request' : 'other'),
  )
  return wrong && `created is ${wrong.created} for ${wrong.snapshot.id}`
}

/** True if a failed step reports that its snapshot might exist. In this case, it mentions the tag. */
function saysMayExist(run: Run): boolean {
  return run.tag !== '' && failureText(run).includes(run.tag)
}

/** True if a failed step does not mention any snapshot that it created. */
function isUnsaid(run: Run): boolean {
  const own = ownSnapshots(run)
  const text = failureText(run)
  return text !== '' && own.length > 0 && !saysMayExist(run) && !own.some(({ id }) => text.includes(id))
}

/** True if a proxy doubled the POST, and the second response hides that the first one was executed. */
export function isUnreported(run: Run): boolean {
  return isUnsaid(run) && run.posts.some(({ fault }) => fault === 'twice')
}

/** Finds a failed step that reports its snapshot wrongly. */
export function findWrongLeftover(run: Run): string | undefined {
  if (run.ending.status === 'fulfilled') return undefined
  const { observed, posts } = run
  const text = failureText(run)
  if (isUnsaid(run) && !isUnreported(run)) return `its snapshot exists, but the step reported: ${text}`
  const mightExist = posts.some((post) => isOpen(post, run))
  if (mightExist === saysMayExist(run) || observed.length > 0) return undefined
  return `a snapshot ${mightExist ? 'might' : 'cannot'} exist, but the step reported: ${text}`
}

/** Finds a step that stopped early without saying so, although its last responses were no reason to fail. */
export function findWrongEnd(run: Run): string | undefined {
  const { canceledAt = Number.POSITIVE_INFINITY, endedAt, ending, exchanges, scenario } = run
  const isStopped = endedAt >= Math.min(canceledAt, scenario.options.timeoutMs)
  if (!isStopped || ending.status === 'fulfilled' || !(ending.reason instanceof ActionError)) return undefined
  // The last one of each operation, and the one before of the cluster, because the last one can be for the reason of a rejection.
  const last = new Map(exchanges.map((exchange) => [exchange.operation, exchange]))
  const ofCluster = exchanges.filter(({ operation }) => operation === 'cluster').slice(-2)
  const isReason = [...last.values(), ...ofCluster].some(
    ({ fault, status }) => status === 401 || (fault && faults[fault].recovery !== 'always'),
  )
  const { help, message } = ending.reason
  return /^(Timed out after|Canceled) /.test(message) || isReason ? undefined : `it ended with ${help.title}`
}
