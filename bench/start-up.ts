import { spawnSync } from 'node:child_process'
import type { Contender, ContenderName } from './contenders.js'
import { startQuickEmulator } from './emulator.js'
import type { NodeProgram } from './machine.js'
import { type Runner, runnerFor } from './run.js'
import { pairedRatios, type Quartiles, quartilesOf } from './statistics.js'

/** Whole processes that take a snapshot without waiting for it, on one Node. */
export interface StartUp {
  readonly node: string
  readonly runs: number
  readonly contenders: readonly StartUpOf[]
}

export interface StartUpOf {
  readonly name: ContenderName
  /** From spawning the process to its end. */
  readonly ms: Quartiles
  /** Over `node -e 0`, and over the floor, of the same round. */
  readonly overZero: Quartiles
  readonly overFloor: Quartiles
}

const WARM_UP_RUNS = 3

/**
 * Runs the contenders in turn, one after the other, so many times, each time in another order.
 *
 * @throws Error where one of them fails
 */
export async function measureStartUp(
  all: readonly Contender[],
  node: NodeProgram,
  runs: number,
  folder: string,
): Promise<StartUp> {
  const emulator = await startQuickEmulator()
  try {
    const runner = runnerFor(folder, emulator.url)
    const times = new Map(all.map(({ name }): [ContenderName, number[]] => [name, []]))
    for (let round = -WARM_UP_RUNS; round < runs; round++) {
      for (const { name, command } of rotated(all, round + WARM_UP_RUNS)) {
        const ms = timeOf(name, command(node.path), runner)
        if (round >= 0) times.get(name)?.push(ms)
      }
    }
    const timesOf = (name: ContenderName) => times.get(name) ?? []
    return {
      node: node.version,
      runs,
      contenders: all.map(({ name }) => ({
        name,
        ms: quartilesOf(timesOf(name)),
        overZero: pairedRatios(timesOf(name), timesOf('node -e 0')),
        overFloor: pairedRatios(timesOf(name), timesOf('floor')),
      })),
    }
  } finally {
    emulator.stop()
  }
}

function timeOf(name: string, [program = '', ...args]: readonly string[], { cwd, env }: Runner): number {
  const start = performance.now()
  const { status, stdout, stderr } = spawnSync(program, args, { cwd, env, encoding: 'utf8' })
  const ms = performance.now() - start
  if (status !== 0) throw new Error(`${name} failed\n${stdout}${stderr}`)
  return ms
}

function rotated<T>(items: readonly T[], by: number): readonly T[] {
  const start = by % items.length
  return [...items.slice(start), ...items.slice(0, start)]
}
