import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { JsonFields } from '../emulator/json-fields.js'
import { projectRoot } from '../script/root.js'

/** A request as the emulator saw it. */
export interface SeenRequest {
  /** `take`, `read`, `token` …; empty for what is no call of the API. */
  readonly operation: string
  readonly status: number
}

/** An emulated Atlas in a process of its own, so that serving it takes no time from what is measured. */
export interface Emulator {
  readonly url: string
  readonly requests: () => Promise<readonly SeenRequest[]>
  /** When the last snapshot ended, or will, in milliseconds since 1970. */
  readonly lastEnd: () => Promise<number>
  readonly stop: () => void
}

/** Starts an emulator that limits nobody, with more flags as given. */
export async function startEmulator(flags: readonly string[]): Promise<Emulator> {
  const program = join(projectRoot(), 'build', 'emulator', 'main.js')
  const unlimited = ['--rate-limit', '1000000000:1000000000', '--port', '0']
  const child = spawn(process.execPath, [program, ...unlimited, ...flags], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const [line] = await Promise.race([
    once(createInterface(child.stdout), 'line'),
    once(child, 'exit').then(() => Promise.reject(new Error('the emulator does not start'))),
  ])
  const url = /^listening on (\S+)$/.exec(String(line))?.[1]
  if (url === undefined) throw new Error(`the emulator says: ${line}`)
  return {
    url,
    requests: async () =>
      (await listOf(`${url}/_emulator/requests`)).map((fields) => ({
        operation: fields.text('operation') ?? '',
        status: fields.number('status') ?? 0,
      })),
    lastEnd: async () => (await listOf(`${url}/_emulator/snapshots`)).at(-1)?.number('endsAt') ?? Number.NaN,
    stop: () => void child.kill(),
  }
}

/** The same, where each snapshot is over before the next process can take one. */
export function startQuickEmulator(): Promise<Emulator> {
  return startEmulator(['--seconds-to-in-progress', '0.001', '--seconds-to-completed', '0.002'])
}

async function listOf(url: string): Promise<JsonFields[]> {
  const answer: unknown = await (await fetch(url)).json()
  if (!Array.isArray(answer)) throw new TypeError(`${url} gives no list`)
  return answer.map((entry: unknown, index) => new JsonFields(`entry ${index}`, entry))
}
