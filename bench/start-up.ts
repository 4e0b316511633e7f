import { spawnSync } from 'node:child_process'
import type { Contender, ContenderName } from './contenders.js'
import { startQuickEmulator } from './emulator.js'
import { createProcessContext, type ProcessContext } from './run-process.js'
import { pairedRatios, type Quartiles, toQuartiles } from './statistics.js'

/** Times of whole processes that create a snapshot over TLS without waiting for it. */
export interface StartUp {
  readonly runs: number
  readonly contenders: readonly StartUpFigures[]
}

export interface StartUpFigures {
  readonly name: ContenderName
  /** From the start of the process to its end. */
  readonly ms: Quartiles
  /** The time divided by the baseline's in the same round. */
  readonly overBaseline: Quartiles
}

const WARM_UP_RUNS = 3

/**
 * Runs the contenders one after the other, in a different order in each round.
 *
 * @throws Error if one of them fails
 */
export async function measureStartUp(
  contenders: readonly Contender[],
  node: string,
  runs: number,
  folder: string,
): Promise<StartUp> {
  const emulator = await startQuickEmulator(folder)
  try {
    const context = createProcessContext(folder, emulator)
    const times = new Map(contenders.map(({ name }): [ContenderName, number[]] => [name, []]))
    for (let round = -WARM_UP_RUNS; round < runs; round++) {
      for (const contender of rotate(contenders, round + WARM_UP_RUNS)) {
        const ms = measureTime(contender, node, context)
        if (round >= 0) times.get(contender.name)?.push(ms)
      }
    }
    const getTimes = (name: ContenderName) => times.get(name) ?? []
    return {
      runs,
      contenders: contenders.map(({ name }) => ({
        name,
        ms: toQuartiles(getTimes(name)),
        overBaseline: pairedRatios(getTimes(name), getTimes('baseline')),
      })),
    }
  } finally {
    emulator.stop()
  }
}

function measureTime({ name, args }: Contender, node: string, { cwd, env }: ProcessContext): number {
  const start = performance.now()
  const { status, stdout, stderr } = spawnSync(node, args, { cwd, env, encoding: 'utf8' })
  const ms = performance.now() - start
  if (status !== 0) throw new Error(`${name} failed\n${stdout}${stderr}`)
  return ms
}

function rotate<T>(items: readonly T[], by: number): readonly T[] {
  const start = by % items.length
  return [...items.slice(start), ...items.slice(0, start)]
}
