import { mkdirSync, writeFileSync } from 'node:fs'
import { listenForCancellation, VERSION } from '../src/action/node-runtime.js'
import { errorMessage } from '../src/action-error.js'
import { describeCredentials } from '../src/atlas/credentials.js'
import { checkCluster, FOLDER, type Live } from './live-checks.js'
import { Redactor } from './recorder.js'

const usage = `usage: npm run live -- [options]

Check the action (dist/index.js) against a real Atlas. "Check against a real Atlas" in CONTRIBUTING.md lists the variables.

  --yes                    start, instead of only printing the plan
  --cluster-is-disposable  allow a cluster with "prod" in its name
`

/** @throws Error that lists the missing variables */
function readTarget(env: NodeJS.ProcessEnv) {
  const { ATLAS_PROJECT_ID: groupId, ATLAS_CLUSTER: cluster, ATLAS_SHARDED_CLUSTER, ATLAS_BASE_URL } = env
  const { MONGODB_ATLAS_CLIENT_ID: clientId, MONGODB_ATLAS_CLIENT_SECRET: clientSecret } = env
  const { MONGODB_ATLAS_PUBLIC_API_KEY: publicKey, MONGODB_ATLAS_PRIVATE_API_KEY: privateKey } = env
  const account = clientId && clientSecret && ({ kind: 'serviceAccount', clientId, clientSecret } as const)
  const key = publicKey && privateKey && ({ kind: 'apiKey', publicKey, privateKey } as const)
  const [first, ...rest] = [account, key].flatMap((credentials) => credentials || [])
  if (!(groupId && cluster && first)) {
    const missing = ['ATLAS_PROJECT_ID', 'ATLAS_CLUSTER'].filter((name) => !env[name])
    if (first === undefined) missing.push('MONGODB_ATLAS_CLIENT_ID and MONGODB_ATLAS_CLIENT_SECRET')
    throw new Error(`Not set: ${missing.join(', ')}. See npm run live -- --help`)
  }
  const baseUrl = ATLAS_BASE_URL || 'https://cloud.mongodb.com'
  if (!/^(https:|http:\/\/(127\.0\.0\.1|localhost)(:|$))/.test(baseUrl))
    throw new Error(`ATLAS_BASE_URL must start with https:, but is ${baseUrl}`)
  const clusters = [cluster, ATLAS_SHARDED_CLUSTER].flatMap((name) => name || [])
  return { baseUrl, groupId, clusters, accounts: [first, ...rest] as const }
}

function describePlan({ baseUrl, groupId, clusters, accounts }: ReturnType<typeof readTarget>): string {
  return `Live check of the action ${VERSION} against ${baseUrl}
Project ${groupId}, cluster ${clusters.join(' and ')}, with ${accounts.map(describeCredentials).join(' and ')}

- Takes ${2 * clusters.length} on-demand snapshots, 2 of each cluster. If checks fail, there can be 3 more of each.
- Atlas keeps them for 1 day and bills their storage: on AWS, at most about $0.005 per GB and snapshot.
- Runs as long as two snapshots take, often 10 to 20 minutes. Atlas rejects other on-demand snapshots meanwhile.
- Deletes, restores, and changes nothing.
- Writes report.txt, and recordings without names, IDs, and credentials, to ${FOLDER}/

`
}

async function main(args: readonly string[]): Promise<number> {
  if (args.includes('--help')) {
    process.stdout.write(usage)
    return 0
  }
  const { clusters, ...target } = readTarget(process.env)
  if (!args.includes('--cluster-is-disposable') && clusters.some((name) => /prod/i.test(name)))
    throw new Error('A name contains "prod". If the cluster is disposable, add --cluster-is-disposable')
  process.stdout.write(describePlan({ clusters, ...target }))
  if (!args.includes('--yes')) throw new Error('Nothing was sent. To start, run: npm run live -- --yes')
  mkdirSync(FOLDER, { recursive: true })
  const redactor = new Redactor(target.accounts)
  const common = { ...target, redactor, signal: listenForCancellation().signal }
  const checks = clusters.map((clusterName): Live => ({ ...common, clusterName, lines: [], created: [] }))
  await Promise.all(checks.map(checkCluster))
  const lines = checks.flatMap((check) => check.lines)
  const failed = lines.filter((line) => line.startsWith('✘')).length
  const created = checks.flatMap((check) => check.created)
  const report = `Live check of the action ${VERSION} against ${target.baseUrl}, ${new Date().toISOString()}
✔ passed  ✘ failed  · observed

${lines.join('\n')}

${failed === 0 ? 'All checks passed.' : `Failed checks: ${failed}`}
Snapshots that this run leaves in Atlas for 1 day: ${created.join(', ') || 'none'}
`
  writeFileSync(`${FOLDER}/report.txt`, report)
  process.stdout.write(report)
  return failed === 0 ? 0 : 1
}

process.exitCode = await main(process.argv).catch((error: unknown) => {
  process.stderr.write(`${errorMessage(error)}\n`)
  return 2
})
