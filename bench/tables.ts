import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { replaceRegion } from '../script/replace-region.js'
import { projectRoot } from '../script/root.js'
import type { Results } from './results.js'
import type { Quartiles } from './statistics.js'

/** A table of what was measured, and its region in `docs/performance.md`. */
export interface Table {
  readonly region: string
  readonly title: string
  readonly head: readonly string[]
  readonly rows: readonly (readonly string[])[]
}

/** `docs/performance.md` as it is, and as the results say it should be. */
export function updatePerformancePage(results: Results): { path: string; current: string; wanted: string } {
  const path = join(projectRoot(), 'docs', 'performance.md')
  const current = readFileSync(path, 'utf8')
  const wanted = createTables(results).reduce(
    (page, table) => replaceRegion(page, table.region, toMarkdown(table)),
    replaceRegion(current, 'machine', describeMachine(results)),
  )
  return { path, current, wanted }
}

/** All tables, in the order of the page. */
export function createTables(results: Results): readonly Table[] {
  return [
    goalsTable(results),
    startUpTable(results),
    realWaitsTable(results),
    virtualWaitsTable(results),
    fleetsTable(results),
    memoryTable(results),
    sizesTable(results),
  ]
}

/** Where and with what it was measured, in a sentence. */
export function describeMachine({ measured, machine, node, startUp }: Results): string {
  const { cpu, cores, memoryGiB, os } = machine
  return `Measured on ${measured}: ${cpu}, ${cores} cores, ${memoryGiB} GiB, ${os}, Node ${node.slice(1)}. Start-up in ${startUp.runs} rounds.`
}

