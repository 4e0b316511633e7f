import type { Atlas, AtlasOptions, TokenRecord } from '../../emulator/atlas.js'
import { parseFaultSpec } from '../../emulator/fault-spec.js'
import { startAtlas } from '../../script/emulated-atlas.js'
import type { ActionRun, RunResult } from '../../script/runner.js'
import { life, startSnapshot } from './action.js'

/** An Atlas that behaves in some way, and what the action is asked to do there. */
export interface Scenario {
  readonly atlas?: AtlasOptions
  /** Faults in the emulator's own notation, such as `create:reset:executed`. */
  readonly faults?: readonly string[]
  readonly inputs?: Readonly<Record<string, string>>
  /** What has happened on the cluster before the action starts. */
  readonly before?: (atlas: Atlas) => void
  /** More inputs, which need what is there by now: the id of a snapshot, say. */
  readonly inputsFrom?: (atlas: Atlas) => Readonly<Record<string, string>>
  /** What happens while the action runs. */
  readonly during?: (run: ActionRun, atlas: Atlas) => Promise<void>
  readonly env?: Readonly<Record<string, string | undefined>>
}

/** What came of it, as a user and as Atlas see it; ids, tags and addresses are replaced by words. */
export interface Played {
  readonly result: RunResult
  readonly exitCode: number | null
  /** Each `::error` as `title | text`. */
  readonly errors: readonly string[]
  readonly warnings: readonly string[]
  readonly notices: readonly string[]
  readonly log: readonly string[]
  /** Each request as `operation status`, 0 where no answer came; polls in a row are one entry. */
  readonly requests: readonly string[]
  /** How many requests there were. */
  readonly asked: number
  /** Snapshots that the action left behind. */
  readonly taken: number
  /** Every token that Atlas gave. */
  readonly tokens: readonly TokenRecord[]
  /** Every instant at which a POST with credentials came, in milliseconds. */
  readonly takenAt: readonly number[]
}

const limit = limiter(5)

/** Runs the bundle in the scenario, to its end; a few at a time. */
export function play({
  atlas = {},
  faults = [],
  inputs = {},
  inputsFrom = () => ({}),
  before,
  during,
  env = {},
}: Scenario): Promise<Played> {
  return limit(async () => {
    const emulated = await startAtlas({ ...life, ...atlas, faults: faults.map(parseFaultSpec) })
    try {
      before?.(emulated.atlas)
      const secrets = () => emulated.atlas.tokens().map(({ value }) => value)
      const all = { ...inputs, ...inputsFrom(emulated.atlas) }
      const run = startSnapshot(emulated.url, { inputs: all, env, secrets, timeoutMs: 120_000 })
      await during?.(run, emulated.atlas)
      const result = await run.result
      const annotations = (kind: string) =>
        result.annotations
          .filter(({ name }) => name === kind)
          .map(({ properties, data }) => inWords(`${properties['title']} | ${data}`))
      const { requests } = emulated.atlas
      return {
        result,
        exitCode: result.exitCode,
        errors: annotations('error'),
        warnings: annotations('warning'),
        notices: annotations('notice'),
        log: result.log.map(inWords),
        asked: requests.length,
        requests: withoutRepeatedPolls(requests.map(({ operation, status }) => `${operation} ${status}`)),
        taken: emulated.atlas.snapshots().filter(({ takenBy }) => takenBy === 'request').length,
        tokens: emulated.atlas.tokens(),
        takenAt: requests
          .filter(({ operation, authorized }) => operation === 'create' && authorized)
          .map(({ at }) => at),
      }
    } finally {
      await emulated.close()
    }
  })
}

/**
 * Starts all of them, so that those run that can while a test waits for its own.
 *
 * @returns what came of the one of that name
 */
export function playAll(
  rows: readonly { readonly name: string; readonly scenario: Scenario }[],
): (name: string) => Promise<Played> {
  const played = new Map(rows.map(({ name, scenario }) => [name, play(scenario)]))
  // One that fails before its test waits for it must not end the whole run.
  for (const run of played.values()) run.catch(() => undefined)
  return async (name) => {
    const found = await played.get(name)
    if (found === undefined) throw new RangeError(`nothing of the name ${name} was played`)
    return found
  }
}

/** The same text without what differs from run to run. */
export function inWords(text: string): string {
  return text
    .replace(/http:\/\/127\.0\.0\.1:\d+/g, 'http://atlas')
    .replace(/\b(?!5f1e2d3c4b5a69788796a5b4)[0-9a-f]{24}\b(?<!1{24})/g, 'ID')
    .replace(/\[as-[0-9a-f]{8}\]/g, '[as-TAG]')
    .replace(/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ/g, 'INSTANT')
}

/** The input `snapshot-id` for the first snapshot there is. */
export function attaching(atlas: Atlas): Readonly<Record<string, string>> {
  return { 'snapshot-id': atlas.snapshots()[0]?.id ?? 'none' }
}

/** Resolves as soon as the condition holds, which it looks at often; the test's own time limit ends it otherwise. */
export function until(condition: () => boolean): Promise<void> {
  return new Promise((resolve) => {
    const timer = setInterval(() => {
      if (!condition()) return
      clearInterval(timer)
      resolve()
    }, 5)
  })
}

function withoutRepeatedPolls(requests: readonly string[]): string[] {
  return requests.filter((request, index) => request !== 'get 200' || requests[index - 1] !== request)
}

/** Lets so many run at once: each is a process of its own, and they are to have time for their deadlines. */
function limiter(most: number): <T>(work: () => Promise<T>) => Promise<T> {
  const waiting: (() => void)[] = []
  let running = 0
  return async (work) => {
    if (running >= most) await new Promise<void>((resolve) => waiting.push(resolve))
    running += 1
    try {
      return await work()
    } finally {
      running -= 1
      waiting.shift()?.()
    }
  }
}
