import { availableParallelism } from 'node:os'
import { beforeAll, expect, it } from '@jest/globals'
import { describeCounts, neverReached } from '../../simulation/distribution.js'
import type { Report } from '../../simulation/simulate.js'
import { describeViolation } from '../../simulation/trace.js'
import { runSimulation } from '../support/run-simulation.js'

const SEEDS = 20_000

let report: Report

beforeAll(async () => {
  const start = performance.now()
  report = await runSimulation(SEEDS, availableParallelism())
  const seconds = ((performance.now() - start) / 1000).toFixed(1)
  process.stdout.write(`Simulation: ${seconds} s\n${describeCounts(report.counts)}\n`)
})

it(`no run violates an invariant over ${SEEDS} seeds`, () => {
  expect(report.violations.map(({ seed, violation }) => describeViolation(seed, violation))).toStrictEqual([])
  expect(report.counts.runs).toBe(SEEDS)
})

it('every coverage goal and every fault is reached', () => {
  expect(neverReached(report.counts)).toStrictEqual([])
})