/** For a page, with numbers to the right. */
export function toMarkdown({ head, rows }: Table): string {
  const rule = head.map((_, column) => (column === 0 ? '---' : '--:'))
  return [head, rule, ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n')
}

/** For a terminal: aligned columns, with numbers to the right. */
export function toText({ title, head, rows }: Table): string {
  const all = [head, ...rows].map((cells) => cells.map((cell) => cell.replaceAll('`', '')))
  const widths = head.map((_, column) => Math.max(...all.map((cells) => cells[column]?.length ?? 0)))
  const lines = all.map((cells) =>
    cells
      .map((cell, column) =>
        column === 0 ? cell.padEnd(widths[0] ?? 0) : cell.padStart(widths[column] ?? 0),
      )
      .join('  '),
  )
  return `${title.replaceAll('`', '')}\n${lines.join('\n')}\n`
}

interface Goal {
  readonly measure: string
  readonly limit: number
  readonly measured: number
  readonly format: (value: number) => string
}

function goalsTable(results: Results): Table {
  return {
    region: 'goals',
    title: 'Goals',
    head: ['', 'At most', 'Measured', ''],
    rows: goals(results).map(({ measure, limit, measured, format }) => [
      measure,
      format(limit),
      format(measured),
      measured <= limit ? 'met' : '**missed**',
    ]),
  }
}

function goals({ startUp, virtualWaits, fleets, memory, sizes }: Results): readonly Goal[] {
  const ratio = (name: string) =>
    startUp.contenders.find((contender) => contender.name === name)?.overFloor.median ?? Number.NaN
  const floorBytes = memory.peaks.find(({ name }) => name === 'floor')?.bytes.median ?? Number.NaN
  const limits = new Map([
    [160, { lag: 0.016, requests: 42 }],
    [527, { lag: 0.016, requests: 84 }],
    [3600, { lag: 0.003, requests: 300 }],
  ])
  return [
    {
      measure: 'start-up over the floor',
      limit: Math.min(1.4, ratio('usual action')),
      measured: ratio('this action'),
      format: (value) => value.toFixed(2),
    },
    ...virtualWaits.flatMap(({ durationS, meanLagRatio, requests }): Goal[] => [
      {
        measure: `mean lag of a snapshot of ${durationS} s, of its duration`,
        limit: limits.get(durationS)?.lag ?? Number.NaN,
        measured: meanLagRatio,
        format: (value) => percent(value, 2),
      },
      {
        measure: `requests of a wait of ${durationS} s`,
        limit: limits.get(durationS)?.requests ?? Number.NaN,
        measured: requests,
        format: (value) => value.toFixed(0),
      },
    ]),
    {
      measure: 'lag of any of these waits',
      limit: 17_000,
      measured: Math.max(...virtualWaits.map(({ maxLagMs }) => maxLagMs)),
      format: seconds,
    },
    {
      measure: 'steps of a fleet without a completed snapshot',
      limit: 0,
      measured: fleets.reduce((sum, { steps, completed }) => sum + steps - completed, 0),
      format: String,
    },
    {
      measure: 'memory above the floor, with hours of polls',
      limit: 30e6,
      measured: memory.longWait.bytes - floorBytes,
      format: (bytes) => `${megabytes(bytes)} MB`,
    },
    {
      measure: 'what a runner downloads',
      limit: 200_000,
      measured: sizes.archive,
      format: (bytes) => `${kilobytes(bytes)} kB`,
    },
  ]
}

function startUpTable({ startUp }: Results): Table {
  return {
    region: 'start-up',
    title: 'Whole process that creates a snapshot without waiting',
    head: ['', 'ms', 'over the floor'],
    rows: startUp.contenders.map(({ name, ms, overFloor }) => [
      name,
      formatQuartiles(ms, 0),
      formatQuartiles(overFloor, 2),
    ]),
  }
}

function realWaitsTable({ realWaits }: Results): Table {
  return {
    region: 'requests',
    title: `Waiting for a snapshot of ${realWaits.seconds} s, in real time`,
    head: ['', 'Requests', 'Polls', 'Other requests', 'Lag'],
    rows: realWaits.waits.map(({ name, credentials, requests, polls, revocations, lagMs }) => [
      `${name}, ${credentials}`,
      String(requests),
      String(polls),
      `${requests - polls}${revocations > 0 ? `, and ${revocations} to revoke the token` : ''}`,
      seconds(lagMs),
    ]),
  }
}

function virtualWaitsTable({ virtualWaits }: Results): Table {
  return {
    region: 'lag',
    title: 'A wait, on the virtual clock',
    head: ['Snapshot', 'Lag, mean', 'Of its duration', 'Lag, max', 'Requests', 'Requests, nonces of 60 s'],
    rows: virtualWaits.map((wait) => [
      `${wait.durationS} s`,
      seconds(wait.meanLagMs),
      percent(wait.meanLagRatio, 2),
      seconds(wait.maxLagMs),
      wait.requests.toFixed(0),
      wait.requestsWithShortNonces.toFixed(0),
    ]),
  }
}

function fleetsTable({ fleets }: Results): Table {
  return {
    region: 'fleets',
    title: 'Steps that share one rate limit',
    head: [
      'Steps',
      'Snapshots',
      'Limit',
      'Completed',
      'Lag, mean',
      'Lag, 99 %',
      'Lag, max',
      'Requests a step',
      '429s a step',
      'Last end',
    ],
    rows: fleets.map((fleet) => [
      `${fleet.steps.toLocaleString('en')} ${fleet.start}`,
      fleet.snapshots.replace('-', '–'),
      fleet.otherTool ? 'half' : 'whole',
      fleet.completed.toLocaleString('en'),
      seconds(fleet.meanLagMs),
      seconds(fleet.p99LagMs),
      seconds(fleet.maxLagMs),
      fleet.requests.toFixed(1),
      fleet.throttled.toFixed(1),
      `${(fleet.lastEndMs / 60_000).toFixed(1)} min`,
    ]),
  }
}

function memoryTable({ memory: { peaks, longWait } }: Results): Table {
  return {
    region: 'memory',
    title: 'Most memory, MB',
    head: ['', 'MB'],
    rows: [
      ...peaks.map(({ name, bytes }) => [name, formatQuartiles(bytes, 0, 1e6)]),
      [`this action, after ${longWait.polls} polls`, megabytes(longWait.bytes)],
    ],
  }
}

function sizesTable({ sizes }: Results): Table {
  const programs = Object.entries(sizes.bundle).filter(([name]) => name.endsWith('.js'))
  const others = programs.filter(([name]) => name !== 'index.js').reduce((sum, [, bytes]) => sum + bytes, 0)
  return {
    region: 'size',
    title: 'Size, kB',
    head: ['', 'kB'],
    rows: [
      ['`dist/index.js`, which every step loads', kilobytes(sizes.bundle['index.js'] ?? 0)],
      ['the rest of the bundle, for `github-token`', kilobytes(others)],
      ['what a runner downloads, gzipped', kilobytes(sizes.archive)],
    ],
  }
}

/** The median, with the quartiles around it. */
function formatQuartiles({ median, lower, upper }: Quartiles, digits: number, unit = 1): string {
  const [middle, from, to] = [median, lower, upper].map((value) => (value / unit).toFixed(digits))
  return `${middle} (${from}–${to})`
}

function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(1)} s`
}

function percent(ratio: number, digits: number): string {
  return `${(ratio * 100).toFixed(digits)} %`
}

function megabytes(bytes: number): string {
  return (bytes / 1e6).toFixed(0)
}

function kilobytes(bytes: number): string {
  return (bytes / 1000).toFixed(0)
}
