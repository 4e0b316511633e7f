import { expect, it } from '@jest/globals'
import { faults } from '../../simulation/faults.js'
import { SeededRandom } from '../../simulation/seeded-random.js'
import { describeViolation } from '../../simulation/trace.js'
import { THROTTLING } from '../../src/atlas/response-errors.js'
import { runSimulation } from '../support/run-simulation.js'

it.each(THROTTLING)(
  'the simulation has a fault for the throttling with $status $code',
  ({ status, code }) => {
    const inputs = {
      random: new SeededRandom(1, 'faults'),
      now: 0,
      longestRetryAfter: 5,
      retryAfter: undefined,
      lateSeconds: 0,
      beyond: 10,
      ofList: false,
      realm: '',
    }
    const effects = Object.values(faults).map(({ effect }) => effect?.(inputs))
    const expected =
      code === undefined ? { kind: 'status', status } : { kind: 'status', status, errorCode: code }
    expect(effects).toContainEqual(expect.objectContaining(expected))
  },
)

it('no run violates an invariant over 3,000 seeds', async () => {
  const { counts, violations } = await runSimulation(3_000)
  expect(violations.map(({ seed, violation }) => describeViolation(seed, violation))).toStrictEqual([])
  expect(counts.runs).toBe(3_000)
})
