import { appendFileSync, writeFileSync } from 'node:fs'
import { connectStep } from '../simulation/step.js'
import type { ActionRuntime } from '../src/action/node-runtime.js'
import { errorMessage } from '../src/action-error.js'
import type { Credentials } from '../src/atlas/credentials.js'
import { formatDuration } from '../src/format.js'
import { asObjects } from '../src/json.js'
import { STEP_TITLES } from '../src/snapshot/reports.js'
import type { Target } from './live-target.js'
import { isRefusal, type RecordedExchange, startRecorder } from './recorder.js'
import { startAction } from './runner.js'

export const FOLDER = 'live'
export const REPORT = `${FOLDER}/report.txt`

type Texts = Readonly<Record<string, string>>

/** The check of one cluster. */
export interface Live extends Target, ActionRuntime {
  readonly clusterName: string
  readonly signal: AbortSignal
}

/** A step of a job. `expected` contains outputs, and the title of its error. Without it, the result is an observation. */
export type LiveStep = readonly [
  name: string,
  inputs: Texts,
  expected?: Texts,
  account?: Credentials | undefined,
]

/** Adds a line to the report. Without a list of problems, it is an observation. */
export function note(live: Live, name: string, observed: string, problems?: readonly string[]): void {
  const mark = problems === undefined ? '·' : problems.length === 0 ? '✔' : '✘'
  const text = [observed, ...(problems ?? [])].join(', ')
  write(live.redactor.mask(`${mark} ${live.clusterName}  ${name.padEnd(33)} ${text}`))
}

/** Writes to the report at once, so a check that is stopped leaves what it found. */
export function write(text: string): void {
  appendFileSync(REPORT, `${text}\n`)
  process.stdout.write(`${text}\n`)
}

/** A client whose requests are recorded. */
export async function connect(live: Live) {
  const { baseUrl, groupId, clusterName, accounts } = live
  const { url, exchanges } = await startRecorder(baseUrl)
  const cluster = { baseUrl: url, apiVersion: '2023-01-01', groupId, clusterName } as const
  const { dependencies, close } = connectStep(cluster, live, accounts[0])
  return { url, exchanges, client: dependencies.client, close }
}

/** Runs the bundle as a job does, and checks its result. */
export async function run(live: Live, [name, changed, expected, account]: LiveStep) {
  const { baseUrl, groupId, clusterName, signal } = live
  signal.throwIfAborted()
  const { url, exchanges } = await startRecorder(baseUrl)
  const target = { 'group-id': groupId, 'cluster-name': clusterName, description: 'Live check of the action' }
  const inputs = { ...target, 'retention-days': '1', 'timeout-minutes': '180', ...changed }
  const step = startAction({
    inputs: { ...inputs, 'base-url': url },
    env: toEnvironment(account ?? live.accounts[0]),
    timeoutMs: 4 * 3_600_000,
    onLine: (line) => {
      if (expected?.['error'] === STEP_TITLES.canceled && line.startsWith('Using snapshot'))
        step.kill('SIGINT')
    },
  })
  const cancel = () => step.kill('SIGINT')
  signal.addEventListener('abort', cancel)
  const { exitCode, outputs, annotations, milliseconds } = await step.result
  signal.removeEventListener('abort', cancel)
  const { 'snapshot-id': id = '', status = '', created } = outputs
  const error = annotations.find((each) => each.name === 'error')?.properties['title'] ?? ''
  const found: Texts = { ...outputs, error, exitCode: String(exitCode) }
  const usual = expected?.['exitCode'] ? {} : { error: '', exitCode: expected?.['error'] ? '1' : '0' }
  const problems = Object.entries(expected === undefined ? {} : { ...usual, ...expected })
    .filter(([key, value]) => (found[key] ?? '') !== value)
    .map(([key, value]) => `${key} must be "${value}", but is "${found[key] ?? ''}"`)
  // The message of an unexpected error says what to do.
  if (problems.length > 0) problems.push(...annotations.map(({ data }) => data))
  problems.push(...save(live, name, exchanges, { inputs, error, outputs: { 'snapshot-id': id, status } }))
  const refusals = exchanges.filter(isRefusal)
  const facts = [error || status || 'no snapshot', formatDuration(milliseconds)]
  if (created === 'true') facts.push(`created ${id}`)
  if (refusals.length > 0) facts.push(`${refusals.length} times ${describe(refusals.at(-1))}`)
  note(live, name, facts.join(', '), expected === undefined && problems.length === 0 ? undefined : problems)
  return { passed: problems.length === 0, outputs, exchanges }
}

function toEnvironment(account: Credentials): Texts {
  return account.kind === 'apiKey'
    ? { MONGODB_ATLAS_PUBLIC_API_KEY: account.publicKey, MONGODB_ATLAS_PRIVATE_API_KEY: account.privateKey }
    : { MONGODB_ATLAS_CLIENT_ID: account.clientId, MONGODB_ATLAS_CLIENT_SECRET: account.clientSecret }
}

/** Writes a recording, unless it is incomplete or contains a secret. Returns the problems. */
export function save(live: Live, name: string, exchanges: readonly RecordedExchange[], step?: object) {
  const lost = exchanges.filter(({ status }) => status === 0)
  if (lost.length > 0) return lost.map(({ request }) => `no response to ${request.method} ${request.target}`)
  try {
    const file = `${live.redactor.toWord(live.clusterName)} ${name}`.replace(/\W+/g, '-')
    writeFileSync(`${FOLDER}/${file}.json`, live.redactor.toRecording(exchanges, step))
    return []
  } catch (error) {
    return [errorMessage(error)]
  }
}

/** Status, error, and the first entries of a list. */
export function describe(exchange: RecordedExchange | undefined): string {
  const { status, headers = {}, body = {} } = exchange ?? {}
  const { errorCode, detail, results, totalCount } = body
  const { 'www-authenticate': challenge, 'retry-after': delay } = headers
  const entries = asObjects(results).map(({ id, type, status }) => `${id} ${type} ${status}`)
  const total = results && `${entries.length} of ${totalCount} entries`
  const facts = [errorCode, detail, challenge, delay, total, ...entries.slice(0, 8)]
  return [`HTTP ${status}`, ...facts].filter(Boolean).join(', ')
}
