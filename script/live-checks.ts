import { randomUUID } from 'node:crypto'
import { errorMessage } from '../src/action-error.js'
import { type Credentials, credentialLabel } from '../src/atlas/credentials.js'
import { asObjects } from '../src/atlas/json.js'
import { REMEDIES } from '../src/atlas/remedies.js'
import { formatDuration } from '../src/format.js'
import { sleep } from '../src/timers.js'
import { TITLES } from '../src/titles.js'
import { connect, type Live, type LiveStep, note, run, save } from './live-step.js'
import { isPost, type RecordedExchange } from './recorder.js'

const LIST_INTERVAL_MS = 500
const LIST_LIMIT_MS = 60_000
const forms = ['plain', 'sharded'] as const
type Recorded = Awaited<ReturnType<typeof connect>>
const dryRun = { 'dry-run': 'true', 'on-conflict': 'fail' }

/** Runs all checks of a cluster. Only a failed dry run ends them early, before they take a snapshot. */
export async function checkCluster(live: Live): Promise<void> {
  await attempt(live, 'check', async () => {
    for (const account of live.accounts) {
      const name = `dry run, ${credentialLabel(account.kind)}`
      const { passed } = await run(live, [name, dryRun, { 'snapshot-id': '' }, account])
      if (!passed) throw new Error('took no snapshot')
    }
    for (const step of live.accounts.flatMap(stepsWithoutSnapshot)) await run(live, step)
    await checkSnapshots(live)
  })
}

/** Reports an error instead of throwing it. */
async function attempt(live: Live, name: string, work: () => Promise<void>): Promise<void> {
  await work().catch((error: unknown) => note(live, name, 'ended early', [errorMessage(error)]))
}

