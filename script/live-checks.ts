import { randomUUID } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import { systemClock, systemRandom } from '../src/action/node-runtime.js'
import { errorMessage } from '../src/action-error.js'
import type { SnapshotClient } from '../src/atlas/client.js'
import { createConnection } from '../src/atlas/connection.js'
import { type Credentials, credentialLabel } from '../src/atlas/credentials.js'
import { asObjects } from '../src/atlas/json.js'
import { createHttpSender } from '../src/atlas/node-http.js'
import { formatDuration } from '../src/format.js'
import { TITLES } from '../src/titles.js'
import { type Exchange, type Redactor, startRecorder } from './recorder.js'
import { projectRoot } from './root.js'
import { startAction } from './runner.js'

/** The folder for the report and the recordings. */
export const FOLDER = 'live'

type Texts = Readonly<Record<string, string>>

/** A check of a cluster and its report. */
export interface Live {
  readonly baseUrl: string
  readonly groupId: string
  readonly clusterName: string
  readonly accounts: readonly [Credentials, ...Credentials[]]
  readonly redactor: Redactor
  /** Cancels the steps. */
  readonly signal: AbortSignal
  readonly lines: string[]
  /** The snapshots that the steps created. */
  readonly created: string[]
}

/** A step of a job. `expected` contains outputs, and the title of its error. */
type Step = readonly [name: string, inputs: Texts, expected: Texts, account?: Credentials | undefined]

/** Runs all checks of a cluster. Takes two snapshots, but only if the checks before that pass. */
export async function checkCluster(live: Live): Promise<void> {
  try {
    for (const step of live.accounts.flatMap(stepsWithoutSnapshot)) await run(live, step)
    if (live.lines.some((line) => line.startsWith('✘'))) throw new Error('took no snapshot')
    await checkSnapshots(live)
  } catch (error) {
    note(live, 'ended early', errorMessage(error), false)
  }
}

function stepsWithoutSnapshot(account: Credentials): Step[] {
  const label = credentialLabel(account.kind)
  const secret = randomUUID()
  const [wrongAccount, rejected]: [Credentials, string] =
    account.kind === 'apiKey'
      ? [{ ...account, privateKey: secret }, TITLES.invalidApiKey]
      : [{ ...account, clientSecret: secret }, TITLES.invalidClientSecret]
  const dryRun = { 'dry-run': 'true', 'on-conflict': 'fail' }
  const unknownCluster = { 'cluster-name': `unknown-${secret.slice(0, 8)}` }
  const unknownSnapshot = { 'snapshot-id': '0'.repeat(24), wait: 'true' }
  return [
    [`dry run, ${label}`, dryRun, { 'snapshot-id': '' }, account],
    [`wrong secret, ${label}`, dryRun, { error: rejected }, wrongAccount],
    [`unknown cluster, ${label}`, unknownCluster, { error: TITLES.clusterNotFound }, account],
    [`unknown snapshot, ${label}`, unknownSnapshot, { error: TITLES.snapshotNotFound }, account],
  ]
}

/** Takes a snapshot without waiting, and a second one that has to wait for it. */
async function checkSnapshots(live: Live): Promise<void> {
  const runAll = (...steps: Step[]) => Promise.all(steps.map((step) => run(live, step)))
  let first = await run(live, ['wait: false', { description: 'x'.repeat(1000) }, { created: 'true' }])
  if (!first.outputs['snapshot-id'])
    first = await run(live, ['wait: false, short description', {}, { created: 'true' }])
  const { 'snapshot-id': id = '', description = '' } = first.outputs
  const post = first.exchanges.findLast(isPost)
  if (id === '' || post === undefined) throw new Error('took no snapshot')
  const sent = String(post.request.body?.['description'])
  note(live, 'length of the description', `${sent.length} sent, ${description.length} came back`)
  note(live, 'rate limit headers', describe(post))

  const attach = { 'snapshot-id': id, wait: 'true' }
  const existing = { 'snapshot-id': id, created: 'false' }
  const completed = { status: 'completed' }
  // All at once, because the first snapshot must be in progress.
  const early = await runAll(
    ['on-conflict: fail', { 'on-conflict': 'fail' }, { error: TITLES.conflict, 'snapshot-id': '' }],
    ['on-conflict: reuse', { 'on-conflict': 'reuse' }, existing],
    ['timeout', { ...attach, 'timeout-minutes': '0.1' }, { ...existing, error: TITLES.timedOut }],
    ['cancellation', attach, { ...existing, error: TITLES.canceled }],
  )
  const exchanges = early.flatMap((step) => step.exchanges).sort((a, b) => a.at - b.at)
  note(live, 'second POST', describe(exchanges.find(isPost)))
  const listed = exchanges.find(({ body }) => asObjects(body['results']).some((entry) => entry['id'] === id))
  const delay = formatDuration((listed?.at ?? 0) - post.at)
  note(live, 'new snapshot in a list', listed ? `${delay} after the POST, ${describe(listed)}` : 'not seen')
  const waited = await runAll(
    ['snapshot-id, wait: true', attach, { ...existing, ...completed }],
    ['on-conflict: wait', { wait: 'true' }, { created: 'true', ...completed }, live.accounts.at(-1)],
  )
  note(live, 'nonce with a higher count', describeNonces(waited.flatMap((step) => step.exchanges)))
  const reused = { 'snapshot-id': waited[1]?.outputs['snapshot-id'] ?? '', created: 'false', ...completed }
  await run(live, ['reuse-within-minutes', { 'reuse-within-minutes': '60', wait: 'true' }, reused])
  await sendPlainRequests(live, waited, post)
}

