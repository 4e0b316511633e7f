import type { SnapshotRecord } from '../emulator/atlas.js'
import { demo } from '../emulator/config.js'
import { toOutputs } from '../src/action/outputs.js'
import { isJsonObject, parseJson } from '../src/atlas/json.js'
import { ActionError } from '../src/failure.js'
import type { Exchange } from './exchange.js'
import type { Run } from './run-step.js'
import type { Scenario } from './scenario.js'

const LIST_CONSISTENCY_DELAY_MS = 5_000
const DAY_MS = 86_400_000
/** Time enough for a rate limit, a few conflicts and the schedule of polls. */
const AMPLE_TIME_MS = 900_000

/** What this step's POSTs made; nothing else in a run POSTs. */
export function ownSnapshots({ records }: Run): readonly SnapshotRecord[] {
  return records.filter(({ takenBy }) => takenBy === 'request')
}

/** The truth about a snapshot. */
export function findRecord({ records }: Run, id: string): SnapshotRecord | undefined {
  return records.find((record) => record.id === id)
}

/** Where a snapshot is, in a word. */
export function describeState(record: SnapshotRecord | undefined): string {
  return record === undefined ? 'nowhere' : record.deleted ? 'deleted' : record.status
}

/** All that a failed step says at its end. */
export function failureText({ ending }: Pick<Run, 'ending'>): string {
  if (ending.kind === 'success') return ''
  const { thrown } = ending
  return thrown instanceof ActionError
    ? `${thrown.title}. ${thrown.message} ${thrown.remedy}`
    : String(thrown)
}

/** Which output does not agree with the truth. */
export function findWrongOutput(run: Run): string | undefined {
  const { ending, scenario, observed } = run
  const last = observed.at(-1)
  if (ending.kind === 'failure') return undefined
  const { result } = ending
  if (last?.snapshot.id !== result.snapshot.id || last.created !== result.created) {
    return `the outputs were last set for ${last?.snapshot.id}`
  }
  const outputs = toOutputs(scenario.options.cluster, result)
  const record = findRecord(run, result.snapshot.id)
  if (record === undefined) return 'there is no such snapshot'
  const createdAt = record.createdAt === undefined ? '' : isoSeconds(record.createdAt)
  const ids = record.type === 'replicaSet' ? [record.id] : record.memberIds
  const warned = run.lines.some((line) => line.includes('snapshot-ids is empty'))
  const expected: readonly (readonly [string, string, string])[] = [
    ['snapshot-id', outputs['snapshot-id'], record.id],
    ['description', outputs.description, record.description],
    ['type', outputs.type, record.type],
    ['created-at', outputs['created-at'], outputs.status === 'completed' ? createdAt : ''],
    ['snapshot-ids', outputs['snapshot-ids'], JSON.stringify(warned ? [] : ids)],
    ['status', scenario.options.wait ? outputs.status : '', scenario.options.wait ? 'completed' : ''],
    [
      'duration-seconds',
      scenario.options.wait ? '' : outputs['duration-seconds'],
      scenario.options.wait ? '' : '0',
    ],
  ]
  const wrong = expected.find(([, is, ought]) => is !== ought)
  return wrong === undefined ? undefined : `${wrong[0]} is ${wrong[1]}, not ${wrong[2]}`
}

function isoSeconds(ms: number): string {
  return new Date(ms).toISOString().replace(/\.\d{3}Z$/, 'Z')
}

/** How a snapshot that was used in place of a new one is not what `reuse-within-minutes` asks for. */
export function findUnfitReuse(run: Run): string | undefined {
  const { scenario, observed, exchanges, lines, epoch } = run
  const { reuseWithinMs, retentionInDays } = scenario.options
  if (!lines.some((line) => line.includes('(reuse-within-minutes)'))) return undefined
  const [first] = observed
  if (first === undefined) return 'no snapshot was reported'
  const record = findRecord(run, first.snapshot.id)
  if (reuseWithinMs === undefined || record?.createdAt === undefined)
    return 'it was not asked for, or not completed'
  const listedAt = exchanges.findLast(
    ({ operation, status, arrivedAt = 0 }) =>
      operation.startsWith('list') && status === 200 && arrivedAt <= first.at,
  )?.sentAt
  // Atlas's `Date` has whole seconds, and the list may have been on its way for as long as a request may last.
  const age = epoch + (listedAt ?? first.at) - record.createdAt
  if (age > reuseWithinMs + 1_000) return `its data was ${age} ms old, where ${reuseWithinMs} are allowed`
  const kept = record.expiresAt - record.createdAt
  if (kept < retentionInDays * DAY_MS) return `it is kept for ${kept} ms`
  return record.snapshotType === 'onDemand' ? undefined : `it is ${record.snapshotType}`
}

