import type { Results } from './results.js'
import type { Table } from './table.js'

interface Goal {
  readonly measure: string
  readonly most: number
  readonly measured: number
  /** As it is written in the table. */
  readonly format: (value: number) => string
}

/** What the action may cost at most, and what it does. */
export function goalsTable(results: Results): Table {
  const goals = [
    ...startUpGoals(results),
    ...requestGoals(results),
    ...lagGoals(results),
    ...fleetGoals(results),
    ...memoryGoals(results),
    ...sizeGoals(results),
  ]
  return {
    region: 'goals',
    title: 'Goals',
    head: ['', 'At most', 'Measured', ''],
    rows: goals.map(({ measure, most, measured, format }) => [
      measure,
      format(most),
      format(measured),
      measured <= most ? 'met' : '**missed**',
    ]),
  }
}

function startUpGoals({ startUp }: Results): readonly Goal[] {
  return startUp.map(({ node, contenders }) => ({
    measure: `whole process without a wait, over the floor, Node ${node.slice(1)}`,
    most: 1.4,
    measured: contenders.find(({ name }) => name === 'this action')?.overFloor.median ?? Number.NaN,
    format: twoDigits,
  }))
}

function requestGoals({ simulated: { waits } }: Results): readonly Goal[] {
  const shares = [
    { durationS: 160, most: 0.65 },
    { durationS: 3_600, most: 0.12 },
  ]
  return shares.flatMap(({ durationS, most }) => {
    const wait = waits.find((of) => of.durationS === durationS)
    const share = `requests of a wait of ${durationS} s, over a look every 4 s with a challenge each`
    return [
      { measure: share, most, measured: wait?.requestsShare ?? Number.NaN, format: twoDigits },
      {
        measure: `${share}, where nonces live for a minute`,
        most,
        measured: wait?.requestsWithShortNoncesShare ?? Number.NaN,
        format: twoDigits,
      },
    ]
  })
}

function lagGoals({ simulated: { waits } }: Results): readonly Goal[] {
  const shares = waits.map(({ durationS, meanLagShare }) => ({
    measure: `mean lag, of a snapshot's ${durationS} s`,
    most: 0.03,
    measured: meanLagShare,
    format: (share: number) => `${(share * 100).toFixed(1)} %`,
  }))
  const worst = Math.max(...waits.map(({ worstLagMs }) => worstLagMs))
  const seconds = (ms: number) => `${(ms / 1000).toFixed(0)} s`
  return [...shares, { measure: 'lag of any of these waits', most: 31_000, measured: worst, format: seconds }]
}

function fleetGoals({ simulated: { fleets } }: Results): readonly Goal[] {
  const ours = fleets.filter(({ heedless }) => !heedless)
  const incomplete = ours.reduce((sum, { steps, completed }) => sum + steps - completed, 0)
  const measure = 'steps of a fleet that end without a completed snapshot'
  return [{ measure, most: 0, measured: incomplete, format: String }]
}

function memoryGoals({ memory }: Results): readonly Goal[] {
  return memory.map(({ node, peaks, longWait }) => ({
    measure: `memory above \`node -e 0\` with an hour's looks, Node ${node.slice(1)}`,
    most: 30e6,
    measured:
      longWait.hour.peak - (peaks.find(({ name }) => name === 'node -e 0')?.bytes.median ?? Number.NaN),
    format: (bytes) => `${(bytes / 1e6).toFixed(0)} MB`,
  }))
}

function sizeGoals({ sizes }: Results): readonly Goal[] {
  const format = (bytes: number) => `${(bytes / 1000).toFixed(0)} kB`
  return [{ measure: 'what a runner downloads', most: 200_000, measured: sizes.archive, format }]
}

function twoDigits(value: number): string {
  return value.toFixed(2)
}
