import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { projectRoot } from '../script/root.js'
import { prepareContenders } from './contenders.js'
import { measureFleets } from './fleets.js'
import { describeThisMachine, findNode } from './machine.js'
import { measureMemory } from './memory.js'
import { measureRealWaits } from './real-waits.js'
import { measureSizes, type Results, readResults, writeResults } from './results.js'
import { inTemporaryFolder } from './run-process.js'
import { measureStartUp } from './start-up.js'
import { createTables, describeMachine, toText, updatePages } from './tables.js'
import { measureVirtualWaits } from './virtual-waits.js'

const usage = `usage: npm run bench -- [options]

Measures what dist/index.js costs a job: start-up, requests, delay, fleets, memory, and size. Compares it with a baseline script
and with the usual action, against an emulated Atlas behind TLS. Prints tables, and writes bench/results.json and the
tables in bench/README.md and docs/performance.md. Takes about five minutes. Needs openssl and an idle machine.

  --runs N      number of start-up rounds (default: 120)
  --seconds N   duration of the snapshot in the real-time wait (default: 159, as recorded)
  --node PATH   Node to measure with (default: the Node 24 that .ci/run installs, or the running Node)
  --try         print the tables without writing files
  --help        print this help
`

interface Options {
  readonly runs: number
  readonly seconds: number
  readonly node: string | undefined
}

/** Measures one thing at a time, except when nothing is timed. */
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
  process.stderr.write(`Measuring ${what}...\n`)
}

function positive(name: string, text: string): number {
  const value = Number(text)
  if (!(value > 0 && Number.isFinite(value)))
    throw new Error(`--${name} must be a number greater than 0, but is "${text}"`)
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
  // writeResults rounds the numbers, so the tables are made from the file.
  for (const { name, wanted } of updatePages(readResults())) writeFileSync(join(projectRoot(), name), wanted)
}

try {
  await main()
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`)
  process.exitCode = 1
}
