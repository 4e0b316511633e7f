import type { Scheme } from '../emulator/http.js'
import { coverageGoals } from './coverage-goals.js'
import { faults } from './faults.js'
import { type RunFacts, toRunFacts } from './run-facts.js'
import type { Run } from './run-step.js'

/** Kinds of requests for which faults are counted. */
const columns = ['POST', 'POST bare', 'GET', 'list', 'GET bare', 'token', 'revoke'] as const
type Column = (typeof columns)[number]
/** Authentication schemes of each kind. */
const schemes: Readonly<Record<Column, readonly Scheme[]>> = {
  POST: ['digest', 'bearer'],
  'POST bare': [],
  GET: ['digest', 'bearer'],
  list: ['digest', 'bearer'],
  'GET bare': [],
  token: ['basic'],
  revoke: ['basic'],
}
/** Kinds that must meet every fault. A run has only one revocation, and nothing depends on it. */
const required = columns.filter((column) => column !== 'revoke')

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
  const facts = toRunFacts(run)
  counts.runs += 1
  counts.requests += run.exchanges.length
  increment(counts.endings, describeEnding(facts))
  for (const { name, reached } of coverageGoals) if (reached(facts)) increment(counts.goals, name)
  for (const { fault, operation, signed } of run.exchanges) {
    if (fault !== undefined) increment(counts.faults, cell(fault, toColumn(operation, signed)))
  }
}

export function addCounts(counts: Counts, more: Counts): void {
  counts.runs += more.runs
  counts.requests += more.requests
  for (const kind of ['endings', 'goals', 'faults'] as const) {
    for (const [name, number] of Object.entries(more[kind])) increment(counts[kind], name, number)
  }
}

/** Goals that no run reached, and possible faults that no request of a kind had. */
export function neverReached(counts: Counts): readonly string[] {
  return [
    ...coverageGoals.map(({ name }) => name).filter((name) => counts.goals[name] === undefined),
    ...Object.keys(faults).flatMap((fault) =>
      required
        .filter((column) => canStrike(fault, column) && counts.faults[cell(fault, column)] === undefined)
        .map((column) => cell(fault, column)),
    ),
  ]
}

export function describeCounts(counts: Counts): string {
  const share = (number: number) => `${((100 * number) / counts.runs).toFixed(2)}%`
  const rows = (record: Readonly<Record<string, number>>) =>
    Object.entries(record)
      .sort(([, a], [, b]) => b - a)
      .map(([name, number]) => `${String(number).padStart(10)}  ${share(number).padStart(8)}  ${name}`)
  const table = Object.keys(faults).map(
    (fault) => fault.padEnd(20) + columns.map((column) => faultCell(counts, fault, column)).join(''),
  )
  return [
    `${counts.runs} runs, ${counts.requests} requests`,
    'Results:',
    ...rows(counts.endings),
    'Situations:',
    ...rows(counts.goals),
    `${'Faults by request:'.padEnd(20)}${columns.map((column) => column.padStart(11)).join('')}`,
    ...table,
  ].join('\n')
}

function faultCell(counts: Counts, fault: string, column: Column): string {
  return String(counts.faults[cell(fault, column)] ?? (canStrike(fault, column) ? 0 : '·')).padStart(11)
}

function describeEnding({ success, title, run: { ending } }: RunFacts): string {
  if (success) return 'success'
  return title === '' ? `thrown: ${ending.kind === 'failure' ? String(ending.thrown) : ''}` : title
}

function toColumn(operation: string, signed: boolean): Column {
  if (operation === 'token' || operation === 'revoke') return operation
  if (operation === 'create') return signed ? 'POST' : 'POST bare'
  if (!signed) return 'GET bare'
  return operation.startsWith('list') ? 'list' : 'GET'
}

function canStrike(name: string, column: Column): boolean {
  const fault = Object.entries(faults).find(([other]) => other === name)?.[1]
  const restricted = fault !== undefined && ('postOnly' in fault || name.endsWith('-executed'))
  if (restricted) return column === 'POST'
  if (fault !== undefined && 'listOnly' in fault) return column === 'list'
  if (fault !== undefined && 'getOnly' in fault) return column === 'GET' || column === 'GET bare'
  // A POST always uses a new nonce.
  if (fault !== undefined && 'nonce' in fault && fault.nonce === 'reused' && column === 'POST') return false
  const wanted: readonly Scheme[] | undefined =
    fault !== undefined && 'schemes' in fault ? fault.schemes : undefined
  return (
    fault !== undefined && (wanted === undefined || wanted.some((scheme) => schemes[column].includes(scheme)))
  )
}

function cell(fault: string, column: Column): string {
  return `${fault} → ${column}`
}

function increment(record: Record<string, number>, name: string, by = 1): void {
  record[name] = (record[name] ?? 0) + by
}
