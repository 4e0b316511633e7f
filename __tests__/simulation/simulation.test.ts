import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { beforeAll, expect, test } from '@jest/globals'
import { projectRoot } from '../../script/root.js'
import { describeCounts, neverReached } from '../../simulation/distribution.js'
import type { Report } from '../../simulation/simulate.js'
import { describeViolation } from '../../simulation/trace.js'

const SEEDS = 10_000

let report: Report

/** Runs a program of Node's to its end; a simulation that finds something ends with 1, which the report tells better. */
function run(...args: readonly string[]): Promise<string> {
  return new Promise((resolve, reject) => {
    const options = { cwd: projectRoot(), maxBuffer: 64 * 1024 * 1024 }
    execFile(process.execPath, args, options, (error, stdout, stderr) => {
      if (stdout === '' && error !== null) reject(new Error(`${error.message}\n${stderr}`))
      else resolve(stdout)
    })
  })
}

// As `npm run simulate` does it, on every core and without what makes code slow in tests.
beforeAll(async () => {
  const start = performance.now()
  report = JSON.parse(await run(join('build', 'script', 'simulate.js'), '--seeds', String(SEEDS), '--json'))
  const seconds = ((performance.now() - start) / 1000).toFixed(1)
  process.stdout.write(`Simulation: ${seconds} s\n${describeCounts(report.counts)}\n`)
}, 180_000)

test('every run keeps every promise', () => {
  expect(report.violations.map(({ seed, violation }) => describeViolation(seed, violation))).toEqual([])
})

test('every branch and every row of the table of answers is reached', () => {
  expect(neverReached(report.counts)).toEqual([])
})

test('ten thousand runs were made', () => {
  expect(report.counts.runs).toBe(SEEDS)
})