/** How a POST breaks the rule: a further POST needs a list that answered since the last one; after a lost answer, one asked for 5 s later. */
export function findBlindPost({ exchanges }: Run): string | undefined {
  const posts = exchanges.filter(({ operation }) => operation === 'create')
  for (const [place, post] of posts.entries()) {
    const before = posts[place - 1]
    // A challenge belongs to the same POST.
    if (before === undefined || before.status === 401) continue
    const open = before.signed && (before.error === 'OutcomeUnknownError' || (before.status ?? 0) >= 500)
    const since = (before.endedAt ?? 0) + (open ? LIST_CONSISTENCY_DELAY_MS : 0)
    const listed = exchanges.some(
      ({ index, operation, status, signed, sentAt }) =>
        index > before.index &&
        index < post.index &&
        operation.startsWith('list') &&
        signed &&
        status === 200 &&
        sentAt >= since - 1,
    )
    if (!listed) return `POST #${post.index} came after #${before.index} without reading the lists`
  }
  return undefined
}

/** A snapshot of this step that its failure does not speak of. */
export function findSilentFailure(run: Run): string | undefined {
  if (run.ending.kind === 'success') return undefined
  const text = failureText(run)
  const unsaid = ownSnapshots(run).find(({ id, description }) => {
    const tag = /\[as-[0-9a-f]{8}\]$/.exec(description)?.[0] ?? description
    return !text.includes(id) && !(text.includes(tag) && text.includes('may have taken'))
  })
  return unsaid === undefined ? undefined : `it leaves ${unsaid.id} and says: ${text}`
}

/** Whether Atlas forgot a token, and the one in its place before its first use: a refusal of that one stands. */
function isTwiceForgotten(exchanges: readonly Exchange[], { access }: Scenario): boolean {
  return (
    access.tokensExpireAtMs.length >= 2 &&
    exchanges.some(
      ({ operation, status }, index) =>
        operation === 'token' &&
        status === 200 &&
        [exchanges[index - 1], exchanges[index + 1]].every((request) => request?.status === 401),
    )
  )
}

/** How a step failed that had all it needs: a cluster that becomes free, no faults, and plenty of time. */
export function findNeedlessFailure({
  ending,
  exchanges,
  scenario,
  cancelledAt,
  records,
}: Run): string | undefined {
  if (ending.kind === 'success' || cancelledAt !== undefined) return undefined
  const { options, atlas, concurrent } = scenario
  const { secondsToCompleted = 0, failSnapshots = false, read404Seconds = 0 } = atlas
  const enoughMs = (concurrent.length + 2) * (secondsToCompleted * 1.5 + 60) * 1000 + AMPLE_TIME_MS
  const hindered =
    exchanges.some(({ fault }) => fault !== undefined) ||
    failSnapshots ||
    // Another client's snapshot may fail, and a 404 to it is final.
    options.onConflict !== 'wait' ||
    read404Seconds > (options.reuseWithinMs === undefined ? 50 : 0) ||
    records.some(({ deleted }) => deleted) ||
    isTwiceForgotten(exchanges, scenario) ||
    options.timeoutMs < enoughMs
  return hindered ? undefined : failureText({ ending })
}

const REVOKE_LIMIT_MS = 3_000

/** Every secret of the run. */
export function allSecrets({ masked, tokens }: Run): readonly string[] {
  return [demo.privateKey, demo.clientSecret, ...masked, ...tokens.map(({ value }) => value)]
}

/** The token that an exchange brought. */
function receivedToken({ operation, body }: Exchange): string | undefined {
  if (operation !== 'token' || body === undefined) return undefined
  const answer = parseJson(body)
  const token = isJsonObject(answer) ? answer['access_token'] : undefined
  return typeof token === 'string' ? token : undefined
}

/** A token that the step got without masking it. */
export function findUnmaskedToken({ exchanges, masked }: Run): string | undefined {
  return exchanges.map(receivedToken).find((token) => token !== undefined && !masked.includes(token))
}

/** How the step leaves a token alive that it held at its end, though nothing hindered its revocation. */
export function findUnrevokedToken({ exchanges, tokens, endedAt, closedAt }: Run): string | undefined {
  const tookMs = closedAt - endedAt
  if (tookMs > REVOKE_LIMIT_MS + 1) return `releasing took ${tookMs} ms`
  const last = exchanges.findLast(({ operation }) => operation === 'token')
  const held = last === undefined ? undefined : receivedToken(last)
  if (held === undefined || tokens.find(({ value }) => value === held)?.isAlive !== true) return undefined
  const failed = exchanges.some(
    ({ operation, status, fault }) => operation === 'revoke' && (status !== 200 || fault !== undefined),
  )
  // Given up after a 401, and no other one asked for, since the step had to stop.
  const refused = exchanges.findLast(({ scheme }) => scheme === 'bearer')?.status === 401
  return failed || refused ? undefined : `it leaves token ${tokens.length} alive`
}
