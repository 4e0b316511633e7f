import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { createNodeRuntime, VERSION } from '../src/action/node-runtime.js'
import { errorMessage } from '../src/action-error.js'
import { describeCredentials } from '../src/atlas/credentials.js'
import { checkCluster } from './live-checks.js'
import { connect, FOLDER, type Live, note, REPORT, write } from './live-step.js'
import { readTarget } from './live-target.js'

async function main(args: readonly string[]): Promise<void> {
  const target = readTarget(process.env, args)
  const { baseUrl, groupId, clusters, accounts, race } = target
  const runtime = createNodeRuntime()
  const { signal } = runtime.cancellation
  const checks = clusters.map((clusterName): Live => ({ ...target, ...runtime, clusterName, signal }))
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
  const facts = typeof cluster === 'string' ? [cluster] : [cluster.kind, ...cluster.instanceSizes]
  return `Cluster ${live.clusterName}: ${facts.join(', ')}`
}

process.exitCode = 2
main(process.argv).catch((error: unknown) => {
  process.stderr.write(`${errorMessage(error)}\n`)
})
