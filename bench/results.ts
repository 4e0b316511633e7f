import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { projectRoot } from '../script/root.js'
import { isJsonObject } from '../src/atlas/json.js'
import type { Machine } from './machine.js'
import type { Memory } from './memory.js'
import type { Agreement, SimulatedResults } from './simulated/index.js'
import type { Sizes } from './sizes.js'
import type { StartUp } from './start-up.js'
import type { Wait } from './waits.js'

/** Everything that `npm run bench` measured, in one run on one machine. */
export interface Results {
  /** ISO 8601, the day. */
  readonly measured: string
  readonly machine: Machine
  /** Of the programs that took part. */
  readonly versions: Readonly<Record<string, string>>
  /** One for each Node. */
  readonly startUp: readonly StartUp[]
  /** What a snapshot took in `waits`. */
  readonly waitSeconds: number
  readonly waits: readonly Wait[]
  readonly memory: readonly Memory[]
  readonly sizes: Sizes
  readonly simulated: SimulatedResults
  /** Waits in real time against the same on the virtual clock. */
  readonly agreement: readonly Agreement[]
}

const FILE = join('bench', 'results.json')
const PARTS = [
  'measured',
  'machine',
  'versions',
  'startUp',
  'waitSeconds',
  'waits',
  'memory',
  'sizes',
  'simulated',
  'agreement',
] as const satisfies readonly (keyof Results)[]

export function writeResults(results: Results, root = projectRoot()): void {
  writeFileSync(join(root, FILE), `${JSON.stringify(results, rounded, 2)}\n`)
}

/** @throws Error where nothing was measured yet */
export function readResults(root = projectRoot()): Results {
  const path = join(root, FILE)
  if (!existsSync(path)) throw new Error(`${FILE} is missing; run: npm run bench`)
  const results: unknown = JSON.parse(readFileSync(path, 'utf8'))
  if (!isResults(results)) throw new Error(`${FILE} is not what npm run bench writes`)
  return results
}

/** The file is this project's own, so that its outline tells enough. */
function isResults(value: unknown): value is Results {
  return isJsonObject(value) && PARTS.every((part) => part in value)
}

/** Digits beyond these are noise. */
function rounded(_: string, value: unknown): unknown {
  return typeof value === 'number' && !Number.isInteger(value) ? Number(value.toPrecision(5)) : value
}
