import type { Table } from '../table.js'
import type { Agreement } from './agreement.js'
import type { FleetFigures } from './fleets.js'
import type { SimulatedResults } from './results.js'
import type { ScheduleFigures } from './schedules.js'
import type { WaitFigures } from './waits.js'

/** All figures as tables, one for each question. */
export function simulatedTables(
  { waits, fleets, schedules, attaching }: SimulatedResults,
  agreement: readonly Agreement[],
): readonly Table[] {
  return [
    { region: 'lag', title: 'A wait, on the virtual clock', ...waitsTable(waits) },
    { region: 'schedules', title: 'Schedules', ...schedulesTable(schedules) },
    { region: 'attaching', title: 'Attaching in the middle of a snapshot', ...schedulesTable(attaching) },
    { region: 'fleets', title: 'Fleets in one project', ...fleetsTable(fleets) },
    { region: 'agreement', title: 'Real time against the virtual clock', ...agreementTable(agreement) },
  ]
}

type Rows = Pick<Table, 'head' | 'rows'>

function waitsTable(waits: readonly WaitFigures[]): Rows {
  const head = ['Snapshot', 'Lag, mean', 'Of its time', 'Lag, worst', 'Requests', 'Of a look every 4 s']
  const short = ['Requests, nonces of 60 s', 'Of a look every 4 s']
  const rows = waits.map((row) => [
    `${row.durationS} s`,
    seconds(row.meanLagMs),
    percent(row.meanLagShare),
    seconds(row.worstLagMs),
    row.requests.toFixed(0),
    row.requestsShare.toFixed(2),
    row.requestsWithShortNonces.toFixed(0),
    row.requestsWithShortNoncesShare.toFixed(2),
  ])
  return { head: [...head, ...short], rows }
}

function fleetsTable(fleets: readonly FleetFigures[]): Rows {
  const head = ['Steps', 'Snapshots', 'Limit', 'Completed', 'Lag, mean', 'Lag, 99 %', 'Lag, worst']
  const rows = fleets.map((row) => [
    `${row.steps.toLocaleString('en')} ${row.start}${row.heedless ? ', heedless' : ''}`,
    row.snapshots.replace('-', '–'),
    row.otherTool ? 'half' : 'whole',
    row.completed.toLocaleString('en'),
    seconds(row.meanLagMs),
    seconds(row.p99LagMs),
    seconds(row.worstLagMs),
    row.requests.toFixed(1),
    row.putOff.toFixed(1),
    minutes(row.lastEndedAtMs),
  ])
  return { head: [...head, 'Requests a step', '429s a step', 'Last end'], rows }
}

/** A row for each schedule, with lag and requests for each kind of snapshot. */
function schedulesTable(schedules: readonly ScheduleFigures[]): Rows {
  const kindOf = ({ spread, durationS }: ScheduleFigures) => (spread ? 'Spread' : `${durationS} s`)
  const kinds = [...new Set(schedules.map(kindOf))]
  const names = [...new Set(schedules.map(({ name }) => name))]
  const rows = names.map((name) => {
    const cells = kinds.flatMap((kind) => {
      const found = schedules.find((row) => row.name === name && kindOf(row) === kind)
      return found === undefined ? ['', ''] : [seconds(found.meanLagMs), found.requests.toFixed(0)]
    })
    return [name, ...cells]
  })
  return { head: ['Looks', ...kinds.flatMap((kind) => [`${kind}: lag`, 'requests'])], rows }
}

function agreementTable(agreement: readonly Agreement[]): Rows {
  const head = ['Looks', 'Waits', 'Requests, real', 'simulated', 'apart', 'End, real', 'simulated', 'apart']
  const rows = agreement.map((row) => [
    row.schedule,
    String(row.waits),
    row.requests.toFixed(2),
    row.simulatedRequests.toFixed(2),
    percent(Math.abs(row.requestsDifference)),
    seconds(row.endMs),
    seconds(row.simulatedEndMs),
    percent(Math.abs(row.endDifference)),
  ])
  return { head: head, rows }
}

function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(1)} s`
}

function minutes(ms: number): string {
  return `${(ms / 60_000).toFixed(1)} min`
}

function percent(share: number): string {
  return `${(share * 100).toFixed(1)} %`
}
