import { ActionError } from '../src/action-error.js'
import { faults } from './faults.js'
import type { Run } from './run-step.js'

/** How often each ending and fault happened, by its name. Plain data, because threads exchange it. */
export type Counts = Record<string, number>

/** All faults by the names in {@link Counts}. Some runs must have each, because the simulation otherwise proves nothing about it. */
export const countedFaults: readonly string[] = Object.entries(faults).map(([name, { on, nonce }]) =>
  on?.includes('create') === false || nonce === 'reused' ? name : `${name} to a POST`,
)

/** Counts how a run ended, and its faults. */
export function count(counts: Counts, run: Run): void {
  const hit = run.exchanges.flatMap(({ fault, operation, signed }) => {
    if (fault === undefined || !signed) return []
    return operation === 'create' ? `${fault} to a POST` : fault
  })
  addCounts(counts, Object.fromEntries([describeEnding(run), ...hit].map((name) => [name, 1])))
}

export function addCounts(counts: Counts, more: Counts): void {
  for (const [name, number] of Object.entries(more)) counts[name] = (counts[name] ?? 0) + number
}

function describeEnding({ ending }: Run): string {
  if (ending.kind === 'success') return 'success'
  return ending.thrown instanceof ActionError ? ending.thrown.title : `thrown: ${String(ending.thrown)}`
}