function stepsWithoutSnapshot(account: Credentials): LiveStep[] {
  const label = credentialLabel(account.kind)
  const wrong = { ...account, privateKey: randomUUID(), clientSecret: randomUUID() }
  const { invalidApiKey, invalidClientSecret, clusterNotFound, snapshotNotFound } = REMEDIES
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
async function checkSnapshots(live: Live): Promise<void> {
  const runAll = (...steps: LiveStep[]) => Promise.all(steps.map((step) => run(live, step)))
  // Connected before the POST, because a token takes time.
  const lists = await connect(live)
  await lists.client.listSnapshots('plain', 1, live.signal).catch(errorMessage)
  // A limit on descriptions is an observation.
  let first = await run(live, ['wait: false, long description', { description: 'x'.repeat(1000) }])
  if (!first.outputs['snapshot-id']) first = await run(live, ['wait: false', {}, { created: 'true' }])
  const { 'snapshot-id': id = '', description = '' } = first.outputs
  const post = first.exchanges.findLast(isPost)
  const completed = { status: 'completed' }
  const second = ['on-conflict: wait', { wait: 'true' }, { created: 'true', ...completed }] as const
  if (id === '' || post === undefined) {
    await run(live, second)
    return
  }
  const { length } = String(post.request.body?.['description'])
  note(live, 'length of the description', `${length} sent, ${description.length} came back`)
  note(live, 'first POST', describe(post))
  const attach = { 'snapshot-id': id, wait: 'true' }
  const existing = { 'snapshot-id': id, created: 'false' }
  const fail = { 'on-conflict': 'fail' }
  const noRole = { error: REMEDIES.missingRole.title, 'snapshot-id': '' }
  const watched = watchLists(live, lists, id, post.at)
  // All at once, because the first snapshot must be in progress.
  const [refused] = await runAll(
    ['on-conflict: fail', fail, { error: TITLES.conflict, 'snapshot-id': '' }],
    ['on-conflict: reuse', { 'on-conflict': 'reuse' }, existing],
    ['timeout', { ...attach, 'timeout-minutes': '0.1' }, { ...existing, error: TITLES.timedOut }],
    ['cancellation', attach, { ...existing, error: TITLES.canceled }],
    ...live.withoutRole.map(
      (account): LiveStep => [`without the role, ${account.kind}`, fail, noRole, account],
    ),
  )
  note(live, 'second POST', describe(refused?.exchanges.find(isPost)))
  await watched
  const account = live.accounts.at(-1) ?? live.accounts[0]
  const attached = { ...existing, ...completed }
  const waited = await runAll(['snapshot-id, wait: true', attach, attached], [...second, account])
  const exchanges = waited.flatMap((step) => step.exchanges).sort((a, b) => a.at - b.at)
  noteEnd(live, id, post, exchanges)
  note(live, 'nonce with a higher count', describeNonces(exchanges))
  const outputs = waited.map((step) => step.outputs)
  const { 'snapshot-id': last = '', 'snapshot-ids': ids = '', type } = outputs[1] ?? {}
  const reused = { 'snapshot-id': last, created: 'false', ...completed }
  await run(live, ['reuse-within-minutes', { 'reuse-within-minutes': '60', wait: 'true' }, reused])
  const [member = ''] = /[0-9a-f]{24}/.exec(ids) ?? []
  if (type === 'shardedCluster')
    await run(live, ['snapshot-id of a member', { 'snapshot-id': member, wait: 'true' }, { exitCode: '1' }])
  await sendPlainRequests(live, outputs, post)
}

/** Notes the restore point, the end, and how long Atlas rejected the next POST after it. */
function noteEnd(
  live: Live,
  id: string,
  post: RecordedExchange,
  exchanges: readonly RecordedExchange[],
): void {
  const reads = exchanges.filter(({ body }) => body['id'] === id)
  const shown = reads.find(({ body }) => 'createdAt' in body)
  const end = reads.find(({ body }) => body['status'] === 'completed')
  const instant = Date.parse(String(end?.body['createdAt']))
  const from = (other?: RecordedExchange) =>
    formatDuration(Math.abs(instant - Date.parse(other?.headers['date'] ?? '')))
  const status = `first shown as ${shown?.body['status']}`
  note(live, 'restore point', `${from(post)} after the POST, ${from(end)} before completed, ${status}`)
  const posts = exchanges.filter((each) => isPost(each) && each.at >= (end?.at ?? 0))
  const [accepted] = posts.filter(({ status }) => status === 200)
  const when = accepted ? formatDuration(accepted.at - (end?.at ?? 0)) : 'not'
  const refusals = posts.filter(({ status }) => status === 400).length
  note(live, 'next POST', `accepted ${when} after completed was seen, rejected ${refusals} times before`)
}

/** Reads both lists until one shows the snapshot. */
async function watchLists(live: Live, lists: Recorded, id: string, postedAt: number): Promise<void> {
  const last = { plain: 'never', sharded: 'never' }
  const first = { ...last }
  for (let found = false; !found && Date.now() - postedAt < LIST_LIMIT_MS; ) {
    for (const form of forms) {
      await lists.client.listSnapshots(form, 1, live.signal).catch(errorMessage)
      const read = lists.exchanges.at(-1)
      const isShown = asObjects(read?.body['results']).some((entry) => entry['id'] === id)
      const seen = isShown ? first : last
      seen[form] = `at ${((Date.now() - postedAt) / 1000).toFixed(1)} s, ${describe(read)}`
      found ||= isShown
    }
    await sleep(live.clock, LIST_INTERVAL_MS, live.signal)
  }
  await lists.close(live.signal)
  for (const form of forms)
    note(live, `new in the ${form} list`, `last without it ${last[form]}; first with it ${first[form]}`)
  note(live, 'lists', 'recorded', save(live, 'lists', lists.exchanges))
}

/** Compares outputs with plain requests, and observes lists and the revoked token of an earlier request. */
async function sendPlainRequests(
  live: Live,
  steps: readonly LiveStep[1][],
  post: RecordedExchange,
): Promise<void> {
  const { signal } = live
  const { url, client, exchanges, close } = await connect(live)
  const wholes = new Map<string, string>()
  for (const outputs of steps)
    await attempt(live, 'outputs and a plain GET', async () => {
      const { 'snapshot-id': id = '', type } = outputs
      const { resource } = (await client.getSnapshot(id, signal)).snapshot
      const { memberIds = [] } = type === 'shardedCluster' ? await client.getShardedSnapshot(id, signal) : {}
      for (const member of memberIds) wholes.set(member, id)
      const ids = JSON.stringify(type === 'shardedCluster' ? memberIds : [id])
      const wrong = Object.entries({ ...resource, snapshotIds: ids })
        .map(([name, value]) => [name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`), `${value}`])
        .filter(([name = '', value]) => (outputs[name] ?? value) !== value)
        .map(([name, value]) => `${name} is ${value} in Atlas`)
      note(live, 'outputs and a plain GET', ids, wrong)
    })
  const observe = async (name: string, work: Promise<unknown>) => {
    // An error is an observation too.
    await work.catch(errorMessage)
    note(live, name, describe(exchanges.at(-1), wholes))
  }
  for (const form of forms)
    for (const page of [1, 2])
      await observe(`${form} list, page ${page}`, client.listSnapshots(form, page, signal))
  const { authorization, request } = post
  if (authorization.startsWith('Bearer'))
    await observe('revoked token', fetch(url + request.target, { headers: { authorization } }))
  if (live.race) {
    const body = { description: 'Live check of the action, race', retentionInDays: 1 }
    await Promise.allSettled([client.createSnapshot(body, signal), client.createSnapshot(body, signal)])
    const posts = exchanges.filter(isPost)
    const created = posts.filter(({ status }) => status === 200).length
    const problems = created === 1 ? [] : [`Atlas must create 1 snapshot, but created ${created}`]
    note(live, 'two POSTs at once', posts.map((each) => describe(each)).join(' and '), problems)
  }
  await close(signal)
  note(live, 'other requests', 'recorded', save(live, 'other requests', exchanges))
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

/** Status, error, some headers, and the first entries of a list with the whole snapshots of members. */
function describe(
  exchange: RecordedExchange | undefined,
  wholes: ReadonlyMap<unknown, string> = new Map(),
): string {
  const { status, headers = {}, body = {} } = exchange ?? {}
  const shown = Object.entries(headers).filter(([name]) => /^(www|rate|retry)/.test(name))
  const entries = asObjects(body['results']).map(({ id, type, status }) => {
    const whole = wholes.get(id)
    return `${id} ${type} ${status}${whole === undefined ? '' : ` (member of ${whole})`}`
  })
  const total = 'results' in body ? `${entries.length} of ${body['totalCount']} entries` : ''
  const facts = [body['errorCode'], body['detail'], ...shown.map((header) => header.join(': ')), total]
  return [`HTTP ${status}`, ...facts, ...entries.slice(0, 8)].filter(Boolean).join(', ')
}
