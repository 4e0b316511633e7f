import { ActionError } from '../src/action-error.js'
import { REMEDIES } from '../src/atlas/remedies.js'
import { TITLES } from '../src/titles.js'
import type { Exchange } from './exchange.js'
import { ownSnapshots } from './expectations.js'
import { type FaultName, faults } from './faults.js'
import { isStray } from './oracle/posts.js'
import type { Run } from './run-step.js'
import type { Scenario } from './scenario.js'

/** How often something was reached, by its name. Plain data, because threads exchange it. */
export type Counts = Record<string, number>

/** Situations that some runs must reach, because the simulation tests nothing about them otherwise. */
const situations: Readonly<Record<string, (run: Run) => boolean>> = {
  'own snapshot found after a late POST': (run) => isRecovered(run) && hadFault(run, 'late'),
  'own snapshot found after a doubled POST': (run) => isRecovered(run) && hadFault(run, 'twice'),
  'own snapshot found after a stray response': (run) =>
    isRecovered(run) && run.posts.some((post) => post.fault !== undefined && isStray(post)),
  'POST executed after the end of the step': (run) =>
    ownSnapshots(run).some(({ takenAt }) => takenAt > run.epoch + run.endedAt),
  'other snapshot deleted': (run) => readsOfOthers(run).some(({ status }) => status === 404),
  'snapshot in progress reused': ({ observed: [first], scenario }) =>
    first?.created === false && first.snapshot.status !== 'completed' && scenario.attach === undefined,
  'list that shrinks': ({ records }) => records.some(({ deleted }) => deleted),
  'list that the cluster does not have': hasExchange(
    ({ operation, status, fault }) => operation.startsWith('list') && status === 400 && fault === undefined,
  ),
  'cluster not readable': hasExchange(({ operation, status }) => operation === 'cluster' && status === 401),
  'rate limit': hasExchange(({ status, fault }) => status === 429 && fault === undefined),
  'rejected token replaced': ({ exchanges }) =>
    exchanges.some(
      ({ operation, status, index }) =>
        operation === 'token' &&
        status === 200 &&
        exchanges[index - 1]?.scheme === 'bearer' &&
        exchanges[index - 1]?.status === 401,
    ),
  'stopped while creating': (run) => lastBeforeStop(run)?.operation === 'create',
  'stopped while searching the lists': (run) => lastBeforeStop(run)?.operation.startsWith('list') === true,
  'stopped while waiting for another snapshot': (run) =>
    lastBeforeStop(run)?.operation === 'get' && run.observed.length === 0,
  'stopped while waiting': (run) => lastBeforeStop(run) !== undefined && run.observed.length > 0,
  'POST response within the grace period': (run) =>
    run.posts.some((post) => post.status !== undefined && (post.endedAt ?? 0) > stoppedAt(run)),
  'success with a list that lags': succeedsWith(({ atlas }) => (atlas.list?.lagSeconds ?? 0) > 5),
  'success with a list without snapshots in progress': succeedsWith(
    ({ atlas }) => atlas.list?.hidesUnfinished === true,
  ),
  'success with a description that is cut': succeedsWith(
    ({ atlas }) => (atlas.descriptions?.maxLength ?? 500) < 40,
  ),
  'success with a refusal that outlasts an end by minutes': succeedsWith(
    ({ atlas }) => (atlas.conflictLagSeconds ?? 0) > 60,
  ),
  'success in a cluster whose kind changed': succeedsWith(({ atlas }) => (atlas.olderOfOtherKind ?? 0) > 0),
  'success with nonces for one connection': succeedsWith(({ atlas }) => atlas.digest?.perConnection === true),
  'success with a suspended process': succeedsWith(({ suspension }) => suspension !== undefined),
}

/** The ends, situations, and faults that some runs must reach. The planted bugs show that others are reached. */
export const coverageGoals: readonly string[] = [
  TITLES.canceled,
  TITLES.timedOut,
  TITLES.conflict,
  TITLES.snapshotFailed,
  REMEDIES.snapshotNotFound.title,
  TITLES.duplicateTag,
  TITLES.nonceRejected,
  REMEDIES.invalidServiceAccount.title,
  REMEDIES.invalidClientSecret.title,
  ...Object.keys(situations),
  ...Object.entries(faults).map(([name, { on, nonce }]) =>
    on?.includes('create') === false || nonce === 'reused' ? name : `${name} to a POST`,
  ),
]

/** Counts how a run ended, its situations, and its faults. */
export function count(counts: Counts, run: Run): void {
  const hit = run.exchanges.flatMap(({ fault, operation, signed }) => {
    if (fault === undefined || !signed) return []
    return operation === 'create' ? `${fault} to a POST` : fault
  })
  const reached = Object.keys(situations).filter((name) => situations[name]?.(run))
  addCounts(counts, Object.fromEntries([describeEnding(run), ...reached, ...hit].map((name) => [name, 1])))
}

export function addCounts(counts: Counts, more: Counts): void {
  for (const [name, number] of Object.entries(more)) counts[name] = (counts[name] ?? 0) + number
}

function describeEnding({ ending }: Run): string {
  if (ending.kind === 'success') return 'success'
  return ending.thrown instanceof ActionError ? ending.thrown.title : `thrown: ${String(ending.thrown)}`
}

function succeedsWith(has: (scenario: Scenario) => boolean): (run: Run) => boolean {
  return ({ ending, scenario }) => ending.kind === 'success' && has(scenario)
}

function hasExchange(is: (exchange: Exchange) => boolean): (run: Run) => boolean {
  return ({ exchanges }) => exchanges.some(is)
}

function hadFault(run: Run, fault: FaultName): boolean {
  return run.posts.some((post) => post.fault === fault)
}

/** The step found its own snapshot in a list. */
function isRecovered(run: Run): boolean {
  const [first] = run.observed
  return first?.created === true && !run.posts.some(({ body }) => body.includes(first.snapshot.id))
}

/** Status checks of other snapshots, before the step had one. */
function readsOfOthers({ exchanges, observed, endedAt }: Run): readonly Exchange[] {
  const knownAt = observed[0]?.at ?? endedAt
  return exchanges.filter(({ operation, sentAt }) => operation === 'get' && sentAt < knownAt)
}

/** When the step was canceled or timed out, if it was. */
function stoppedAt({ canceledAt, scenario }: Run): number {
  return canceledAt ?? scenario.options.timeoutMs
}

/** The last request about snapshots of a step that was canceled or timed out. */
function lastBeforeStop(run: Run): Exchange | undefined {
  if (run.ending.kind === 'success' || run.endedAt < stoppedAt(run) - 1) return undefined
  return run.requests.at(-1)
}
