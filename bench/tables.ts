import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Page } from '../script/docs.js'
import { replaceRegion } from '../script/replace-region.js'
import { projectRoot } from '../script/root.js'
import { kilobytes, megabytes, percent, seconds } from './format.js'
import { goals } from './goals.js'
import type { Results } from './results.js'
import type { Quartiles } from './statistics.js'

/** A table of measurements, and its region in a page. */
export interface Table {
  readonly region: string
  readonly title: string
  readonly head: readonly string[]
  readonly rows: readonly (readonly string[])[]
}

/** The pages with tables of measurements. */
export function updatePages(results: Results): readonly Page[] {
  return [
    updatePage('bench/README.md', [
      ['machine', describeMachine(results)],
      ...createTables(results).map(toRegion),
    ]),
    updatePage('docs/performance.md', [costsTable(results), pollingTable(results)].map(toRegion)),
  ]
}

/** @param regions names and contents */
function updatePage(name: string, regions: readonly (readonly [string, string])[]): Page {
  const current = readFileSync(join(projectRoot(), name), 'utf8')
  const wanted = regions.reduce((page, [region, content]) => replaceRegion(page, region, content), current)
  return { name, current, wanted }
}

function toRegion(table: Table): readonly [string, string] {
  return [table.region, toMarkdown(table)]
}

/** The tables of bench/README.md in their order. */
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

/** Date, machine and Node of the measurement. */
export function describeMachine({ measured, machine, node, startUp }: Results): string {
  const { cpu, cores, memoryGiB, os } = machine
  return `Measured on ${measured}: ${cpu}, ${cores} cores, ${memoryGiB} GiB, ${os}, Node ${node.slice(1)}. Start-up: ${startUp.runs} rounds.`
}

/** For a page, with numbers aligned to the right. */
export function toMarkdown({ head, rows }: Table): string {
  const rule = head.map((_, column) => (column === 0 ? '---' : '--:'))
  return [head, rule, ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n')
}

/** For a terminal, with numbers aligned to the right. */
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

function goalsTable(results: Results): Table {
  return {
    region: 'goals',
    title: 'Goals',
    head: ['Goal', 'At most', 'Measured', 'Result'],
    rows: goals(results).map(({ measure, limit, measured, format }) => [
      measure,
      format(limit),
      format(measured),
      measured <= limit ? 'met' : '**missed**',
    ]),
  }
}

function startUpTable({ startUp }: Results): Table {
  return {
    region: 'start-up',
    title: 'Start-up: a whole process that creates a snapshot without waiting',
    head: ['Program', 'Time', 'Compared with the baseline'],
    rows: startUp.contenders.map(({ name, ms, overBaseline }) => [
      name,
      formatQuartiles(ms, { unit: ' ms' }),
      formatQuartiles(overBaseline, { unit: '×', digits: 2 }),
    ]),
  }
}

function realWaitsTable({ realWaits }: Results): Table {
  return {
    region: 'requests',
    title: `Wait in real time for a ${realWaits.seconds} s snapshot`,
    head: ['Program', 'Requests', 'Polls', 'Other requests', 'Delay'],
    rows: realWaits.waits.map(({ name, credentials, requests, polls, revocations, lagMs }) => [
      `${name}, ${credentials}`,
      String(requests),
      String(polls),
      `${requests - polls}${revocations > 0 ? ` + ${revocations} revocation` : ''}`,
      seconds(lagMs),
    ]),
  }
}

function virtualWaitsTable({ virtualWaits }: Results): Table {
  return {
    region: 'lag',
    title: 'Wait on the virtual clock',
    head: [
      'Snapshot',
      'Mean delay',
      'Share of duration',
      'Maximum delay',
      'Requests',
      'Requests, 60 s nonces',
    ],
    rows: virtualWaits.map((wait) => [
      `${wait.durationS} s`,
      seconds(wait.meanLagMs),
      percent(wait.meanLagRatio),
      seconds(wait.maxLagMs),
      wait.requests.toFixed(0),
      wait.requestsWithShortNonces.toFixed(0),
    ]),
  }
}

function fleetsTable({ fleets }: Results): Table {
  return {
    region: 'fleets',
    title: 'Steps that share a rate limit',
    head: [
      'Steps',
      'Snapshots',
      'Limit',
      'Completed',
      'Mean delay',
      'Delay, 99th percentile',
      'Maximum delay',
      'Requests/step',
      '429s/step',
      'Last step ends',
    ],
    rows: fleets.map((fleet) => [
      `${fleet.steps.toLocaleString('en')} ${fleet.start}`,
      fleet.snapshots.replace('-', '–'),
      fleet.otherTool ? 'shared' : 'whole',
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
    title: 'Peak memory',
    head: ['Program', 'Memory'],
    rows: [
      ...peaks.map(({ name, bytes }) => [name, formatQuartiles(bytes, { unit: ' MB', scale: 1e6 })]),
      [`this action, after ${longWait.polls} polls`, megabytes(longWait.bytes)],
    ],
  }
}

function sizesTable({ sizes }: Results): Table {
  const programs = Object.entries(sizes.bundle).filter(([name]) => name.endsWith('.js'))
  const others = programs.filter(([name]) => name !== 'index.js').reduce((sum, [, bytes]) => sum + bytes, 0)
  return {
    region: 'size',
    title: 'Size',
    head: ['What', 'Size'],
    rows: [
      ['`dist/index.js`, loaded by each step', kilobytes(sizes.bundle['index.js'] ?? 0)],
      ['Other code, loaded only with `github-token`', kilobytes(others)],
      ['Download of a runner, gzipped', kilobytes(sizes.archive)],
    ],
  }
}

/** For users: what each step costs. */
function costsTable({ startUp, memory, sizes }: Results): Table {
  const ms = startUp.contenders.find(({ name }) => name === 'this action')?.ms.median ?? Number.NaN
  return {
    region: 'costs',
    title: 'Cost of a step',
    head: ['Cost', 'Measured'],
    rows: [
      ['Run time without waiting for Atlas', `${ms.toFixed(0)} ms`],
      ['Peak memory, after hours of polling', megabytes(memory.longWait.bytes)],
      ['Download for each job', kilobytes(sizes.archive)],
    ],
  }
}

/** For users: what waiting for a snapshot costs. */
function pollingTable({ virtualWaits }: Results): Table {
  return {
    region: 'polling',
    title: 'Cost of waiting',
    head: ['Snapshot takes', 'Requests', 'Requests per minute', 'Mean delay', 'Maximum delay'],
    rows: virtualWaits.map(({ durationS, requests, meanLagMs, maxLagMs }) => [
      durationS < 3600 ? `${durationS} s` : `${durationS / 3600} h`,
      requests.toFixed(0),
      ((requests * 60) / durationS).toFixed(0),
      seconds(meanLagMs),
      seconds(maxLagMs),
    ]),
  }
}

/** The median with its unit, and the quartiles in parentheses. */
function formatQuartiles(
  { median, lower, upper }: Quartiles,
  {
    digits = 0,
    unit = '',
    scale = 1,
  }: { readonly digits?: number; readonly unit?: string; readonly scale?: number },
): string {
  const [middle, from, to] = [median, lower, upper].map((value) => (value / scale).toFixed(digits))
  return `${middle}${unit} (${from}–${to})`
}
