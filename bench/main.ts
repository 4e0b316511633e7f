import { parseArgs } from 'node:util'
import { type Contender, contenders } from './contenders.js'
import { type NodeProgram, nodesToMeasure, thisMachine, versionOf } from './machine.js'
import { measureMemory } from './memory.js'
import { writePerformancePage } from './page.js'
import { drawPlots } from './plots.js'
import { type Results, readResults, writeResults } from './results.js'
import { inFolder } from './run.js'
import { measureAgreement, measureSimulated } from './simulated/index.js'
import { measureSizes } from './sizes.js'
import { measureStartUp, type StartUp } from './start-up.js'
import { asText } from './table.js'
import { machineOf, tablesOf } from './tables.js'
import { measureWaits } from './waits.js'

const usage = `usage: npm run bench -- [options]

Measures the action, dist/index.js, side by side with what else does its job, against the same emulated Atlas: start-up,
requests, memory, size, and on a virtual clock waits and fleets. Prints tables, and writes bench/results.json and the
tables in docs/performance.md. Takes some nine minutes on a machine that does nothing else.

  --runs N             rounds of start-up (default: 120)
  --seconds N          what the snapshot takes that is waited for in real time (default: 159, as recorded)
  --memory-seconds N   what the one takes that is looked at 100 times a second (default: 60)
  --node24 PATH        Node 24 (default: where .ci/run puts it; left out where it is not)
  --try                write nothing, and go on where curl, jq or Node 24 is missing
  --plot               measure nothing; draw docs/plots from bench/results.json, and write the tables
  --help               show this
`

interface Options {
  readonly runs: number
  readonly seconds: number
  readonly memorySeconds: number
  readonly node24: string | undefined
  /** Whether to go on though somebody is missing. */
  readonly partial: boolean
}

/** Measures everything, one after the other where time is measured. */
async function measure({ runs, seconds, memorySeconds, node24, partial }: Options): Promise<Results> {
  const nodes = nodesToMeasure(node24)
  const [node] = nodes
  if (node === undefined) throw new Error('there is no Node to measure on')
  return inFolder(async (folder) => {
    const all = contenders(folder)
    if (!partial) assertComplete(all, nodes)
    const startUp: StartUp[] = []
    for (const on of nodes) {
      progress(`start-up, Node ${on.version}`)
      startUp.push(await measureStartUp(all, on, runs, folder))
    }
    progress('memory')
    const memory = await Promise.all(nodes.map((on) => measureMemory(all, on, memorySeconds, folder)))
    progress('waits in real time')
    const waits = await measureWaits(all, node, seconds, folder)
    progress('waits and fleets on the virtual clock')
    const simulated = await measureSimulated()
    const agreement = await measureAgreement()
    const sizes = measureSizes()
    const measured = new Date().toISOString().slice(0, 10)
    const machine = thisMachine()
    return {
      measured,
      machine,
      versions: versions(),
      startUp,
      waitSeconds: seconds,
      waits,
      memory,
      sizes,
      simulated,
      agreement,
    }
  })
}

/** Throws an Error where a table would lack what it had before. */
function assertComplete(all: readonly Contender[], nodes: readonly NodeProgram[]): void {
  if (nodes.length === 2 && all.some(({ name }) => name === 'curl and jq')) return
  throw new Error(
    'curl, jq and two versions of Node have to take part, or --try be given; .ci/run installs Node 24',
  )
}

function versions(): Results['versions'] {
  const found = ['curl', 'jq', 'atlas'].map((program) => [program, versionOf(program)] as const)
  return Object.fromEntries(found.flatMap(([program, version]) => (version ? [[program, version]] : [])))
}

function progress(what: string): void {
  process.stderr.write(`measuring ${what} …\n`)
}

function positive(name: string, text: string): number {
  const value = Number(text)
  if (!(value > 0 && Number.isFinite(value))) throw new Error(`--${name}: not a number above 0: ${text}`)
  return value
}

/** Reads the command line and does what it says. */
async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      runs: { type: 'string', default: '120' },
      seconds: { type: 'string', default: '159' },
      'memory-seconds': { type: 'string', default: '60' },
      node24: { type: 'string' },
      try: { type: 'boolean', default: false },
      plot: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  })
  if (values.help) {
    process.stdout.write(usage)
    return
  }
  if (values.plot) {
    const results = readResults()
    for (const file of drawPlots(results)) process.stdout.write(`${file}\n`)
    writePerformancePage(results)
    return
  }
  const results = await measure({
    runs: positive('runs', values.runs),
    seconds: positive('seconds', values.seconds),
    memorySeconds: positive('memory-seconds', values['memory-seconds']),
    node24: values.node24,
    partial: values.try,
  })
  process.stdout.write(`${machineOf(results)}\n\n${tablesOf(results).map(asText).join('\n')}\n`)
  if (values.try) return
  writeResults(results)
  // As they were written, which is not to the last digit.
  writePerformancePage(readResults())
}

try {
  await main()
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`)
  process.exitCode = 1
}
