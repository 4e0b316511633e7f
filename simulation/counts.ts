import { ActionError } from '../src/action-error.js'
import type { Run } from './run-step.js'

/** How often each ending and fault happened, by its name. Plain data, because threads exchange it. */
export type Counts = Record<string, number>

/** Counts how a run ended, and its faults. */
export function count(counts: Counts, run: Run): void {
  const faults = run.exchanges.flatMap(({ fault }) => fault ?? [])
  addCounts(counts, Object.fromEntries([describeEnding(run), ...faults].map((name) => [name, 1])))
}

export function addCounts(counts: Counts, more: Counts): void {
  for (const [name, number] of Object.entries(more)) counts[name] = (counts[name] ?? 0) + number
}

function describeEnding({ ending }: Run): string {
  if (ending.kind === 'success') return 'success'
  return ending.thrown instanceof ActionError ? ending.thrown.title : `thrown: ${String(ending.thrown)}`
}
