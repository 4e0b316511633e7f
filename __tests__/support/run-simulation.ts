import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { projectRoot } from '../../script/root.js'
import { actionNode } from '../../script/runner.js'
import type { Report } from '../../simulation/simulate.js'

/** Longer than a busy machine needs. Only a hang takes longer, and is then ended. */
export const SIMULATION_LIMIT_MS = 600_000

/** Runs `npm run simulate` with these options in its own process on the action's Node, where code runs faster than under Jest. */
export function runSimulation(...options: readonly string[]): Promise<Report> {
  const program = join('build', 'script', 'simulate.js')
  const settings = { cwd: projectRoot(), maxBuffer: 64 * 1024 * 1024, timeout: SIMULATION_LIMIT_MS }
  return new Promise((resolve, reject) => {
    execFile(actionNode(), [program, ...options, '--json'], settings, (error, stdout, stderr) => {
      // The exit code is also 1 if the simulation found a problem, which is in the report.
      if (stdout === '' && error !== null) reject(new Error(`${error.message}\n${stderr}`))
      else resolve(JSON.parse(stdout))
    })
  })
}
