import type { RequestLogEntry } from '../emulator/atlas.js'
import type { Check } from './check-scenario.js'
import { LogView } from './log-view.js'
import type { ScenarioListener, ScenarioOptions } from './run-scenario.js'
import type { Scenario, StepRun } from './scenarios.js'

/** Prints a scenario while it runs: the log, the outputs, the requests to Atlas, and the checks. */
export class DemoView implements ScenarioListener {
  readonly #scenario: Scenario
  readonly #options: ScenarioOptions
  readonly #nodeVersion: string
  readonly #secrets: readonly string[]
  #log: LogView

  constructor(scenario: Scenario, options: ScenarioOptions, nodeVersion: string, secrets: readonly string[]) {
    this.#scenario = scenario
    this.#options = options
    this.#nodeVersion = nodeVersion
    this.#secrets = secrets
    this.#log = this.#newLog()
  }

  readonly opened = (url: string): void => {
    const { name, event, expected } = this.#scenario
    heading(`Scenario ${name}`)
    print(event)
    print(`The step must ${expected}.`)
    const { speed } = this.#options
    heading(`Emulated Atlas at ${speed === 1 ? '' : `${speed} times `}the recorded speed: ${url}`)
  }

  readonly started = (step: number, inputs: Readonly<Record<string, string>>): void => {
    const { length } = this.#scenario.steps
    const which = length > 1 ? `, run ${step + 1} of ${length}` : ''
    this.#log = this.#newLog()
    heading(`Run dist/index.js on Node ${this.#nodeVersion}${which}`)
    this.#list(inputs)
    heading('Log')
  }

  readonly line = (line: string): void => {
    for (const shown of this.#log.render(line)) print(shown)
  }

  readonly ended = ({ result, requests }: StepRun): void => {
    heading('Outputs')
    this.#list(result.outputs)
    if (result.summary !== '') {
      heading('Job summary (docs/pictures shows how GitHub renders it)')
      print(this.#log.mask(summaryToText(result.summary).trimEnd()))
    }
    heading('Requests to Atlas')
    for (const line of summarizeRequests(requests)) print(`  ${line}`)
    heading('Result')
    const seconds = (result.milliseconds / 1000).toFixed(1)
    if (result.exitCode === 0) {
      print(`Exit code 0 after ${seconds} s. The runner continues with the next step, the deployment.`)
    } else {
      const code = result.exitCode ?? result.signal
      print(`Exit code ${code} after ${seconds} s. The runner marks the step as failed.`)
      print('Later steps, such as the deployment, do not run.')
    }
  }

  /** Prints the checks. True if all passed. */
  showChecks(checks: readonly Check[]): boolean {
    const good = checks.every(({ holds }) => holds)
    heading('Checks')
    for (const { claim, holds, found } of checks)
      print(`  ${holds ? '✓' : '✗'} ${claim}${holds || found === undefined ? '' : ` (found: ${found})`}`)
    print(good ? 'All checks passed.' : 'Some checks failed.')
    return good
  }

  /** A new log. Like the runner, it masks all secrets from the start. */
  #newLog(): LogView {
    const log = new LogView()
    for (const secret of this.#secrets) log.addSecret(secret)
    return log
  }

  /** Prints names and values in two columns. Truncates long values. */
  #list(values: Readonly<Record<string, string>>): void {
    const entries = Object.entries(values)
    const width = Math.max(...entries.map(([name]) => name.length))
    const room = Math.max((process.stdout.columns ?? 110) - width - 4, 40)
    for (const [name, value] of entries) {
      const line = this.#log.mask(value).replaceAll('\n', ' ')
      print(`  ${name.padEnd(width)}  ${line.length > room ? `${line.slice(0, room - 1)}…` : line}`)
    }
  }
}

/** One line per request, as `operation: status`. Combines identical lines in a row. */
function summarizeRequests(requests: readonly RequestLogEntry[]): string[] {
  const lines: { readonly text: string; times: number }[] = []
  for (const { operation, method, target, status, executed } of requests) {
    const answer = status === 0 ? `no response${executed ? ', but executed' : ''}` : String(status)
    const text = `${operation ?? `${method} ${target}`}: ${answer}`
    const last = lines.at(-1)
    if (last?.text === text) last.times += 1
    else lines.push({ text, times: 1 })
  }
  return lines.map(({ text, times }) => (times === 1 ? text : `${text} (${times} times)`))
}

function print(line: string): void {
  process.stdout.write(`${line}\n`)
}

function heading(text: string): void {
  print(`\n── ${text}`)
}

const ENTITIES: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"' }

/** A job summary as plain text for a terminal. Its table becomes lines of names and values. */
export function summaryToText(summary: string): string {
  const rows = [...summary.matchAll(/<th[^>]*>(.*?)<\/th>/g)].map(([, name = '']) => name.length)
  const width = Math.max(0, ...rows)
  return summary
    .replace(/<tr><th[^>]*>(.*?)<\/th><td>(.*?)<\/td><\/tr>/g, (_, name: string, value: string) => {
      return `  ${name.padEnd(width)}  ${value}\n`
    })
    .replace(/<a href="([^"]*)">(.*?)<\/a>/g, (_, url: string, text: string) =>
      url === text ? url : `${text} (${url})`,
    )
    .replace(/<li>/g, '- ')
    .replace(/<[^>]+>/g, '')
    .replace(/&(amp|lt|gt|quot);/g, (entity, name: string) => ENTITIES[name] ?? entity)
}
