import { beforeAll, expect, test } from '@jest/globals'
import { describeCounts, neverReached } from './distribution.js'
import { type Report, simulate } from './simulate.js'
import { describeViolation } from './trace.js'

const FIRST_SEED = 1
const SEEDS = 10_000

let report: Report

beforeAll(async () => {
  const start = performance.now()
  report = await simulate(FIRST_SEED, SEEDS)
  const seconds = ((performance.now() - start) / 1000).toFixed(1)
  process.stdout.write(`Simulation: ${seconds} s\n${describeCounts(report.counts)}\n`)
}, 120_000)

test('every run keeps every promise', () => {
  expect(report.findings.map(({ seed, violation }) => describeViolation(seed, violation))).toEqual([])
})

test('every branch and every row of the table of answers is reached', () => {
  expect(neverReached(report.counts)).toEqual([])
})

test('ten thousand runs were made', () => {
  expect(report.counts.runs).toBe(SEEDS)
})
