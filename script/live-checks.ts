import { randomUUID } from 'node:crypto'
import { errorMessage } from '../src/action-error.js'
import { type Credentials, credentialLabel } from '../src/atlas/credentials.js'
import { FAILURES } from '../src/atlas/responses.js'
import { formatDuration } from '../src/format.js'
import { asObjects, type JsonObject, parseJsonObject } from '../src/json.js'
import { STEP_TITLES } from '../src/snapshot/reports.js'
import { sleep } from '../src/timers.js'
import { connect, describe, type Live, type LiveStep, note, run, save } from './live-step.js'
import { isPost, type RecordedExchange } from './recorder.js'

const LIST_INTERVAL_MS = 500
const LIST_LIMIT_MS = 60_000
const lists = { plain: 'replicaSet', sharded: 'shardedCluster' } as const
type Recorded = Awaited<ReturnType<typeof connect>>
const dryRun = { 'dry-run': 'true', 'on-conflict': 'fail' }

/** Runs all checks of a cluster. @throws Error after a failed dry run, before it takes a snapshot */
export async function checkCluster(live: Live): Promise<void> {
  for (const account of live.accounts) {
    const name = `dry run, ${credentialLabel(account.kind)}`
    const { passed, exchanges } = await run(live, [name, dryRun, { 'snapshot-id': '' }, account])
    const isTokenUse = ({ authorization }: RecordedExchange) => authorization.startsWith('Bearer')
    if (account.kind === 'serviceAccount')
      // A token might not be known everywhere at once.
      note(live, 'first request with a new token', describe(exchanges.find(isTokenUse)))
    if (!passed) throw new Error('took no snapshot')
  }
  for (const step of live.accounts.flatMap(stepsWithoutSnapshot)) await run(live, step)
  const requests = await connect(live)
  try {
    await checkSnapshots(live, requests)
  } finally {
    await requests.close(live.signal)
    note(live, 'other requests', 'recorded', save(live, 'other requests', requests.exchanges))
  }
}

function stepsWithoutSnapshot(account: Credentials): LiveStep[] {
  const label = credentialLabel(account.kind)
  const wrong = { ...account, privateKey: randomUUID(), clientSecret: randomUUID() }
  const { invalidApiKey, invalidClientSecret, clusterNotFound, snapshotNotFound } = FAILURES
  const { title } = account.kind === 'apiKey' ? invalidApiKey : invalidClientSecret
  const unknown = { 'cluster-name': `unknown-${randomUUID()}` }
  const unknownId = { 'snapshot-id': '0'.repeat(24) }
  return [
    [`wrong secret, ${label}`, dryRun, { error: title }, wrong],
    [`unknown cluster, ${label}`, unknown, { error: clusterNotFound.title }, account],
    [`unknown snapshot, ${label}`, unknownId, { error: snapshotNotFound.title }, account],
    [`api-version v1.0, ${label}`, { ...dryRun, 'api-version': 'v1.0' }, { 'snapshot-id': '' }, account],
  ]
}

/** Takes a snapshot without waiting, and a second one that has to wait for it. */
async function checkSnapshots(live: Live, requests: Recorded): Promise<void> {
  // Before the POST, because a token takes time.
  await requests.client.listSnapshots('replicaSet', 1, live.signal).catch(errorMessage)
  // A limit on descriptions is an observation.
  let first = await run(live, ['wait: false, long description', { description: 'x'.repeat(1000) }])
  if (!first.outputs['snapshot-id']) first = await run(live, ['wait: false', {}, { created: 'true' }])
  const { 'snapshot-id': id = '' } = first.outputs
  const { description } = parseOutput(first)
  const post = first.exchanges.findLast(isPost)
  if (id === '' || post === undefined) throw new Error('took no snapshot')
  const { length } = String(post.request.body?.['description'])
  note(live, 'length of the description', `${length} sent, ${String(description).length} came back`)
  const attach = { 'snapshot-id': id, wait: 'true' }
  const existing = { 'snapshot-id': id, created: 'false' }
  const fail = { 'on-conflict': 'fail' }
  const noRole = { error: FAILURES.missingRole.title, 'snapshot-id': '' }
  const meanwhile: readonly LiveStep[] = [
    ['on-conflict: fail', fail, { error: FAILURES.conflict.title, 'snapshot-id': '' }],
    ['timeout', { ...attach, 'timeout-minutes': '0.1' }, { ...existing, error: STEP_TITLES.timedOut }],
    ['cancellation', attach, { ...existing, error: STEP_TITLES.canceled }],
    ...live.withoutRole.map((key): LiveStep => [`without the role, ${key.kind}`, fail, noRole, key]),
  ]
  // All at once, because the first snapshot must be in progress.
  await Promise.all([watchLists(live, requests, id, post.at), ...meanwhile.map((step) => run(live, step))])
  const completed = { status: 'completed' }
  const next = { created: 'true', ...completed }
  const [second] = await Promise.all([
    run(live, ['on-conflict: wait', { wait: 'true' }, next, live.accounts.at(-1)]),
    run(live, ['snapshot-id, wait: true', attach, { ...existing, ...completed }]),
  ])
  note(live, 'nonce with a higher count', describeNonces(second.exchanges))
  const { 'snapshot-id': last = '' } = second.outputs
  const reused = { 'snapshot-id': last, created: 'false', ...completed }
  await run(live, ['reuse-within-minutes', { 'reuse-within-minutes': '60', wait: 'true' }, reused])
  const [member] = asObjects(parseOutput(second)['members'])
  if (member !== undefined) {
    const ofMember = { 'snapshot-id': String(member['id']), wait: 'true' }
    await run(live, ['snapshot-id of a member', ofMember, { exitCode: '1' }])
  }
  await sendOtherRequests(live, requests, post)
}

