import { writeFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { prepareContenders } from './contenders.js'
import { measureFleets } from './fleets.js'
import { describeThisMachine, findNode } from './machine.js'
import { measureMemory } from './memory.js'
import { measureRealWaits } from './real-waits.js'
import { measureSizes, type Results, readResults, writeResults } from './results.js'
import { inTemporaryFolder } from './run-process.js'
import { measureStartUp } from './start-up.js'
import { createTables, describeMachine, toText, updatePerformancePage } from './tables.js'
import { measureVirtualWaits } from './virtual-waits.js'

const usage = `usage: npm run bench -- [options]

Measures what the action, dist/index.js, costs a job: start-up, requests, lag, fleets, memory and size. A script that
sends the same requests and the usual action are measured beside it, all against the same emulated Atlas behind TLS.
Prints tables, and writes bench/results.json and the tables in docs/performance.md. Takes some five minutes on a
machine that does nothing else. Needs openssl.

  --runs N      rounds of start-up (default: 120)
  --seconds N   how long the snapshot takes that is waited for in real time (default: 159, as recorded)
  --node PATH   the Node to measure with (default: Node 24 as .ci/run installs it, else the one that runs this)
  --try         write nothing
  --help        show this
`

interface Options {
  readonly runs: number
  readonly seconds: number
  readonly node: string | undefined
}

/** Measures one after the other, except where nothing is timed. */
function measure(options: Options): Promise<Results> {
  const { runs, seconds } = options
  const node = findNode(options.node)
  return inTemporaryFolder(async (folder) => {
    const contenders = prepareContenders()
    progress('start-up')
    const startUp = await measureStartUp(contenders, node.path, runs, folder)
    progress('memory')
    const memory = await measureMemory(contenders, node.path, folder)
    progress('waits in real time')
    const waits = await measureRealWaits(contenders, node.path, seconds, folder)
    progress('waits and fleets on the virtual clock')
    return {
      measured: new Date().toISOString().slice(0, 10),
      machine: describeThisMachine(),
      node: node.version,
      startUp,
      realWaits: { seconds, waits },
      virtualWaits: await measureVirtualWaits(),
      fleets: await measureFleets(),
      memory,
      sizes: measureSizes(),
    }
  })
}

function progress(what: string): void {
  process.stderr.write(`measuring ${what} …\n`)
}

function positive(name: string, text: string): number {
  const value = Number(text)
  if (!(value > 0 && Number.isFinite(value))) throw new Error(`--${name}: not a number above 0: ${text}`)
  return value
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      runs: { type: 'string', default: '120' },
      seconds: { type: 'string', default: '159' },
      node: { type: 'string' },
      try: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  })
  if (values.help) {
    process.stdout.write(usage)
    return
  }
  const runs = positive('runs', values.runs)
  const results = await measure({ runs, seconds: positive('seconds', values.seconds), node: values.node })
  process.stdout.write(`${describeMachine(results)}\n\n${createTables(results).map(toText).join('\n')}\n`)
  if (values.try) return
  writeResults(results)
  // Read again, because not every digit was written.
  const { path, wanted } = updatePerformancePage(readResults())
  writeFileSync(path, wanted)
}

try {
  await main()
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`)
  process.exitCode = 1
}
