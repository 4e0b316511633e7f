import { spawnSync } from 'node:child_process'
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { projectRoot } from '../script/root.js'
import { isJsonObject } from '../src/atlas/json.js'
import type { FleetFigures } from './fleets.js'
import type { Machine } from './machine.js'
import type { Memory } from './memory.js'
import type { RealWait } from './real-waits.js'
import type { StartUp } from './start-up.js'
import type { WaitFigures } from './virtual-waits.js'

/** Everything that `npm run bench` measures in one run. */
export interface Results {
  /** ISO 8601 date. */
  readonly measured: string
  readonly machine: Machine
  /** The version of Node that ran the contenders. */
  readonly node: string
  readonly startUp: StartUp
  readonly realWaits: RealWaits
  readonly virtualWaits: readonly WaitFigures[]
  readonly fleets: readonly FleetFigures[]
  readonly memory: Memory
  readonly sizes: Sizes
}

export interface RealWaits {
  /** Duration of the snapshots. */
  readonly seconds: number
  readonly waits: readonly RealWait[]
}

/** Bytes. */
export interface Sizes {
  /** Each file of the bundle by its name. Every step loads `index.js`. */
  readonly bundle: Readonly<Record<string, number>>
  /** The download of a runner: `git archive HEAD`, gzipped. */
  readonly archive: number
}

const FILE = join('bench', 'results.json')
const PARTS = [
  'measured',
  'machine',
  'node',
  'startUp',
  'realWaits',
  'virtualWaits',
  'fleets',
  'memory',
  'sizes',
] as const satisfies readonly (keyof Results)[]

export function writeResults(results: Results, root = projectRoot()): void {
  writeFileSync(join(root, FILE), `${JSON.stringify(results, roundNumbers, 2)}\n`)
}

/** @throws Error if nothing has been measured yet */
export function readResults(root = projectRoot()): Results {
  const path = join(root, FILE)
  if (!existsSync(path)) throw new Error(`${FILE} is missing. Run: npm run bench`)
  const results: unknown = JSON.parse(readFileSync(path, 'utf8'))
  if (!isResults(results)) throw new Error(`${FILE} was not written by npm run bench`)
  return results
}

/** @throws Error outside of a clone */
export function measureSizes(root = projectRoot()): Sizes {
  const dist = join(root, 'dist')
  const files = readdirSync(dist).map((name): [string, number] => [name, statSync(join(dist, name)).size])
  const { status, stdout, stderr } = spawnSync('git', ['archive', '--format=tar.gz', 'HEAD'], {
    cwd: root,
    maxBuffer: 64 * 2 ** 20,
  })
  if (status !== 0) throw new Error(`git archive failed\n${stderr}`)
  return { bundle: Object.fromEntries(files), archive: stdout.length }
}

/** `writeResults` wrote the file, so checking its outline is enough. */
function isResults(value: unknown): value is Results {
  return isJsonObject(value) && PARTS.every((part) => part in value)
}

/** Keeps five digits, because more are noise. */
function roundNumbers(_: string, value: unknown): unknown {
  return typeof value === 'number' && !Number.isInteger(value) ? Number(value.toPrecision(5)) : value
}
