import { randomUUID } from 'node:crypto'
import { mkdirSync, writeFileSync } from 'node:fs'
import { type ActionRuntime, createNodeRuntime, VERSION } from '../src/action/node-runtime.js'
import { errorMessage } from '../src/action-error.js'
import { createConnection } from '../src/atlas/connection.js'
import { type Credentials, credentialLabel, describeCredentials } from '../src/atlas/credentials.js'
import { asObjects } from '../src/atlas/json.js'
import { REMEDIES } from '../src/atlas/remedies.js'
import { formatDuration } from '../src/format.js'
import { TITLES } from '../src/titles.js'
import { type Exchange, isPost, Redactor, startRecorder } from './recorder.js'
import { projectRoot } from './root.js'
import { startAction } from './runner.js'

const FOLDER = 'live'
type Texts = Readonly<Record<string, string>>

/** The check of one cluster. */
interface Live extends ReturnType<typeof readTarget>, ActionRuntime {
  readonly clusterName: string
  readonly signal: AbortSignal
  readonly report: string[]
}

/** @throws Error that lists the missing variables */
function readTarget(env: NodeJS.ProcessEnv) {
  const { ATLAS_PROJECT_ID: groupId, ATLAS_CLUSTER: cluster, ATLAS_SHARDED_CLUSTER, ATLAS_BASE_URL } = env
  const { MONGODB_ATLAS_CLIENT_ID: clientId, MONGODB_ATLAS_CLIENT_SECRET: clientSecret } = env
  const { MONGODB_ATLAS_PUBLIC_API_KEY: publicKey, MONGODB_ATLAS_PRIVATE_API_KEY: privateKey } = env
  const account = clientId && clientSecret && ({ kind: 'serviceAccount', clientId, clientSecret } as const)
  const key = publicKey && privateKey && ({ kind: 'apiKey', publicKey, privateKey } as const)
  const [first, ...rest] = [account, key].flatMap((credentials) => credentials || [])
  const missing = ['ATLAS_PROJECT_ID', 'ATLAS_CLUSTER'].filter((name) => !env[name])
  if (first === undefined) missing.push('MONGODB_ATLAS_CLIENT_ID and _SECRET (or an API key)')
  if (!(groupId && cluster && first))
    throw new Error(`Not set: ${missing.join(', ')}. See "Check against a real Atlas" in CONTRIBUTING.md.
Options: --yes to start, --cluster-is-disposable to allow a name with "prod"`)
  const baseUrl = ATLAS_BASE_URL || 'https://cloud.mongodb.com'
  if (!/^(https:|http:\/\/(127\.0\.0\.1|localhost)(:|$))/.test(baseUrl))
    throw new Error(`ATLAS_BASE_URL must start with https:, but is ${baseUrl}`)
  const clusters = [cluster, ATLAS_SHARDED_CLUSTER].flatMap((name) => name || [])
  const redactor = new Redactor([clientSecret, privateKey].flatMap((secret) => secret || []))
  return { baseUrl, groupId, clusters, accounts: [first, ...rest] as const, redactor }
}

