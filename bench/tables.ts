import { goalsTable } from './goals.js'
import type { Results } from './results.js'
import { simulatedTables } from './simulated/index.js'
import type { Quartiles } from './statistics.js'
import type { Table } from './table.js'

/** All tables, in the order of the page. */
export function tablesOf(results: Results): readonly Table[] {
  return [
    goalsTable(results),
    startUpTable(results),
    requestsTable(results),
    ...simulatedTables(results.simulated, results.agreement),
    memoryTable(results),
    sizesTable(results),
  ]
}

/** Where and with what it was measured, in a sentence. */
export function machineOf({ measured, machine, versions, startUp }: Results): string {
  const nodes = startUp.map(({ node }) => `Node ${node.slice(1)}`)
  const programs = Object.values(versions)
  const gib = `${machine.memoryGiB} GiB`
  return `Measured on ${measured}: ${machine.cpu}, ${machine.cores} cores, ${gib}, ${machine.os}; ${[...nodes, ...programs].join(', ')}. Start-up in ${startUp[0]?.runs ?? 0} rounds.`
}

function startUpTable({ startUp }: Results): Table {
  const names = startUp[0]?.contenders.map(({ name }) => name) ?? []
  const cellsOf = (name: string) =>
    startUp.flatMap(({ contenders }) => {
      const found = contenders.find((contender) => contender.name === name)
      if (found === undefined) return ['', '', '']
      return [spread(found.ms, 0), found.overZero.median.toFixed(2), spread(found.overFloor, 2)]
    })
  return {
    region: 'start-up',
    title: 'Whole process, take without wait',
    head: [
      '',
      ...startUp.flatMap(({ node }) => [`Node ${node.slice(1)}, ms`, 'over `node -e 0`', 'over the floor']),
    ],
    rows: names.map((name) => [name, ...cellsOf(name)]),
  }
}

function requestsTable({ waits, waitSeconds }: Results): Table {
  return {
    region: 'requests',
    title: `Waiting for a snapshot of ${waitSeconds} s, in real time`,
    head: ['', 'Requests', 'Looks', 'Requests besides', 'End after Atlas, s'],
    rows: waits.map(({ name, credentials, requests, polls, revocations, lagMs }) => [
      `${name}, ${credentials}`,
      String(requests),
      String(polls),
      `${requests - polls}${revocations > 0 ? `, and ${revocations} to revoke the token` : ''}`,
      (lagMs / 1000).toFixed(1),
    ]),
  }
}

function memoryTable({ memory }: Results): Table {
  const names = memory[0]?.peaks.map(({ name }) => name) ?? []
  const rowOf = (label: string, value: (of: Results['memory'][number]) => string) => [
    label,
    ...memory.map(value),
  ]
  const zeroOf = (of: Results['memory'][number]) =>
    of.peaks.find(({ name }) => name === 'node -e 0')?.bytes.median ?? 0
  const above = (bytes: number, of: Results['memory'][number]) =>
    `${megabytes(bytes)} (${megabytes(bytes - zeroOf(of))} above)`
  return {
    region: 'memory',
    title: 'Memory at most, and above `node -e 0`, MB',
    head: ['', ...memory.map(({ node }) => `Node ${node.slice(1)}`)],
    rows: [
      ...names.map((name) =>
        rowOf(`${name}, take without wait`, (of) => {
          const median = of.peaks.find((peak) => peak.name === name)?.bytes.median ?? 0
          return name === 'node -e 0' ? megabytes(median) : above(median, of)
        }),
      ),
      rowOf('this action, with as many looks as an hour has', (of) => above(of.longWait.hour.peak, of)),
      rowOf('bytes that a look adds to the heap', ({ longWait }) => longWait.growthPerPoll.toFixed(0)),
      rowOf('by so many looks', ({ longWait }) => longWait.polls.toLocaleString('en')),
    ],
  }
}

function sizesTable({ sizes }: Results): Table {
  const kilobytes = (bytes: number) => (bytes / 1000).toFixed(0)
  const files = Object.entries(sizes.bundle).filter(([name]) => name.endsWith('.js'))
  const chunks = files.filter(([name]) => name !== 'index.js').reduce((sum, [, bytes]) => sum + bytes, 0)
  return {
    region: 'size',
    title: 'Size, kB',
    head: ['', 'kB'],
    rows: [
      ['`dist/index.js`, which every step loads', kilobytes(sizes.bundle['index.js'] ?? 0)],
      ['the rest of the bundle, for `github-token` and proxies', kilobytes(chunks)],
      ['what a runner downloads, gzipped', kilobytes(sizes.archive)],
    ],
  }
}

/** The median, and the quartiles around it. */
function spread({ median, lower, upper }: Quartiles, digits: number): string {
  const [middle = '', from = '', to = ''] = [median, lower, upper].map((value) => value.toFixed(digits))
  return `${middle} (${from}–${to})`
}

function megabytes(bytes: number): string {
  return (bytes / 1e6).toFixed(1)
}
