import { beforeAll, expect, it } from '@jest/globals'
import { faults } from '../../simulation/faults.js'
import { describeViolation, type Report } from '../../simulation/simulate.js'
import { runSimulation } from '../support/run-simulation.js'

const SEEDS = 4_000

let fixed: Report

beforeAll(async () => {
  fixed = await runSimulation('--seeds', String(SEEDS))
})

it(`no run violates an invariant over ${SEEDS} seeds`, () => {
  expect(fixed.violations.map(describeViolation)).toStrictEqual([])
  expect(fixed.runs).toBe(SEEDS)
})

it('every fault happens', () => {
  expect(Object.keys(faults).filter((name) => fixed.counts[name] === undefined)).toStrictEqual([])
})

it('no run violates an invariant over a minute of new seeds', async () => {
  const report = await runSimulation('--seconds', '60')
  process.stdout.write(`${report.runs} new seeds\n`)
  expect(report.violations.map(describeViolation)).toStrictEqual([])
  expect(report.runs).toBeGreaterThan(0)
})
