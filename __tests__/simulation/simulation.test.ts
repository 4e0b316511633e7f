import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from '@jest/globals'
import { projectRoot } from '../../script/root.js'
import { drawEffect, type Fault, faults } from '../../simulation/faults.js'
import { SeededRandom } from '../../simulation/seeded-random.js'
import { describeViolation } from '../../simulation/simulate.js'
import { findRow, RESPONSES, type ResponseRow } from '../../src/atlas/responses.js'
import { runSimulation, SIMULATION_LIMIT_MS } from '../support/run-simulation.js'
import { plantedBugs } from './planted-bugs.js'

const inputs = {
  random: new SeededRandom(1, 'faults'),
  now: 0,
  longestRetryAfter: 5,
  lateSeconds: 1,
} as const

/** The row of the table for a response that a fault draws. */
function drawRow(fault: Fault): ResponseRow | undefined {
  const drawn = drawEffect(fault, inputs)
  if (drawn?.kind !== 'status' && drawn?.kind !== 'html') return undefined
  const isAtlas = drawn.kind === 'status'
  const errorCode = isAtlas ? (drawn.errorCode ?? undefined) : undefined
  return findRow({ status: drawn.status, errorCode, detail: undefined, isAtlas }, 'apiKey')
}

it('the simulation has a fault for each response that is not an ordinary rejection', () => {
  const draws = Object.values(faults).flatMap((fault) => Array.from({ length: 200 }, () => drawRow(fault)))
  const drawn = new Set(draws)
  // The response of the row with a detail is made by the emulator, for the fault `token-limit`.
  const special = Object.values<ResponseRow>(RESPONSES).filter(
    ({ meaning, fromAnyone, detail }) => (meaning ?? fromAnyone) && detail === undefined,
  )
  expect(special.filter((row) => !drawn.has(row))).toStrictEqual([])
})

it('each planted bug changes one place of the compiled code', () => {
  const read = (file: string) => readFileSync(join(projectRoot(), 'build', 'src', `${file}.js`), 'utf8')
  const bugs = Object.values(plantedBugs).flatMap(Object.values)
  const misplaced = bugs.filter(({ file, code }) => code !== undefined && read(file).split(code).length !== 2)
  expect(misplaced).toStrictEqual([])
})

it(
  'no run violates an invariant over 100 seeds',
  async () => {
    const { runs, violations } = await runSimulation('--seeds', '100')
    expect(violations.map(describeViolation)).toStrictEqual([])
    expect(runs).toBe(100)
  },
  SIMULATION_LIMIT_MS + 10_000,
)