async function main(args: readonly string[]): Promise<void> {
  const target = readTarget(process.env)
  const { baseUrl, groupId, clusters, accounts } = target
  if (!args.includes('--cluster-is-disposable') && clusters.some((name) => /prod/i.test(name)))
    throw new Error('A name contains "prod". If the cluster is disposable, add --cluster-is-disposable')
  process.stdout.write(`Live check of the action ${VERSION} against ${baseUrl}
Project ${groupId}, cluster ${clusters.join(' and ')}, with ${accounts.map(describeCredentials).join(' and ')}

- Takes ${2 * clusters.length} on-demand snapshots, 2 of each cluster. If checks fail, there can be 3 more of each.
- Atlas keeps them for 1 day and bills their storage: on AWS, at most about $0.005 per GB and snapshot.
- Runs as long as two snapshots take, often 10 to 20 minutes. Atlas rejects other on-demand snapshots meanwhile.
- Deletes, restores, and changes nothing.
- Writes report.txt, and recordings without names, IDs, and credentials, to ${FOLDER}/

`)
  if (!args.includes('--yes')) throw new Error('Nothing was sent. To start, run: npm run live -- --yes')
  process.exitCode = 1
  mkdirSync(FOLDER, { recursive: true })
  const runtime = createNodeRuntime()
  const common = { ...target, ...runtime, signal: runtime.cancellation.signal }
  const checks = clusters.map((clusterName): Live => ({ ...common, clusterName, report: [] }))
  await Promise.all(checks.map(checkCluster))
  const lines = checks.flatMap((check) => check.report)
  const failed = lines.filter((line) => line.startsWith('✘')).length
  const report = `Live check of the action ${VERSION} against ${baseUrl}, ${new Date().toISOString()}

${lines.join('\n')}

${failed === 0 ? 'All checks passed (✔).' : `Failed checks (✘): ${failed}`}
Each snapshot above that was created stays in Atlas for 1 day.
`
  writeFileSync(`${FOLDER}/report.txt`, report)
  process.stdout.write(report)
  if (failed === 0) process.exitCode = 0
}

/** A step of a job. `expected` contains outputs, and the title of its error. */
type Step = readonly [name: string, inputs: Texts, expected: Texts, account?: Credentials | undefined]

/** Runs all checks of a cluster. Takes two snapshots, but only if the checks before that pass. */
async function checkCluster(live: Live): Promise<void> {
  try {
    for (const step of live.accounts.flatMap(stepsWithoutSnapshot)) await run(live, step)
    if (live.report.some((line) => line.startsWith('✘'))) throw new Error('took no snapshot')
    await checkSnapshots(live)
  } catch (error) {
    note(live, 'ended', 'early', [errorMessage(error)])
  }
}