/** Runs the bundle as a job does, and checks its result. */
async function run(live: Live, [name, changed, expected, account = live.accounts[0]]: Step) {
  const { baseUrl, groupId, clusterName, signal } = live
  signal.throwIfAborted()
  const { url, exchanges } = await startRecorder(baseUrl)
  const target = { 'group-id': groupId, 'cluster-name': clusterName, description: 'Live check of the action' }
  const inputs = { ...target, 'retention-days': '1', 'timeout-minutes': '180', ...changed }
  const step = startAction({
    bundle: `${projectRoot()}/dist/index.js`,
    inputs: { ...inputs, 'base-url': url },
    env: toEnvironment(account),
    timeoutMs: 4 * 3_600_000,
    onLine: (line) => {
      if (expected['error'] === TITLES.canceled && line.startsWith('Using snapshot')) step.kill('SIGINT')
    },
  })
  const cancel = () => step.kill('SIGINT')
  signal.addEventListener('abort', cancel)
  const { exitCode, outputs, annotations, milliseconds } = await step.result
  signal.removeEventListener('abort', cancel)
  const { 'snapshot-id': id = '', status = '', created } = outputs
  if (created === 'true') live.created.push(`${id} of ${clusterName}`)
  const error = annotations.find((each) => each.name === 'error')?.properties['title'] ?? ''
  const found: Texts = { ...outputs, error, exitCode: String(exitCode) }
  const wanted = Object.entries({ error: '', exitCode: expected['error'] ? '1' : '0', ...expected })
  const wrong = wanted.filter(([key, value]) => (found[key] ?? '') !== value)
  const problems = [
    ...wrong.map(([key, value]) => `${key} must be "${value}", but is "${found[key] ?? ''}"`),
    // The message of an unexpected error says what to do.
    ...annotations.flatMap(({ data }) => (wrong.length === 0 ? [] : data)),
    ...save(live, name, exchanges, { inputs, exitCode, error, outputs: { 'snapshot-id': id, status } }),
  ]
  const observed = [error || status || 'no snapshot', formatDuration(milliseconds), ...problems]
  note(live, name, observed.join(', '), problems.length === 0)
  return { outputs, exchanges }
}

function toEnvironment(account: Credentials): Texts {
  return account.kind === 'apiKey'
    ? { MONGODB_ATLAS_PUBLIC_API_KEY: account.publicKey, MONGODB_ATLAS_PRIVATE_API_KEY: account.privateKey }
    : { MONGODB_ATLAS_CLIENT_ID: account.clientId, MONGODB_ATLAS_CLIENT_SECRET: account.clientSecret }
}

/** Writes a recording, unless it is incomplete or contains a secret. Returns the problems. */
function save({ redactor, clusterName }: Live, name: string, exchanges: Exchange[], step?: object): string[] {
  const lost = exchanges.filter(({ status }) => status === 0)
  if (lost.length > 0) return lost.map(({ request }) => `no response to ${request.method} ${request.target}`)
  try {
    const file = `${redactor.toWord(clusterName)} ${name}`.replace(/\W+/g, '-')
    writeFileSync(`${FOLDER}/${file}.json`, redactor.toRecording(exchanges, step))
    return []
  } catch (error) {
    return [errorMessage(error)]
  }
}

