import type { ApiVersion } from '../atlas/client.js'
import { type Credentials, describeCredentials } from '../atlas/credentials.js'
import type { OnConflict, SnapshotOptions } from '../snapshot/context.js'
import { readCredentials } from './credential-inputs.js'
import {
  anyText,
  baseUrl,
  boolean,
  clusterName,
  duration,
  type GetInput,
  InputReader,
  objectId,
  oneOf,
  positiveInteger,
  token,
} from './input-reader.js'
import { checkProxy, checkTlsVerification } from './network-environment.js'
import { checkOutputFile } from './runner-files.js'

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

const MAX_TIMEOUT_MINUTES = 7200
const POLL_SECONDS = { min: 0.1, max: 3600 }
const MS_PER_SECOND = 1000
const MS_PER_MINUTE = 60_000

/**
 * Validates all inputs by the rules of action.yml.
 *
 * @throws InputErrors with all problems
 */
export function parseInputs(get: GetInput, env: NodeJS.ProcessEnv): Inputs {
  const reader = new InputReader(get)
  const cluster = {
    groupId: reader.required('group-id', objectId),
    clusterName: reader.required('cluster-name', clusterName),
    baseUrl: reader.withDefault('base-url', baseUrl),
    apiVersion: reader.withDefault('api-version', oneOf<ApiVersion>('2023-01-01', 'v1.0')),
  }
  const read = {
    credentials: readCredentials(get, env, reader),
    dryRun: reader.withDefault('dry-run', boolean),
    jobSummary: reader.withDefault('job-summary', boolean),
    githubToken: reader.optional('github-token', token),
  }
  // Only these get to the core, which must not know secrets.
  const options = {
    wait: reader.withDefault('wait', boolean),
    timeoutMs: reader.withDefault('timeout-minutes', duration(MS_PER_MINUTE, { max: MAX_TIMEOUT_MINUTES })),
    retentionInDays: reader.withDefault('retention-days', positiveInteger),
    onConflict: reader.withDefault('on-conflict', oneOf<OnConflict>('wait', 'reuse', 'fail')),
    snapshotId: reader.optional('snapshot-id', objectId),
    reuseWithinMs: reader.optional('reuse-within-minutes', duration(MS_PER_MINUTE)),
    description: reader.optional('description', anyText),
    pollIntervalMs: reader.optional('poll-interval-seconds', duration(MS_PER_SECOND, POLL_SECONDS)),
  }
  checkProxy(get('base-url'), env, reader)
  checkTlsVerification(get, env, reader)
  checkOutputFile(env, reader)
  checkCombinations(get, reader)
  const accepted = reader.accept(read)
  return {
    ...accepted,
    options: {
      ...reader.accept(options),
      cluster: reader.accept(cluster),
      credentialName: describeCredentials(accepted.credentials),
      description: options.description ?? defaultDescription(env),
    },
  }
}

/** Reports invalid combinations. */
function checkCombinations(get: GetInput, reader: InputReader): void {
  if (get('snapshot-id') !== '' && get('reuse-within-minutes') !== '') {
    reader.addProblem(
      'snapshot-id, reuse-within-minutes',
      'Set either snapshot-id or reuse-within-minutes, not both.',
    )
  }
  // Empty values and values that are not numbers are reported by their parsers.
  const pollSeconds = Number(get('poll-interval-seconds'))
  const limitMinutes = Number(get('timeout-minutes'))
  const limitSeconds = (limitMinutes * MS_PER_MINUTE) / MS_PER_SECOND
  const waits = get('wait').toLowerCase() === 'true'
  if (waits && limitSeconds > 0 && pollSeconds >= limitSeconds) {
    reader.addProblem(
      'poll-interval-seconds, timeout-minutes',
      `poll-interval-seconds (${pollSeconds} s) must be less than timeout-minutes (${limitMinutes} min, ${limitSeconds} s). Lower or remove poll-interval-seconds, or raise timeout-minutes.`,
    )
  }
}

const SHORT_SHA = 7

/** `ORG/REPOSITORY@SHA7 WORKFLOW run RUN_ID.ATTEMPT`, which identifies the run in Atlas. */
export function defaultDescription(env: NodeJS.ProcessEnv): string {
  const repository = env['GITHUB_REPOSITORY'] ?? ''
  const sha = env['GITHUB_SHA']?.slice(0, SHORT_SHA) ?? ''
  const run = [env['GITHUB_RUN_ID'], env['GITHUB_RUN_ATTEMPT']].filter(
    (part) => part !== undefined && part !== '',
  )
  const parts = [
    sha === '' ? repository : `${repository}@${sha}`,
    env['GITHUB_WORKFLOW'] ?? '',
    run.length === 0 ? '' : `run ${run.join('.')}`,
  ].filter((part) => part !== '')
  return parts.length === 0 ? 'Snapshot for MongoDB Atlas' : parts.join(' ')
}
