import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { createNodeRuntime, VERSION } from '../src/action/node-runtime.js'
import { errorMessage } from '../src/action-error.js'
import { type Credentials, describeCredentials } from '../src/atlas/credentials.js'
import { checkCluster } from './live-checks.js'
import { connect, FOLDER, type Live, note, REPORT, write } from './live-step.js'
import { Redactor } from './recorder.js'

/** @throws Error if a variable is missing or invalid */
function readTarget(env: NodeJS.ProcessEnv, args: readonly string[]) {
  const { ATLAS_PROJECT_ID: groupId, ATLAS_CLUSTER: cluster, ATLAS_SHARDED_CLUSTER, ATLAS_BASE_URL } = env
  const [first, ...rest] = readAccounts(env, 'MONGODB_ATLAS_')
  if (!(groupId && cluster && first))
    throw new Error(`Set ATLAS_PROJECT_ID, ATLAS_CLUSTER, and MONGODB_ATLAS_CLIENT_ID and _SECRET (or an API key).
See "Check against a real Atlas" in CONTRIBUTING.md.
Options: --yes to start, --race to send two POSTs at once, --cluster-is-disposable to allow a name with "prod"`)
  const baseUrl = ATLAS_BASE_URL || 'https://cloud.mongodb.com'
  if (!/^(https:|http:\/\/(127\.0\.0\.1|localhost)(:|$))/.test(baseUrl))
    throw new Error(`ATLAS_BASE_URL must start with https:, but is ${baseUrl}`)
  const clusters = [cluster, ATLAS_SHARDED_CLUSTER].flatMap((name) => name || [])
  if (!args.includes('--cluster-is-disposable') && clusters.some((name) => /prod/i.test(name)))
    throw new Error('A name contains "prod". If the cluster is disposable, add --cluster-is-disposable')
  const withoutRole = readAccounts(env, 'ATLAS_READ_ONLY_')
  const secrets = [first, ...rest, ...withoutRole].map((each) =>
    each.kind === 'apiKey' ? each.privateKey : each.clientSecret,
  )
  const redactor = new Redactor(secrets)
  const accounts = [first, ...rest] as const
  return { baseUrl, groupId, clusters, accounts, withoutRole, redactor, race: args.includes('--race') }
}

/** The service account and the API key in variables with this prefix. */
function readAccounts(env: NodeJS.ProcessEnv, prefix: string): readonly Credentials[] {
  const { [`${prefix}CLIENT_ID`]: clientId, [`${prefix}CLIENT_SECRET`]: clientSecret } = env
  const { [`${prefix}PUBLIC_API_KEY`]: publicKey, [`${prefix}PRIVATE_API_KEY`]: privateKey } = env
  const account = clientId && clientSecret && ({ kind: 'serviceAccount', clientId, clientSecret } as const)
  const key = publicKey && privateKey && ({ kind: 'apiKey', publicKey, privateKey } as const)
  return [account, key].flatMap((credentials) => credentials || [])
}

async function main(args: readonly string[]): Promise<void> {
  const { clusters, ...target } = readTarget(process.env, args)
  const { baseUrl, groupId, accounts, race } = target
  const runtime = createNodeRuntime()
  const common = { ...target, ...runtime, signal: runtime.cancellation.signal }
  const checks = clusters.map((clusterName): Live => ({ ...common, clusterName }))
  const each = race ? 3 : 2
  const title = `Live check of the action ${VERSION} against ${baseUrl}`
  process.stdout.write(`${title}
Project ${groupId}, with ${accounts.map(describeCredentials).join(' and ')}
${(await Promise.all(checks.map(describeCluster))).join('\n')}

- Takes ${each * clusters.length} on-demand snapshots, ${each} of each cluster. If checks fail, there can be 3 more of each.
- Atlas keeps them for 1 day and bills their storage.
- Runs as long as ${each} snapshots take, often 10 to 20 minutes. Atlas rejects other on-demand snapshots meanwhile.
- Deletes, restores, and changes nothing.
- Writes report.txt, and recordings without names, IDs, and credentials, to ${FOLDER}/

`)
  if (!args.includes('--yes')) throw new Error('Nothing was created. To start, run: npm run live -- --yes')
  process.exitCode = 1
  mkdirSync(FOLDER, { recursive: true })
  writeFileSync(REPORT, `${title}, ${new Date().toISOString()}\n\n`)
  const run = (live: Live) =>
    checkCluster(live).catch((error) => note(live, 'check', 'ended early', [errorMessage(error)]))
  await Promise.all(checks.map(run))
  const failed = readFileSync(REPORT, 'utf8').match(/^✘/gm)?.length ?? 0
  write(`
${failed === 0 ? 'All checks passed (✔).' : `Failed checks (✘): ${failed}`}
Each snapshot above that was created stays in Atlas for 1 day.`)
  if (failed === 0) process.exitCode = 0
}

/** The tier of a cluster, or why it can't be read. */
async function describeCluster(live: Live): Promise<string> {
  const { client, close } = await connect(live)
  const cluster = await client.getCluster(live.signal).catch(errorMessage)
  await close(live.signal)
  const facts = typeof cluster === 'string' ? [cluster] : [cluster.type, ...cluster.instanceSizes]
  return `Cluster ${live.clusterName}: ${facts.join(', ')}`
}

process.exitCode = 2
main(process.argv).catch((error: unknown) => {
  process.stderr.write(`${errorMessage(error)}\n`)
})