/** Adds a line to the report. Without `passed`, it is an observation. */
function note(live: Live, name: string, observed: string, passed?: boolean): void {
  const mark = passed === undefined ? '·' : passed ? '✔' : '✘'
  const line = live.redactor.mask(`${mark} ${live.clusterName}  ${name.padEnd(33)} ${observed}`)
  live.lines.push(line)
  process.stderr.write(`${line}\n`)
}

/** Compares outputs with plain requests, and observes lists and the revoked token of an earlier request. */
async function sendPlainRequests(
  live: Live,
  steps: readonly { outputs: Texts }[],
  old: Exchange,
): Promise<void> {
  const { baseUrl, groupId, clusterName, accounts, signal } = live
  const recorder = await startRecorder(baseUrl)
  const cluster = { baseUrl: recorder.url, apiVersion: '2023-01-01', groupId, clusterName } as const
  const { send } = createHttpSender('atlas-snapshot-live-check')
  const ignore = () => undefined
  const logger = { debug: ignore, info: ignore, notice: ignore, warning: ignore }
  const io = { send, clock: systemClock, wallClock: Date.now, random: systemRandom }
  const { client, close } = createConnection(cluster, accounts[0], { ...io, logger, setSecret: ignore })
  for (const { outputs } of steps) {
    const wrong = await findDifferences(client, outputs, signal)
    note(live, 'outputs and a plain GET', wrong || `same, ${outputs['snapshot-ids']}`, wrong === '')
  }
  for (const [form, page] of [
    ['plain', 1],
    ['sharded', 1],
    ['plain', 99],
  ] as const) {
    // An error is an observation too.
    await client.listSnapshots(form, page, signal).catch(errorMessage)
    note(live, `${form} list, page ${page}`, describe(recorder.exchanges.at(-1)))
  }
  if (old.authorization.startsWith('Bearer')) {
    await fetch(recorder.url + old.request.target, { headers: { authorization: old.authorization } })
    note(live, 'revoked token', describe(recorder.exchanges.at(-1)))
  }
  await close(signal)
  const problems = save(live, 'other requests', recorder.exchanges)
  note(live, 'other requests', problems.join(', ') || 'recorded', problems.length === 0)
}

/** How the outputs differ from the snapshot in Atlas. */
async function findDifferences(client: SnapshotClient, outputs: Texts, signal: AbortSignal): Promise<string> {
  const { 'snapshot-id': id = '', type } = outputs
  const { resource } = (await client.getSnapshot(id, signal)).snapshot
  const ids = type === 'shardedCluster' ? (await client.getShardedSnapshot(id, signal)).memberIds : [id]
  const toOutput = (name: string) => outputs[name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)]
  return Object.entries({ ...resource, snapshotIds: JSON.stringify(ids) })
    .filter(([name, value]) => (toOutput(name) ?? String(value)) !== String(value))
    .map(([name, value]) => `${name} is ${value} in Atlas, but "${toOutput(name)}" as an output`)
    .join(', ')
}

/** How old nonces were when they were used again. */
function describeNonces(exchanges: readonly Exchange[]): string {
  const reuses = exchanges.flatMap(({ authorization, at, status }) => {
    const [nonce = 'none'] = /[ ,]nonce="[^"]+"/.exec(authorization) ?? []
    const first = exchanges.find((each) => each.authorization.includes(nonce))
    return first === undefined || first.at === at ? [] : `${formatDuration(at - first.at)} (HTTP ${status})`
  })
  return `${reuses.length} times, the last ones ${reuses.slice(-3).join(', ')} after its first use`
}

function isPost({ request: { method, target } }: Exchange): boolean {
  return method === 'POST' && target.endsWith('/backup/snapshots')
}

/** Status, error, headers of challenges and rate limits, and the first entries of a list. */
function describe(exchange: Exchange | undefined): string {
  const { status, headers = {}, body = {} } = exchange ?? {}
  const shown = Object.entries(headers).filter(([name]) => /^(www|rate|retry)/.test(name))
  const entries = asObjects(body['results']).map((entry) => `${entry['id']} ${entry['status']}`)
  const total = 'results' in body ? `${entries.length} of ${body['totalCount']} entries` : ''
  const facts = [body['errorCode'], body['detail'], ...shown.map((header) => header.join(': ')), total]
  return [`HTTP ${status}`, ...facts, ...entries.slice(0, 5)].filter(Boolean).join(', ')
}