function stepsWithoutSnapshot(account: Credentials): Step[] {
  const label = credentialLabel(account.kind)
  const wrongSecret = { privateKey: randomUUID(), clientSecret: randomUUID() }
  const rejected =
    account.kind === 'apiKey' ? REMEDIES.invalidApiKey.title : REMEDIES.invalidClientSecret.title
  const unknownCluster = { 'cluster-name': `unknown-${randomUUID()}` }
  const unknownSnapshot = { 'snapshot-id': '0'.repeat(24) }
  const dryRun = { 'dry-run': 'true', 'on-conflict': 'fail' }
  return [
    [`dry run, ${label}`, dryRun, { 'snapshot-id': '' }, account],
    [`wrong secret, ${label}`, dryRun, { error: rejected }, { ...account, ...wrongSecret }],
    [`unknown cluster, ${label}`, unknownCluster, { error: REMEDIES.clusterNotFound.title }, account],
    [`unknown snapshot, ${label}`, unknownSnapshot, { error: REMEDIES.snapshotNotFound.title }, account],
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
  note(live, 'first POST', describe(post))
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
  const outputs = waited.map((step) => step.outputs)
  const reused = { 'snapshot-id': outputs[1]?.['snapshot-id'] ?? '', created: 'false', ...completed }
  await run(live, ['reuse-within-minutes', { 'reuse-within-minutes': '60', wait: 'true' }, reused])
  await sendPlainRequests(live, outputs, post)
}

/** Runs the bundle as a job does, and checks its result. */
async function run(live: Live, [name, changed, expected, account = live.accounts[0]]: Step) {
  const { baseUrl, groupId, clusterName, signal } = live
  signal.throwIfAborted()
  const { url, exchanges } = await startRecorder(baseUrl, live.sender.send)
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
  signal.addEventListener('abort', () => step.kill('SIGINT'))
  const { exitCode, outputs, annotations, milliseconds } = await step.result
  const { 'snapshot-id': id = '', status = '', created } = outputs
  const error = annotations.find((each) => each.name === 'error')?.properties['title'] ?? ''
  const found: Texts = { ...outputs, error, exitCode: String(exitCode) }
  const wanted = { error: '', exitCode: expected['error'] ? '1' : '0', ...expected }
  const problems = Object.entries(wanted)
    .filter(([key, value]) => (found[key] ?? '') !== value)
    .map(([key, value]) => `${key} must be "${value}", but is "${found[key] ?? ''}"`)
  // The message of an unexpected error says what to do.
  if (problems.length > 0) problems.push(...annotations.map(({ data }) => data))
  problems.push(...save(live, name, exchanges, { inputs, error, outputs: { 'snapshot-id': id, status } }))
  const result = [error || status || 'no snapshot', formatDuration(milliseconds)]
  note(live, name, [...result, created === 'true' ? `created ${id}` : []].flat().join(', '), problems)
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

/** Adds a line to the report. Without a list of problems, it is an observation. */
function note(live: Live, name: string, observed: string, problems?: readonly string[]): void {
  const mark = problems === undefined ? '·' : problems.length === 0 ? '✔' : '✘'
  const text = [observed, ...(problems ?? [])].join(', ')
  const line = live.redactor.mask(`${mark} ${live.clusterName}  ${name.padEnd(33)} ${text}`)
  live.report.push(line)
  process.stderr.write(`${line}\n`)
}

/** Compares outputs with plain requests, and observes lists and the revoked token of an earlier request. */
async function sendPlainRequests(live: Live, steps: readonly Texts[], { authorization, request }: Exchange) {
  const { baseUrl, groupId, clusterName, signal } = live
  const { url, exchanges } = await startRecorder(baseUrl, live.sender.send)
  const cluster = { baseUrl: url, apiVersion: '2023-01-01', groupId, clusterName } as const
  const ignore = () => undefined
  const logger = { debug: ignore, info: ignore, notice: ignore, warning: ignore }
  const io = { ...live, send: live.sender.send, logger, setSecret: ignore }
  const { client, close } = createConnection(cluster, live.accounts[0], io)
  for (const outputs of steps) {
    const { 'snapshot-id': id = '', type } = outputs
    const { resource } = (await client.getSnapshot(id, signal)).snapshot
    const ids = type === 'shardedCluster' ? (await client.getShardedSnapshot(id, signal)).memberIds : [id]
    const wrong = Object.entries({ ...resource, snapshotIds: JSON.stringify(ids) })
      .map(([name, value]) => [name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`), `${value}`])
      .filter(([name = '', value]) => (outputs[name] ?? value) !== value)
      .map(([name, value]) => `${name} is ${value} in Atlas`)
    note(live, 'outputs and a plain GET', `${outputs['snapshot-ids']}`, wrong)
  }
  const observe = async (name: string, work: Promise<unknown>) => {
    // An error is an observation too.
    await work.catch(errorMessage)
    note(live, name, describe(exchanges.at(-1)))
  }
  await observe('plain list, page 1', client.listSnapshots('plain', 1, signal))
  await observe('sharded list, page 1', client.listSnapshots('sharded', 1, signal))
  await observe('plain list, page 99', client.listSnapshots('plain', 99, signal))
  if (authorization.startsWith('Bearer'))
    await observe('revoked token', fetch(url + request.target, { headers: { authorization } }))
  await close(signal)
  note(live, 'other requests', 'sent', save(live, 'other requests', exchanges))
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

/** Status, error, headers of challenges and rate limits, and the first entries of a list. */
function describe(exchange: Exchange | undefined): string {
  const { status, headers = {}, body = {} } = exchange ?? {}
  const shown = Object.entries(headers).filter(([name]) => /^(www|rate|retry)/.test(name))
  const entries = asObjects(body['results']).map((entry) => `${entry['id']} ${entry['status']}`)
  const total = 'results' in body ? `${entries.length} of ${body['totalCount']} entries` : ''
  const facts = [body['errorCode'], body['detail'], ...shown.map((header) => header.join(': ')), total]
  return [`HTTP ${status}`, ...facts, ...entries.slice(0, 5)].filter(Boolean).join(', ')
}

process.exitCode = 2
main(process.argv).catch((error: unknown) => {
  process.stderr.write(`${errorMessage(error)}\n`)
})
