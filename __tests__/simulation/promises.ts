import type { SnapshotRecord } from '../../emulator/atlas.js'
import { toOutputs } from '../../src/action/outputs.js'
import { ActionError } from '../../src/failure.js'
import type { Exchange } from './exchange.js'
import type { Scenario } from './scenario.js'
import type { Run } from './step.js'

const SETTLING_MS = 5_000
const DAY_MS = 86_400_000
/** Time enough for a rate limit, a few conflicts and the schedule of polls. */
const PLENTY_MS = 900_000

/** What this step's POSTs made; nothing else in a run POSTs. */
export function ownOf({ truth }: Run): readonly SnapshotRecord[] {
  return truth.filter(({ takenBy }) => takenBy === 'request')
}

/** The truth about a snapshot. */
export function recordOf({ truth }: Run, id: string): SnapshotRecord | undefined {
  return truth.find((record) => record.id === id)
}

/** Where a snapshot is, in a word. */
export function stateOf(record: SnapshotRecord | undefined): string {
  return record === undefined ? 'nowhere' : record.deleted ? 'deleted' : record.status
}

/** All that a failed step says at its end. */
export function textOf({ ending }: Pick<Run, 'ending'>): string {
  if (ending.kind === 'success') return ''
  const { thrown } = ending
  return thrown instanceof ActionError
    ? `${thrown.title}. ${thrown.message} ${thrown.remedy}`
    : String(thrown)
}

/** Which output does not agree with the truth. */
export function outputsDisagree(run: Run): string | undefined {
  const { ending, scenario, sightings } = run
  const last = sightings.at(-1)?.sighting
  if (ending.kind === 'failure') return undefined
  const { outcome } = ending
  if (last?.snapshot.id !== outcome.snapshot.id || last.created !== outcome.created) {
    return `the outputs were last set for ${last?.snapshot.id}`
  }
  const outputs = toOutputs(scenario.task.cluster, outcome)
  const record = recordOf(run, outcome.snapshot.id)
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
    ['status', scenario.task.wait ? outputs.status : '', scenario.task.wait ? 'completed' : ''],
    [
      'duration-seconds',
      scenario.task.wait ? '' : outputs['duration-seconds'],
      scenario.task.wait ? '' : '0',
    ],
  ]
  const wrong = expected.find(([, is, ought]) => is !== ought)
  return wrong === undefined ? undefined : `${wrong[0]} is ${wrong[1]}, not ${wrong[2]}`
}

function isoSeconds(ms: number): string {
  return new Date(ms).toISOString().replace(/\.\d{3}Z$/, 'Z')
}

/** How a snapshot that was used in place of a new one is not what `reuse-within-minutes` asks for. */
export function unfitReuse(run: Run): string | undefined {
  const { scenario, sightings, exchanges, lines, epoch } = run
  const { reuseWithinMs, retentionInDays } = scenario.task
  if (!lines.some((line) => line.includes('(reuse-within-minutes)'))) return undefined
  const [first] = sightings
  if (first === undefined) return 'nothing was sighted'
  const record = recordOf(run, first.sighting.snapshot.id)
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
export function blindPost({ exchanges }: Run): string | undefined {
  const posts = exchanges.filter(({ operation }) => operation === 'take')
  for (const [place, post] of posts.entries()) {
    const before = posts[place - 1]
    // A challenge belongs to the same POST.
    if (before === undefined || before.status === 401) continue
    const open = before.signed && (before.error === 'OutcomeUnknownError' || (before.status ?? 0) >= 500)
    const since = (before.endedAt ?? 0) + (open ? SETTLING_MS : 0)
    const looked = exchanges.some(
      ({ index, operation, status, signed, sentAt }) =>
        index > before.index &&
        index < post.index &&
        operation.startsWith('list') &&
        signed &&
        status === 200 &&
        sentAt >= since - 1,
    )
    if (!looked) return `POST #${post.index} came after #${before.index} without a look`
  }
  return undefined
}

/** A snapshot of this step that its failure does not speak of. */
export function silentFailure(run: Run): string | undefined {
  if (run.ending.kind === 'success') return undefined
  const text = textOf(run)
  const unsaid = ownOf(run).find(({ id, description }) => {
    const tag = /\[as-[0-9a-f]{8}\]$/.exec(description)?.[0] ?? description
    return !text.includes(id) && !(text.includes(tag) && text.includes('may have taken'))
  })
  return unsaid === undefined ? undefined : `it leaves ${unsaid.id} and says: ${text}`
}

/** Whether Atlas forgot a token, and the one in its place before its first use: a refusal of that one stands. */
function isTwiceForgotten(exchanges: readonly Exchange[], { access }: Scenario): boolean {
  return (
    access.forgetsAtMs.length >= 2 &&
    exchanges.some(
      ({ operation, status }, index) =>
        operation === 'token' &&
        status === 200 &&
        [exchanges[index - 1], exchanges[index + 1]].every((request) => request?.status === 401),
    )
  )
}

/** How a step failed that had all it needs: a cluster that becomes free, no faults, and plenty of time. */
export function needlessFailure({
  ending,
  exchanges,
  scenario,
  cancelledAt,
  truth,
}: Run): string | undefined {
  if (ending.kind === 'success' || cancelledAt !== undefined) return undefined
  const { task, atlas, others } = scenario
  const { secondsToCompleted = 0, failSnapshots = false, read404Seconds = 0 } = atlas
  const enoughMs = (others.length + 2) * (secondsToCompleted * 1.5 + 60) * 1000 + PLENTY_MS
  const hindered =
    exchanges.some(({ fault }) => fault !== undefined) ||
    failSnapshots ||
    // Another one's snapshot may fail, and one that is not this step's own may be unknown at first.
    task.onConflict !== 'wait' ||
    read404Seconds > 50 ||
    truth.some(({ deleted }) => deleted) ||
    isTwiceForgotten(exchanges, scenario) ||
    task.timeoutMs < enoughMs
  return hindered ? undefined : textOf({ ending })
}
