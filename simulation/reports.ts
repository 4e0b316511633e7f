import type { SnapshotRecord } from '../emulator/atlas.js'
import { demo } from '../emulator/config.js'
import { ActionError } from '../src/action-error.js'
import { REMEDIES } from '../src/atlas/remedies.js'
import type { Exchange } from './exchange.js'
import type { ListedRun } from './oracle/listings.js'
import { isMismatch, isOpen, isRefused, isStray, isVisiblyOpen } from './oracle/posts.js'
import type { Run } from './run-step.js'

/** The snapshots that the step created. Other clients don't use the API. */
export function ownSnapshots({ records }: Run): readonly SnapshotRecord[] {
  return records.filter(({ takenBy }) => takenBy === 'request')
}

/** The actual state of a snapshot. */
export function findRecord({ records }: Run, id: string): SnapshotRecord | undefined {
  return records.find((record) => record.id === id)
}

/** The state of a snapshot in one word. */
export function describeState(record: SnapshotRecord | undefined): string {
  return record === undefined ? 'missing' : record.deleted ? 'deleted' : record.status
}

/** The title, message, and remedy of a failed step. */
export function failureText({ ending }: Pick<Run, 'ending'>): string {
  if (ending.kind === 'success') return ''
  const { thrown } = ending
  return thrown instanceof ActionError
    ? `${thrown.title}. ${thrown.message} ${thrown.remedy}`
    : String(thrown)
}

/** True if a failed step reports that its snapshot might exist. In this case, it mentions the tag. */
function saysMayExist(run: Run): boolean {
  return run.tag !== '' && failureText(run).includes(run.tag)
}

/** Finds a failed step that reports its snapshot wrongly. */
export function findWrongLeftover(run: ListedRun): string | undefined {
  if (run.ending.kind === 'success') return undefined
  const text = failureText(run)
  const own = ownSnapshots(run)
  const unsaid = own.find(({ id }) => !text.includes(id) && !saysMayExist(run))
  if (unsaid !== undefined) return `snapshot ${unsaid.id} exists, but the step reported: ${text}`
  const { observed, posts, tagPage } = run
  const isOpenForStep = posts.some((post) => isVisiblyOpen(post) || isStray(post) || isMismatch(post, run))
  if ((isOpenForStep || tagPage !== undefined) && observed.length === 0 && !saysMayExist(run))
    return `a snapshot might exist, but the step reported: ${text}`
  // A doubled POST conflicts with itself or with another snapshot.
  const mayHaveOne =
    isOpenForStep ||
    tagPage !== undefined ||
    posts.some((post) => isOpen(post) || isRefused(post) || isUntrusted(post))
  return saysMayExist(run) && own.length === 0 && !mayHaveOne
    ? `no snapshot can exist, but the step reported: ${text}`
    : undefined
}

/** Finds a failure without all parts of a report, or one after a rejected API key that doesn't report it. */
export function findIncompleteReport({
  canceledAt,
  ending,
  endedAt,
  requests,
  scenario,
}: Run): string | undefined {
  if (ending.kind === 'success') return undefined
  const { thrown } = ending
  if (!(thrown instanceof ActionError)) return `thrown was ${String(thrown)}`
  const { title, message, remedy } = thrown
  const all = `${title} | ${message} | ${remedy}`
  if ([title, message, remedy].includes('') || /undefined|\[object/.test(all)) return all
  const { fault, operation, scheme, status } = requests.at(-1) ?? {}
  const isKeyRejected = fault === 'unauthorized' && scheme === 'digest' && status === 401
  const isStopped = canceledAt !== undefined || endedAt >= scenario.options.timeoutMs - 1
  return isKeyRejected && operation !== 'cluster' && !isStopped && title !== REMEDIES.invalidApiKey.title
    ? `the API key was rejected, but the step reported: ${all}`
    : undefined
}

/** True if the response doesn't come from Atlas, so Atlas might have executed the POST. */
function isUntrusted({ failure, status = 0 }: Exchange): boolean {
  return failure === 'untrusted' || (status >= 300 && status < 400) || status === 407
}

/** Finds a request after a response that didn't come from Atlas, even if the step then ended. */
export function findRequestAfterUntrusted({ exchanges }: Run): string | undefined {
  const untrusted = exchanges.find(isUntrusted)
  const next = untrusted && exchanges[untrusted.index + 1]
  return next && `#${next.index} ${next.operation} was sent after #${untrusted.index}`
}

export function allSecrets({ masked, tokens }: Run): readonly string[] {
  return [demo.privateKey, demo.clientSecret, ...masked, ...tokens.map(({ value }) => value)]
}

/** The token in the response. */
function receivedToken({ operation, json }: Exchange): string | undefined {
  const token = operation === 'token' ? json['access_token'] : undefined
  return typeof token === 'string' ? token : undefined
}

/** Finds a token that the step did not mask. */
export function findUnmaskedToken({ exchanges, masked }: Run): string | undefined {
  return exchanges.map(receivedToken).find((token) => token !== undefined && !masked.includes(token))
}

/** Finds a token that the step could have revoked at its end but did not. */
export function findUnrevokedToken({ exchanges, tokens }: Run): string | undefined {
  const last = exchanges.findLast(({ operation }) => operation === 'token')
  const held = last === undefined ? undefined : receivedToken(last)
  if (held === undefined || tokens.find(({ value }) => value === held)?.isAlive !== true) return undefined
  const failed = exchanges.some(
    ({ operation, status, fault }) => operation === 'revoke' && (status !== 200 || fault !== undefined),
  )
  // Dropped after a 401, without a new one because the step had to stop.
  const refused = exchanges.findLast(({ scheme }) => scheme === 'bearer')?.status === 401
  return failed || refused || exchanges.some(isUntrusted)
    ? undefined
    : `token ${tokens.length} was not revoked`
}

/** Names another snapshot: `Other snapshot ID`, `Another on-demand snapshot of the cluster is in progress: ID`. */
const OTHER = /\b(?:an)?other (?:on-demand )?snapshot[^.,;]*?\b([0-9a-f]{24})\b/gi

/** Finds a log line or failure that names the step's own snapshot, or a member of one, as another snapshot. */
export function findWrongOther(run: Run): string | undefined {
  const members = new Set(run.records.flatMap(({ memberIds }) => memberIds))
  return [...run.lines, failureText(run)].find((line) =>
    [...line.matchAll(OTHER)].some(
      ([, id = '']) => members.has(id) || findRecord(run, id)?.takenBy !== 'other',
    ),
  )
}
