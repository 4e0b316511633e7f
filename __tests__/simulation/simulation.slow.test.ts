import { beforeAll, expect, it } from '@jest/globals'
import { countedFaults } from '../../simulation/counts.js'
import type { Report } from '../../simulation/simulate.js'
import { describeViolation } from '../../simulation/trace.js'
import { runSimulation } from '../support/run-simulation.js'

const SEEDS = 8_000

let report: Report

beforeAll(async () => {
  report = await runSimulation(SEEDS)
})

it(`no run violates an invariant over ${SEEDS} seeds`, () => {
  expect(report.violations.map(({ seed, violation }) => describeViolation(seed, violation))).toStrictEqual([])
  expect(report.runs).toBe(SEEDS)
})

it('every fault happens', () => {
  expect(countedFaults.filter((name) => report.counts[name] === undefined)).toStrictEqual([])
})
