import type { ApiVersion, ClusterAddress } from '../atlas/client.js'
import type { OnConflict } from '../snapshot/conflict.js'
import { type Credentials, type Environment, readCredentials } from './credentials.js'
import { type GetInput, InputReader } from './input-reader.js'
import {
  anyText,
  baseUrl,
  boolean,
  clusterName,
  objectId,
  oneOf,
  positiveInteger,
  positiveNumber,
} from './input-rules.js'

/** All inputs, checked and in the units that the code uses. */
export interface Inputs {
  readonly cluster: ClusterAddress
  readonly credentials: Credentials & { readonly kind: 'apiKey' }
  readonly retentionInDays: number
  /** `undefined` where it is left to the action. */
  readonly description: string | undefined
  readonly wait: boolean
  readonly limitMs: number
  readonly pollIntervalMs: number | undefined
  readonly onConflict: OnConflict
  readonly jobSummary: boolean
}

const MOST_MINUTES = 7200
const MOST_POLL_SECONDS = 3600
const MS_PER_SECOND = 1000
const MS_PER_MINUTE = 60_000

/**
 * Checks all inputs by the rules of action.yml's table.
 *
 * @throws BadInputs with everything that is wrong
 */
export function parseInputs(get: GetInput, env: Environment): Inputs {
  const reader = new InputReader(get)
  const groupId = reader.required('group-id', objectId)
  const cluster = reader.required('cluster-name', clusterName)
  const credentials = readCredentials(get, env, reader)
  const retentionInDays = reader.required('retention-days', positiveInteger)
  const description = reader.optional('description', anyText)
  const wait = reader.required('wait', boolean)
  const timeoutMinutes = reader.required('timeout-minutes', positiveNumber(MOST_MINUTES))
  const pollSeconds = reader.optional('poll-interval-seconds', positiveNumber(MOST_POLL_SECONDS))
  const onConflict = reader.required('on-conflict', oneOf<OnConflict>('wait', 'reuse', 'fail'))
  const snapshotId = reader.optional('snapshot-id', objectId)
  const reuseWithinMinutes = reader.optional('reuse-within-minutes', positiveNumber())
  const dryRun = reader.required('dry-run', boolean)
  const origin = reader.required('base-url', baseUrl)
  const apiVersion = reader.required('api-version', oneOf<ApiVersion>('2023-01-01', 'v1.0'))
  const jobSummary = reader.required('job-summary', boolean)
  const githubToken = reader.optional('github-token', anyText)
  if (get('snapshot-id') !== '' && get('reuse-within-minutes') !== '') {
    reader.report(
      'snapshot-id, reuse-within-minutes',
      'snapshot-id and reuse-within-minutes exclude each other: the one names the snapshot, the other looks for one.',
    )
  }
  reader.assertNoProblems()

  const apiKey = credentials()
  const notSupported = (input: string) =>
    reader.report(input, `${input} is not supported yet by this version.`)
  if (apiKey.kind !== 'apiKey') notSupported('client-id')
  if (snapshotId() !== undefined) notSupported('snapshot-id')
  if (reuseWithinMinutes() !== undefined) notSupported('reuse-within-minutes')
  if (dryRun()) notSupported('dry-run')
  if (githubToken() !== undefined) notSupported('github-token')
  reader.assertNoProblems()
  if (apiKey.kind !== 'apiKey') throw new Error('unreachable: a service account was reported above')

  const pollInterval = pollSeconds()
  return {
    cluster: { baseUrl: origin(), apiVersion: apiVersion(), groupId: groupId(), clusterName: cluster() },
    credentials: apiKey,
    retentionInDays: retentionInDays(),
    description: description(),
    wait: wait(),
    limitMs: timeoutMinutes() * MS_PER_MINUTE,
    pollIntervalMs: pollInterval === undefined ? undefined : pollInterval * MS_PER_SECOND,
    onConflict: onConflict(),
    jobSummary: jobSummary(),
  }
}
