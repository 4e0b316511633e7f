import { availableParallelism } from 'node:os'
import { parseArgs } from 'node:util'
import { isMainThread, parentPort, Worker } from 'node:worker_threads'
import { addCounts, describeCounts, noCounts } from '../simulation/distribution.js'
import { type Report, type SeededViolation, simulate } from '../simulation/simulate.js'
import { describeViolation, traceRun } from '../simulation/trace.js'

const usage = `usage: npm run simulate -- [options]

Run the core of the action against an emulated Atlas, with a virtual clock and random faults, and check the invariants
after each run.

  --seeds N        number of runs, each with its own seed (default: 100000)
  --from N         first seed (default: 1)
  --jobs N         number of threads (default: one per processor)
  --seed N         run only this seed
  --trace          print everything that happens (requires --seed)
  --json           print counts and violations as JSON only
  --help           print this help

Exits with 0 if no run violates an invariant.
`

/** The seeds that a thread runs next. */
interface Chunk {
  readonly from: number
  readonly seeds: number
}

const CHUNK = 250
const BAR = 30
const MAX_SHOWN = 20

interface Options {
  readonly from: number
  readonly seeds: number
  readonly jobs: number
  readonly trace: boolean
  readonly json: boolean
}

/** Parses the command line. `undefined` for --help. */
function readOptions(): Options | undefined {
  const { values } = parseArgs({
    options: {
      seeds: { type: 'string', default: '100000' },
      from: { type: 'string', default: '1' },
      jobs: { type: 'string', default: String(availableParallelism()) },
      seed: { type: 'string' },
      trace: { type: 'boolean', default: false },
      json: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  })
  if (values.help) return undefined
  if (values.trace && values.seed === undefined) throw new Error('--trace requires --seed N')
  return {
    from: natural(values.seed === undefined ? '--from' : '--seed', values.seed ?? values.from),
    seeds: values.seed === undefined ? natural('--seeds', values.seeds) : 1,
    jobs: natural('--jobs', values.jobs),
    trace: values.trace,
    json: values.json,
  }
}

function natural(name: string, text: string): number {
  const number = Number(text)
  if (!(Number.isSafeInteger(number) && number > 0))
    throw new Error(`${name} must be a whole number, 1 or greater, not ${text}`)
  return number
}

/** Runs all seeds in threads. Each thread gets another chunk when it has finished one. */
async function runAll({ from, seeds, jobs }: Options, onProgress: (done: number) => void): Promise<Report> {
  const counts = noCounts()
  const violations: SeededViolation[] = []
  let next = from
  const end = from + seeds
  const work = (): Promise<void> =>
    new Promise((resolve, reject) => {
      const worker = new Worker(new URL(import.meta.url))
      const give = () => {
        if (next >= end) {
          worker.terminate().then(() => resolve(), reject)
          return
        }
        const chunk: Chunk = { from: next, seeds: Math.min(CHUNK, end - next) }
        next += chunk.seeds
        worker.postMessage(chunk)
      }
      worker.on('message', (report: Report) => {
        addCounts(counts, report.counts)
        violations.push(...report.violations)
        onProgress(counts.runs)
        give()
      })
      worker.once('error', reject)
      give()
    })
  await Promise.all(Array.from({ length: Math.min(jobs, Math.ceil(seeds / CHUNK)) }, work))
  return { counts, violations: violations.sort((a, b) => a.seed - b.seed) }
}

/** Reports progress: a bar on a terminal, otherwise a line per 10%. */
function progress(seeds: number): (done: number) => void {
  const start = performance.now()
  let tenths = 0
  return (done) => {
    const rate = Math.round(done / ((performance.now() - start) / 1000))
    const share = done / seeds
    const filled = Math.round(share * BAR)
    const line = `[${'#'.repeat(filled)}${'.'.repeat(BAR - filled)}] ${Math.floor(share * 100)}%, ${done} seeds, ${rate} per second`
    if (process.stderr.isTTY) process.stderr.write(`\r${line}${done === seeds ? '\n' : ''}`)
    else if (Math.floor(share * 10) > tenths) {
      tenths = Math.floor(share * 10)
      process.stderr.write(`${line}\n`)
    }
  }
}

async function main(): Promise<number> {
  const options = readOptions()
  if (options === undefined) {
    process.stdout.write(usage)
    return 0
  }
  if (options.trace) process.stdout.write(`${(await traceRun(options.from)).join('\n')}\n`)
  const isQuiet = options.json || options.seeds === 1
  const report = await runAll(options, isQuiet ? () => undefined : progress(options.seeds))
  if (options.json) process.stdout.write(JSON.stringify(report))
  else if (!options.trace) printReport(report)
  return report.violations.length === 0 ? 0 : 1
}

function printReport({ counts, violations }: Report): void {
  if (counts.runs > 1) process.stdout.write(`${describeCounts(counts)}\n`)
  for (const { seed, violation } of violations.slice(0, MAX_SHOWN)) {
    process.stdout.write(`${describeViolation(seed, violation)}\n`)
  }
  if (violations.length > MAX_SHOWN) process.stdout.write(`and ${violations.length - MAX_SHOWN} more\n`)
  if (violations.length === 0) process.stdout.write('No violations.\n')
}

if (isMainThread) {
  try {
    process.exitCode = await main()
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`)
    process.exitCode = 1
  }
} else {
  parentPort?.on('message', ({ from, seeds }: Chunk) => {
    simulate(from, seeds).then(
      (report) => parentPort?.postMessage(report),
      (error: unknown) => {
        throw error
      },
    )
  })
}
