import { execFileSync } from 'node:child_process'
import { readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { projectRoot } from '../script/root.js'
import { measureFleet } from './fleet.js'
import { measureStartUp } from './start-up.js'
import { fleets } from './waits.js'

const usage = `usage: npm run bench -- [options]

Print what dist/index.js costs a job: start-up compared with a baseline script, requests and delays of waits, and sizes.
Needs an idle machine. Takes about two minutes. The environment variable ACTION_NODE selects another Node for the start-up.

  --rounds N  number of start-up rounds (default: 120)
  --help      print this help
`

function print(title: string, head: readonly string[], rows: readonly (readonly string[])[]): void {
  const lines = [head, head.map((_, column) => (column === 0 ? '---' : '--:')), ...rows]
  process.stdout.write(`## ${title}\n\n${lines.map((cells) => `| ${cells.join(' | ')} |`).join('\n')}\n\n`)
}

function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(1)} s`
}

function kilobytes(bytes: number): string {
  return `${(bytes / 1000).toFixed(0)} kB`
}

async function printStartUp(rounds: number): Promise<void> {
  const { baselineMs, actionMs, ratio } = await measureStartUp(rounds)
  const row = [`${baselineMs.toFixed(0)} ms`, `${actionMs.toFixed(0)} ms`, `${ratio.toFixed(2)}×`]
  print('Start-up', ['Rounds', 'Baseline', 'This action', 'Ratio'], [[String(rounds), ...row]])
}

async function printWaits(): Promise<void> {
  const rows: string[][] = []
  for (const [name, fleet] of Object.entries(fleets())) {
    const { completed, requests, throttled, meanDelayMs, p95DelayMs, maxDelayMs } = await measureFleet(fleet)
    const counts = [String(completed), requests.toFixed(1), throttled.toFixed(1)]
    rows.push([name, ...counts, ...[meanDelayMs, p95DelayMs, maxDelayMs].map(seconds)])
  }
  const delays = ['Mean delay', '95th percentile', 'Maximum delay']
  print('Waits', ['Steps at once', 'Completed', 'Requests/step', '429s/step', ...delays], rows)
}

function printSizes(): void {
  const root = projectRoot()
  const dist = join(root, 'dist')
  const programs = readdirSync(dist).filter((name) => name.endsWith('.js'))
  const rows = programs.map((name) => [`\`dist/${name}\``, kilobytes(statSync(join(dist, name)).size)])
  const archive = execFileSync('git', ['archive', '--format=tar.gz', 'HEAD'], { cwd: root })
  print('Size', ['What', 'Size'], [...rows, ['Download for each job, gzipped', kilobytes(archive.length)]])
}

const { values } = parseArgs({
  options: { rounds: { type: 'string', default: '120' }, help: { type: 'boolean' } },
})
if (values.help) {
  process.stdout.write(usage)
} else {
  await printStartUp(Number(values.rounds))
  await printWaits()
  printSizes()
}
