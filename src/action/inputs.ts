import type { ApiVersion } from '../atlas/client.js'
import { type Credentials, describeCredentials } from '../atlas/credentials.js'
import type { OnConflict, SnapshotOptions } from '../snapshot/context.js'
import type { StatusTarget } from './commit-status.js'
import { readCredentials } from './credential-inputs.js'
import { checkNetwork, checkUndeclaredInputs } from './environment.js'
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

const MS_PER_MINUTE = 60_000
const TIMEOUT_MINUTES = { max: 7_200 }
const POLL_SECONDS = { min: 0.1, max: 60 }
const NO_DEFAULT =
  "This input is required. If the value comes from vars or secrets, check the name and the job's environment."

/** The inputs, or all problems if there are any. */
export type ParsedInputs = { readonly inputs: Inputs } | { readonly problems: readonly InputProblem[] }

/** Parses all inputs by the rules of action.yml. */
export function parseInputs(getInput: GetInput): ParsedInputs {
  const declared = new Set<string>()
  const get: GetInput = (name) => {
    declared.add(name)
    return getInput(name)
  }
  const reader = new InputReader(get)
  const cluster = {
    groupId: reader.required('group-id', formats.objectId, NO_DEFAULT),
    clusterName: reader.required('cluster-name', formats.clusterName, NO_DEFAULT),
    baseUrl: reader.required('base-url', formats.baseUrl),
    apiVersion: reader.required('api-version', formats.oneOf<ApiVersion>('2023-01-01', 'v1.0')),
  }
  const description = get('description') || defaultDescription()
  const required = {
    retentionInDays: reader.required('retention-days', formats.positiveInteger),
    credentials: readCredentials(get, reader),
    // With `wait: ${{ vars.UNSET }}`, removing the input would open the gate, because its default is `false`.
    wait: reader.required('wait', formats.boolean, 'Set wait: true.'),
    timeoutMs: reader.required('timeout-minutes', formats.duration(MS_PER_MINUTE, TIMEOUT_MINUTES)),
    onConflict: reader.required('on-conflict', formats.oneOf<OnConflict>('wait', 'fail')),
    dryRun: reader.required('dry-run', formats.boolean),
    jobSummary: reader.required('job-summary', formats.boolean),
  }
  const snapshotId = reader.optional('snapshot-id', formats.objectId)
  const reuseWithinMs = reader.optional('reuse-within-minutes', formats.duration(MS_PER_MINUTE))
  const pollIntervalMs = reader.optional('poll-interval-seconds', formats.duration(1000, POLL_SECONDS))
  const githubToken = reader.secret('github-token', formats.token)
  checkNetwork(get, reader)
  if (get('snapshot-id') !== '' && get('reuse-within-minutes') !== '')
    reader.addProblem(
      'snapshot-id, reuse-within-minutes',
      'Set either snapshot-id or reuse-within-minutes, not both.',
    )
  // The last check, because an input is declared by its read.
  checkUndeclaredInputs(declared, reader)
  if (reader.problems.length > 0 || !isComplete(cluster) || !isComplete(required))
    return { problems: reader.problems }
  const { retentionInDays, credentials, dryRun, jobSummary, ...others } = required
  const options = {
    cluster,
    credentialName: describeCredentials(credentials),
    request: { description, retentionInDays },
    ...others,
    snapshotId,
    reuseWithinMs,
    pollIntervalMs,
  }
  return { inputs: { options, credentials, dryRun, jobSummary, githubToken } }
}

/** Whether every property has a value. */
function isComplete<T extends object>(values: { [Name in keyof T]: T[Name] | undefined }): values is T {
  return !Object.values(values).includes(undefined)
}

/**
 * Where a step with other invalid inputs reports its failure. `undefined` for a dry run, without a valid token, project,
 * or cluster, and if the request would be insecure or bypass a proxy.
 */
export function findStatusTarget(get: GetInput): StatusTarget | undefined {
  const reader = new InputReader(get)
  checkNetwork(get, reader)
  const githubToken = reader.secret('github-token', formats.token)
  const groupId = reader.required('group-id', formats.objectId)
  const clusterName = reader.required('cluster-name', formats.clusterName)
  if (reader.problems.length > 0 || formats.boolean.parse(get('dry-run')) === true) return undefined
  if (githubToken === undefined || groupId === undefined || clusterName === undefined) return undefined
  return { cluster: { groupId, clusterName }, githubToken }
}

/** `ORG/REPOSITORY@SHA7 WORKFLOW run RUN_ID.ATTEMPT`, which identifies the run in Atlas. */
export function defaultDescription(): string {
  const {
    GITHUB_REPOSITORY: repository = '',
    GITHUB_SHA: sha = '',
    GITHUB_WORKFLOW: workflow = '',
  } = process.env
  const run = [process.env['GITHUB_RUN_ID'], process.env['GITHUB_RUN_ATTEMPT']].filter(Boolean).join('.')
  const commit = sha && `@${sha.slice(0, 7)}`
  const parts = [`${repository}${commit}`, workflow, run && `run ${run}`].filter(Boolean)
  return parts.join(' ') || 'Snapshot for MongoDB Atlas'
}