/** The snapshot in a step's output. */
function parseOutput({ outputs }: Awaited<ReturnType<typeof run>>): JsonObject {
  return parseJsonObject(outputs['snapshot'] ?? '') ?? {}
}

/** Reads both lists until one shows the snapshot, and notes how they change. */
async function watchLists(live: Live, { client, exchanges }: Recorded, id: string, postedAt: number) {
  const shown: Record<string, string> = {}
  for (let found = false; !found && Date.now() - postedAt < LIST_LIMIT_MS; ) {
    for (const [form, kind] of Object.entries(lists)) {
      await client.listSnapshots(kind, 1, live.signal).catch(errorMessage)
      const read = exchanges.at(-1)
      const list = describe(read)
      const seconds = ((Date.now() - postedAt) / 1000).toFixed(1)
      if (list !== shown[form]) note(live, `new in the ${form} list`, `after ${seconds} s: ${list}`)
      shown[form] = list
      found ||= asObjects(read?.body['results']).some((entry) => entry['id'] === id)
    }
    await sleep(live.clock, LIST_INTERVAL_MS, live.signal)
  }
}

/** How old nonces were when they were used again. */
function describeNonces(exchanges: readonly RecordedExchange[]): string {
  const reuses = exchanges.flatMap(({ authorization, at, status }) => {
    const [nonce = 'none'] = /[ ,]nonce="[^"]+"/.exec(authorization) ?? []
    const first = exchanges.find((each) => each.authorization.includes(nonce))
    return first === undefined || first.at === at ? [] : `${formatDuration(at - first.at)} (HTTP ${status})`
  })
  return `${reuses.length} times, the last ones ${reuses.slice(-3).join(', ')} after its first use`
}

/** Observes the lists and the revoked token of an earlier request. Can send two POSTs at once. */
async function sendOtherRequests(live: Live, requests: Recorded, earlier: RecordedExchange): Promise<void> {
  const { url, client, exchanges } = requests
  const { authorization, request } = earlier
  const observe = async (name: string, work: Promise<unknown>) => {
    // An error is an observation too.
    await work.catch(errorMessage)
    note(live, name, describe(exchanges.at(-1)))
  }
  for (const [form, kind] of Object.entries(lists))
    await observe(`${form} list`, client.listSnapshots(kind, 1, live.signal))
  await observe('plain list, page 2', client.listSnapshots('replicaSet', 2, live.signal))
  if (authorization.startsWith('Bearer'))
    await observe('revoked token', fetch(url + request.target, { headers: { authorization } }))
  if (!live.race) return
  const body = { description: 'Live check of the action, race', retentionInDays: 1 }
  const post = () => client.createSnapshot(body, () => true, live.signal)
  await Promise.allSettled([post(), post()])
  const posts = exchanges.filter(isPost)
  const created = posts.filter(({ status }) => status === 200).length
  const problems = created === 1 ? [] : [`Atlas must create 1 snapshot, but created ${created}`]
  note(live, 'two POSTs at once', posts.map(describe).join(' and '), problems)
}
