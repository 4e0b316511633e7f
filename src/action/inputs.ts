import type { ApiVersion } from '../atlas/client.js'
import { type Credentials, describeCredentials } from '../atlas/credentials.js'
import type { OnConflict, SnapshotOptions } from '../snapshot/context.js'
import type { StatusTarget } from './commit-status.js'
import { readCredentials } from './credential-inputs.js'
import { checkNetwork, checkOutputFile, checkUndeclaredInputs } from './environment.js'
import * as formats from './input-formats.js'
import { type GetInput, type InputProblem, InputReader } from './input-reader.js'

/** All inputs, validated and converted to the units of the code. */
export interface Inputs {
  /** The options of the core, without secrets. */
  readonly options: SnapshotOptions
  readonly credentials: Credentials
  readonly dryRun: boolean
  readonly jobSummary: boolean
  /** If it is set, the step sets a commit status. */
  readonly githubToken: string | undefined
}

const TIMEOUT_MINUTES = { max: 7200 }
const POLL_SECONDS = { min: 0.1, max: 3600 }
const MS_PER_SECOND = 1000
const MS_PER_MINUTE = 60_000

/** Parses all inputs by the rules of action.yml. Returns all problems if there are any. */
export function parseInputs(given: GetInput, env: NodeJS.ProcessEnv): Inputs | readonly InputProblem[] {
  const declared = new Set<string>()
  const get: GetInput = (name) => {
    declared.add(name)
    return given(name)
  }
  const reader = new InputReader(get)
  const cluster = {
    groupId: reader.required('group-id', formats.objectId),
    clusterName: reader.required('cluster-name', formats.clusterName),
    baseUrl: reader.withDefault('base-url', formats.baseUrl),
    apiVersion: reader.withDefault('api-version', formats.oneOf<ApiVersion>('2023-01-01', 'v1.0')),
  }
  const request = {
    description: get('description') || defaultDescription(env),
    retentionInDays: reader.withDefault('retention-days', formats.positiveInteger),
  }
  const credentials = readCredentials(get, env, reader)
  const options = {
    cluster,
    credentialName: credentials && describeCredentials(credentials),
    request,
    // The default would not wait.
    wait: reader.withDefault('wait', formats.boolean, 'Set wait: true.'),
    timeoutMs: reader.withDefault('timeout-minutes', formats.duration(MS_PER_MINUTE, TIMEOUT_MINUTES)),
    onConflict: reader.withDefault('on-conflict', formats.oneOf<OnConflict>('wait', 'fail')),
    snapshotId: reader.optional('snapshot-id', formats.objectId),
    reuseWithinMs: reader.optional('reuse-within-minutes', formats.duration(MS_PER_MINUTE)),
    pollIntervalMs: reader.optional('poll-interval-seconds', formats.duration(MS_PER_SECOND, POLL_SECONDS)),
  }
  const read = {
    options,
    credentials,
    dryRun: reader.withDefault('dry-run', formats.boolean),
    jobSummary: reader.withDefault('job-summary', formats.boolean),
    githubToken: reader.secret('github-token', formats.token),
  }
  checkNetwork(get, env, reader)
  checkOutputFile(env, reader)
  checkUndeclaredInputs(declared, env, reader)
  const { wait, timeoutMs, snapshotId, reuseWithinMs, pollIntervalMs } = options
  if (snapshotId !== undefined && reuseWithinMs !== undefined)
    reader.addProblem(
      'snapshot-id, reuse-within-minutes',
      'Set either snapshot-id or reuse-within-minutes, not both.',
    )
  if (wait && timeoutMs !== null && pollIntervalMs && pollIntervalMs >= timeoutMs)
    reader.addProblem(
      'poll-interval-seconds, timeout-minutes',
      `poll-interval-seconds (${get('poll-interval-seconds')} s) must be less than timeout-minutes (${get('timeout-minutes')} min). Lower or remove poll-interval-seconds, or raise timeout-minutes.`,
    )
  return reader.accept(read) ?? reader.problems
}

/**
 * Where a step with other invalid inputs reports its failure. `undefined` for a dry run, without a valid token, project,
 * or cluster, and if the request would be insecure or bypass a proxy.
 */
export function findStatusTarget(get: GetInput, env: NodeJS.ProcessEnv): StatusTarget | undefined {
  const reader = new InputReader(get)
  checkNetwork(get, env, reader)
  const githubToken = reader.secret('github-token', formats.token)
  const cluster = reader.accept({
    groupId: reader.required('group-id', formats.objectId),
    clusterName: reader.required('cluster-name', formats.clusterName),
  })
  const isDryRun = get('dry-run').toLowerCase() === 'true'
  return cluster === undefined || !githubToken || isDryRun ? undefined : { cluster, githubToken }
}

/** `ORG/REPOSITORY@SHA7 WORKFLOW run RUN_ID.ATTEMPT`, which identifies the run in Atlas. */
export function defaultDescription(env: NodeJS.ProcessEnv): string {
  const { GITHUB_REPOSITORY: repository = '', GITHUB_SHA: sha = '', GITHUB_WORKFLOW: workflow = '' } = env
  const run = [env['GITHUB_RUN_ID'], env['GITHUB_RUN_ATTEMPT']].filter(Boolean).join('.')
  const commit = sha && `@${sha.slice(0, 7)}`
  const parts = [`${repository}${commit}`, workflow, run && `run ${run}`].filter(Boolean)
  return parts.join(' ') || 'Snapshot for MongoDB Atlas'
}
