import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from '@jest/globals'
import { projectRoot } from '../../script/root.js'
import { drawEffect, type Fault, faults } from '../../simulation/faults.js'
import { SeededRandom } from '../../simulation/seeded-random.js'
import { describeViolation } from '../../simulation/simulate.js'
import type { Failure } from '../../src/atlas/errors.js'
import { classify, FAILURES } from '../../src/atlas/responses.js'
import { runSimulation, SIMULATION_LIMIT_MS } from '../support/run-simulation.js'
import { plantedBugs } from './planted-bugs.js'

const inputs = {
  random: new SeededRandom(1, 'faults'),
  now: 0,
  longestRetryAfter: 5,
  lateSeconds: 1,
} as const

/** What a response means that a fault draws. */
function drawFailure(fault: Fault): Failure | undefined {
  const drawn = drawEffect(fault, inputs)
  if (drawn?.kind !== 'status' && drawn?.kind !== 'html') return undefined
  const isAtlas = drawn.kind === 'status'
  const errorCode = isAtlas ? (drawn.errorCode ?? undefined) : undefined
  return classify({ status: drawn.status, errorCode, detail: undefined, isAtlas }, 'apiKey')
}

it('the simulation has a fault for each response that is not an ordinary rejection', () => {
  const draws = Object.values(faults).flatMap((fault) =>
    Array.from({ length: 200 }, () => drawFailure(fault)),
  )
  const drawn = new Set(draws)
  // The emulator makes the response about the token limit, for the fault `token-limit`.
  const { proxyRefused, tokenLimit, ...others } = FAILURES
  const special = [proxyRefused, ...Object.values(others).filter(({ meaning }) => meaning !== 'rejected')]
  expect(special.filter((failure) => !drawn.has(failure))).toStrictEqual([])
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
