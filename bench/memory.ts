import type { Contender, ContenderName } from './contenders.js'
import { startEmulator, startQuickEmulator } from './emulator.js'
import { createProcessContext, runForPeakMemory } from './run-process.js'
import { type Quartiles, toQuartiles } from './statistics.js'

/** Peak memory in bytes. */
export interface Memory {
  /** Of whole processes that create a snapshot without waiting for it. */
  readonly peaks: readonly { readonly name: ContenderName; readonly bytes: Quartiles }[]
  /** Of this action with as many polls as in a wait of hours. */
  readonly longWait: { readonly polls: number; readonly bytes: number }
}

const RUNS = 10
const LONG_WAIT_SECONDS = 60
const POLL_INTERVAL_SECONDS = 0.1

/** @throws Error if a contender fails */
export async function measureMemory(
  contenders: readonly Contender[],
  node: string,
  folder: string,
): Promise<Memory> {
  const [peaks, longWait] = await Promise.all([
    measurePeaks(contenders, node, folder),
    measureLongWait(contenders, node, folder),
  ])
  return { peaks, longWait }
}

async function measurePeaks(
  contenders: readonly Contender[],
  node: string,
  folder: string,
): Promise<Memory['peaks']> {
  const emulator = await startQuickEmulator(folder)
  try {
    const peaks: Memory['peaks'][number][] = []
    for (const { name, args } of contenders) {
      const bytes: number[] = []
      for (let run = 0; run < RUNS; run++)
        bytes.push(await runForPeakMemory(node, args, createProcessContext(folder, emulator)))
      peaks.push({ name, bytes: toQuartiles(bytes) })
    }
    return peaks
  } finally {
    emulator.stop()
  }
}

async function measureLongWait(
  contenders: readonly Contender[],
  node: string,
  folder: string,
): Promise<Memory['longWait']> {
  const action = contenders.find(({ name }) => name === 'this action')
  if (action === undefined) throw new Error('this action is not measured')
  const { atlas, close, ...address } = await startEmulator(folder, LONG_WAIT_SECONDS)
  try {
    const inputs = { wait: 'true', 'poll-interval-seconds': String(POLL_INTERVAL_SECONDS) }
    const bytes = await runForPeakMemory(node, action.args, createProcessContext(folder, address, inputs))
    return { polls: atlas.requests.filter(({ operation }) => operation === 'get').length, bytes }
  } finally {
    await close()
  }
}
