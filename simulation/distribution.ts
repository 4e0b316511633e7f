import type { OperationKind } from '../emulator/routes.js'
import { ActionError } from '../src/action-error.js'
import { coverageGoals, requiredTitles } from './coverage-goals.js'
import { canEverHit, isRead, namedFaults } from './fault-chooser.js'
import type { Run } from './run-step.js'

/** Totals of many runs. Plain data, because threads exchange it. */
export interface Counts {
  runs: number
  requests: number
  readonly endings: Record<string, number>
  readonly goals: Record<string, number>
  readonly faults: Record<string, number>
}

export function noCounts(): Counts {
  return { runs: 0, requests: 0, endings: {}, goals: {}, faults: {} }
}

export function count(counts: Counts, run: Run): void {
  counts.runs += 1
  counts.requests += run.exchanges.length
  increment(counts.endings, describeEnding(run))
  for (const [name, isReached] of Object.entries(coverageGoals)) {
    if (isReached(run)) increment(counts.goals, name)
  }
  for (const { fault, operation, signed } of run.exchanges) {
    if (fault !== undefined && signed) increment(counts.faults, `${fault} → ${requestKind(operation)}`)
  }
}

export function addCounts(counts: Counts, more: Counts): void {
  counts.runs += more.runs
  counts.requests += more.requests
  for (const kind of ['endings', 'goals', 'faults'] as const) {
    for (const [name, number] of Object.entries(more[kind])) increment(counts[kind], name, number)
  }
}

/** Goals and failures that no run reached, and faults that hit no request of a kind that they can hit. */
export function neverReached({ endings, goals, faults }: Counts): readonly string[] {
  const possible = (['create', 'get', 'list', 'token'] as const).flatMap((operation) =>
    namedFaults
      .filter((named) => canEverHit(named, operation))
      .map(({ name }) => `${name} → ${requestKind(operation)}`),
  )
  return [
    ...Object.keys(coverageGoals).filter((name) => goals[name] === undefined),
    ...requiredTitles.filter((title) => endings[title] === undefined),
    ...possible.filter((name) => faults[name] === undefined),
  ]
}

export function describeCounts(counts: Counts): string {
  const table = (record: Readonly<Record<string, number>>) =>
    Object.entries(record)
      .sort(([, a], [, b]) => b - a)
      .map(([name, number]) => {
        const share = `${((100 * number) / counts.runs).toFixed(2)}%`
        return `${String(number).padStart(10)}  ${share.padStart(8)}  ${name}`
      })
  return [
    `${counts.runs} runs, ${counts.requests} requests`,
    'Results:',
    ...table(counts.endings),
    'Situations:',
    ...table(counts.goals),
    'Faults:',
    ...table(counts.faults),
  ].join('\n')
}

function describeEnding({ ending }: Run): string {
  if (ending.kind === 'success') return 'success'
  return ending.thrown instanceof ActionError ? ending.thrown.title : `thrown: ${String(ending.thrown)}`
}

function requestKind(operation: OperationKind): string {
  return isRead({ operation }) ? 'read' : operation
}

function increment(record: Record<string, number>, name: string, by = 1): void {
  record[name] = (record[name] ?? 0) + by
}
