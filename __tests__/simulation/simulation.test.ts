import { expect, it } from '@jest/globals'
import { describeViolation } from '../../simulation/trace.js'
import { runSimulation } from '../support/run-simulation.js'

it('no run violates an invariant over 3,000 seeds', async () => {
  const { counts, violations } = await runSimulation(3_000)
  expect(violations.map(({ seed, violation }) => describeViolation(seed, violation))).toEqual([])
  expect(counts.runs).toBe(3_000)
})
