import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { projectRoot } from '../../script/root.js'
import type { Report } from '../../simulation/simulate.js'

/** Simulates so many seeds as `npm run simulate` does, without what makes code slow in tests. */
export function runSimulation(seeds: number, jobs = 1): Promise<Report> {
  const program = join('build', 'script', 'simulate.js')
  const options = { cwd: projectRoot(), maxBuffer: 64 * 1024 * 1024 }
  return new Promise((resolve, reject) => {
    execFile(
      process.execPath,
      [program, '--seeds', String(seeds), '--jobs', String(jobs), '--json'],
      options,
      (error, stdout, stderr) => {
        // It ends with 1 if a promise was broken. The report says which.
        if (stdout === '' && error !== null) reject(new Error(`${error.message}\n${stderr}`))
        else resolve(JSON.parse(stdout))
      },
    )
  })
}
