import { once } from 'node:events'
import { availableParallelism } from 'node:os'
import { parseArgs } from 'node:util'
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads'
import { describeViolation, mergeReports, type Report, simulate, traceRun } from '../simulation/simulate.js'
import { errorMessage } from '../src/action-error.js'

const usage = `usage: npm run simulate -- [options]

Run the core of the action against an emulated Atlas, with a virtual clock and random faults, and check the invariants
after each run. Uses a thread for each processor.

  --seeds N        number of runs, with the seeds 1 to N (default: 100000)
  --seconds N      run new seeds for this time
  --seed N         run only this seed, and print everything that happens
  --json           print the result as JSON
  --help           print this help

Exits with 0 if no run violates an invariant.
`

const MAX_SHOWN = 20

/** The seeds of a thread: every one from `first` to `last` at this distance, until a time in milliseconds since 1970. */
interface Seeds {
  readonly first: number
  readonly last: number
  readonly distance: number
  readonly endAt: number
}

function* toNumbers({ first, last, distance, endAt }: Seeds): Iterable<number> {
  for (let seed = first; seed <= last && Date.now() < endAt; seed += distance) yield seed
}

function natural(name: string, text: string): number {
  const number = Number(text)
  if (!(Number.isSafeInteger(number) && number > 0))
    throw new Error(`${name} must be a whole number, 1 or greater, not ${text}`)
  return number
}

/** Runs seeds with one thread for each processor. */
async function runAll(seeds: Omit<Seeds, 'distance'>): Promise<Report> {
  const distance = availableParallelism()
  const threads = Array.from({ length: distance }, async (_, thread): Promise<Report> => {
    const workerData: Seeds = { ...seeds, first: seeds.first + thread, distance }
    const [report] = await once(new Worker(new URL(import.meta.url), { workerData }), 'message')
    return report
  })
  return mergeReports(await Promise.all(threads))
}

function printReport({ runs, counts, violations }: Report): void {
  for (const [name, number] of Object.entries(counts).sort(([, a], [, b]) => b - a))
    process.stdout.write(`${String(number).padStart(10)}  ${name}\n`)
  for (const violation of violations.slice(0, MAX_SHOWN))
    process.stdout.write(`${describeViolation(violation)}\n`)
  process.stdout.write(`${runs} seeds, ${violations.length} violations\n`)
}

/** True if no run violates an invariant. */
async function main(): Promise<boolean> {
  const { values } = parseArgs({
    options: {
      seeds: { type: 'string', default: '100000' },
      seconds: { type: 'string' },
      seed: { type: 'string' },
      json: { type: 'boolean' },
      help: { type: 'boolean' },
    },
  })
  if (values.help) {
    process.stdout.write(usage)
    return true
  }
  if (values.seed !== undefined) {
    const { lines, isSafe } = await traceRun(natural('--seed', values.seed))
    process.stdout.write(`${lines.join('\n')}\n`)
    return isSafe
  }
  const now = Date.now()
  const forever = Number.POSITIVE_INFINITY
  const seeds =
    values.seconds === undefined
      ? { first: 1, last: natural('--seeds', values.seeds), endAt: forever }
      : // A thousand a millisecond are more than can run, so no two processes share one.
        { first: now * 1_000, last: forever, endAt: now + natural('--seconds', values.seconds) * 1_000 }
  const report = await runAll(seeds)
  if (values.json) process.stdout.write(JSON.stringify(report))
  else printReport(report)
  return report.violations.length === 0
}

if (isMainThread) {
  try {
    process.exitCode = (await main()) ? 0 : 1
  } catch (error) {
    process.stderr.write(`${errorMessage(error)}\n`)
    process.exitCode = 1
  }
} else {
  parentPort?.postMessage(await simulate(toNumbers(workerData)))
}
