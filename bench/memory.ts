import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { JsonFields } from '../emulator/json-fields.js'
import { projectRoot } from '../script/root.js'
import type { Contender, ContenderName } from './contenders.js'
import { type Emulator, startEmulator, startQuickEmulator } from './emulator.js'
import type { NodeProgram } from './machine.js'
import { type Runner, runnerFor, toItsEnd } from './run.js'
import { mean, type Quartiles, quartilesOf } from './statistics.js'

/** Bytes throughout. */
export interface Memory {
  readonly node: string
  /** At most, of whole processes that take a snapshot without waiting for it. */
  readonly peaks: readonly { readonly name: ContenderName; readonly bytes: Quartiles }[]
  readonly longWait: LongWait
}

/** Waits whose looks follow each other so fast that seconds stand for hours. */
export interface LongWait {
  /** At most, of one with about as many looks as a wait of an hour has. */
  readonly hour: { readonly polls: number; readonly peak: number }
  /** One with a look every 10 ms. */
  readonly polls: number
  /** What a collection leaves on the heap. */
  readonly heap: readonly HeapSample[]
  /** By a straight line through the second half. */
  readonly growthPerPoll: number
}

export interface HeapSample {
  readonly seconds: number
  readonly bytes: number
}

const PEAK_RUNS = 10
/** Ten looks a second make some 200, as the schedule does in an hour. */
const HOUR_SECONDS = 20
const MEASURED: readonly ContenderName[] = ['node -e 0', 'floor', 'this action', 'naive action']

/** @throws Error where a contender fails */
export async function measureMemory(
  all: readonly Contender[],
  node: NodeProgram,
  seconds: number,
  folder: string,
): Promise<Memory> {
  const measured = all.filter(({ name }) => MEASURED.includes(name))
  const action = all.filter(({ name }) => name === 'this action')
  const [peaks, [longWait]] = await Promise.all([
    peaksOf(measured, node, folder),
    Promise.all(action.map((contender) => waitLong(contender, node, seconds, folder))),
  ])
  if (longWait === undefined) throw new Error('there is nothing that waits')
  return { node: node.version, peaks, longWait }
}

async function peaksOf(
  measured: readonly Contender[],
  node: NodeProgram,
  folder: string,
): Promise<Memory['peaks']> {
  const emulator = await startQuickEmulator()
  try {
    const peaks: Memory['peaks'][number][] = []
    for (const contender of measured) {
      const bytes: number[] = []
      for (let run = 0; run < PEAK_RUNS; run++)
        bytes.push(await peakOf(contender, node, runnerFor(folder, emulator.url)))
      peaks.push({ name: contender.name, bytes: quartilesOf(bytes) })
    }
    return peaks
  } finally {
    emulator.stop()
  }
}

async function waitLong(
  contender: Contender,
  node: NodeProgram,
  seconds: number,
  folder: string,
): Promise<LongWait> {
  const [hour, many] = await Promise.all([
    startEmulator(['--seconds-to-completed', String(HOUR_SECONDS)]),
    startEmulator(['--seconds-to-completed', String(seconds)]),
  ])
  const waiting = (interval: number) => ({ wait: 'true', 'poll-interval-seconds': String(interval) })
  try {
    const [peak, heap] = await Promise.all([
      peakOf(contender, node, runnerFor(folder, hour.url, waiting(0.1))),
      heapOf(contender, node, runnerFor(folder, many.url, waiting(0.01))),
    ])
    const polls = await pollsAt(many)
    const growthPerPoll = (slopeOf(heap) * seconds) / polls
    return { hour: { polls: await pollsAt(hour), peak }, polls, heap, growthPerPoll }
  } finally {
    for (const emulator of [hour, many]) emulator.stop()
  }
}

async function pollsAt(emulator: Emulator): Promise<number> {
  const requests = await emulator.requests()
  return requests.filter(({ operation }) => operation === 'get').length
}

async function peakOf(contender: Contender, node: NodeProgram, { cwd, env }: Runner): Promise<number> {
  const PEAK_FILE = join(cwd, 'peak')
  await watched(contender, node, ['--require', preload('peak')], { cwd, env: { ...env, PEAK_FILE } })
  return Number(readFileSync(PEAK_FILE, 'utf8'))
}

async function heapOf(
  contender: Contender,
  node: NodeProgram,
  { cwd, env }: Runner,
): Promise<readonly HeapSample[]> {
  const HEAP_FILE = join(cwd, 'heap')
  const flags = ['--expose-gc', '--require', preload('heap')]
  await watched(contender, node, flags, { cwd, env: { ...env, HEAP_FILE } })
  const samples: unknown = JSON.parse(readFileSync(HEAP_FILE, 'utf8'))
  if (!Array.isArray(samples)) throw new TypeError('the heap was not noted')
  return samples.map((sample: unknown) => {
    const fields = new JsonFields('a sample of the heap', sample)
    return { seconds: fields.number('seconds') ?? 0, bytes: fields.number('bytes') ?? 0 }
  })
}

async function watched(
  { name, command }: Contender,
  node: NodeProgram,
  flags: readonly string[],
  runner: Runner,
): Promise<void> {
  const [program = '', ...args] = command(node.path)
  const said = await toItsEnd([program, ...flags, ...args], runner)
  if (said !== undefined) throw new Error(`${name} failed\n${said}`)
}

function preload(name: string): string {
  return join(projectRoot(), 'bench', 'preload', `${name}.cjs`)
}

/** Bytes a second, by least squares, in the second half of the time. */
function slopeOf(samples: readonly HeapSample[]): number {
  const late = samples.slice(Math.floor(samples.length / 2))
  const [x, y] = [mean(late.map(({ seconds }) => seconds)), mean(late.map(({ bytes }) => bytes))]
  const above = late.reduce((sum, { seconds, bytes }) => sum + (seconds - x) * (bytes - y), 0)
  return above / late.reduce((sum, { seconds }) => sum + (seconds - x) ** 2, 0)
}
