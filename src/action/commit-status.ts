import { errorMessage } from '../action-error.js'
import type { ClusterRef } from '../atlas/client.js'
import type { Send } from '../atlas/http.js'
import { asString, isJsonObject, parseJson } from '../atlas/json.js'
import { truncateMiddle } from '../format.js'
import type { Clock, Logger } from '../runtime.js'
import { rejectOnAbort, type TimeLimit, withTimeLimit } from '../timers.js'
import { type CommitStatus, createCommitStatus } from './github-client.js'
import { sanitizeLine } from './logger.js'
import { readTextFile } from './runner-files.js'

/** The result of a step. */
export interface StatusReport {
  readonly cluster: ClusterRef
  readonly end: 'succeeded' | 'failed' | 'cancelled'
  /** The snapshot as last seen. */
  readonly snapshot:
    | { readonly id: string; readonly status: string; readonly createdAt?: string | undefined }
    | undefined
  /** Title of the error. */
  readonly errorTitle: string | undefined
}

export interface CommitStatusDependencies {
  readonly send: Send
  readonly clock: Clock
  readonly logger: Logger
  readonly env: NodeJS.ProcessEnv
  /** Aborts when the step is canceled or times out. */
  readonly stop: AbortSignal
}

const HEAD_SHA_PATH = ['pull_request', 'head', 'sha']
/** For merged pull requests, because after a squash or rebase no deployed branch contains the head. */
const MERGE_SHA_PATH = ['pull_request', 'merge_commit_sha']

/**
 * The path of the deployed commit in an event's payload, for events with another commit in `GITHUB_SHA`. For pull
 * requests, `GITHUB_SHA` is the merge commit or the base. For workflow runs and checks, it is the newest commit of the
 * default branch.
 */
const COMMIT_OF_EVENT: ReadonlyMap<string, readonly string[]> = new Map([
  ['pull_request', HEAD_SHA_PATH],
  ['pull_request_target', HEAD_SHA_PATH],
  ['pull_request_review', HEAD_SHA_PATH],
  ['pull_request_review_comment', HEAD_SHA_PATH],
  ['deployment', ['deployment', 'sha']],
  ['deployment_status', ['deployment', 'sha']],
  ['workflow_run', ['workflow_run', 'head_sha']],
  ['check_run', ['check_run', 'head_sha']],
  ['check_suite', ['check_suite', 'head_sha']],
])

/** SHA-1 or SHA-256. */
const SHA = /^([0-9a-f]{40}|[0-9a-f]{64})$/

/** GitHub rejects longer descriptions. */
const MAX_DESCRIPTION_LENGTH = 140
const COMMIT_STATUS_LIMIT: TimeLimit = {
  limitMs: 10_000,
  stoppedMs: 500,
  timeoutMessage: (limit) => `no complete response within ${limit}.`,
}

/**
 * Sets the status `atlas-snapshot/PROJECT_ID/CLUSTER` of the deployed commit to the step's result. Never throws. Errors are
 * logged as a warning, because they don't affect the snapshot. Takes at most 10 s, or 0.5 s after the step was canceled
 * or timed out.
 */
export async function reportCommitStatus(
  report: StatusReport,
  token: string,
  { send, clock, logger, env, stop }: CommitStatusDependencies,
): Promise<void> {
  try {
    const status = toCommitStatus(report, readEvent(env), env)
    // The client can't be aborted while it loads, and it wraps the abort reason.
    await withTimeLimit(COMMIT_STATUS_LIMIT, clock, stop, (limit) =>
      rejectOnAbort(createCommitStatus(status, token, { send, signal: limit }), limit),
    )
    logger.info(`Set the commit status ${status.context} of ${status.sha} to ${status.state}.`)
  } catch (error) {
    const reason = errorMessage(error).replaceAll(token, '***')
    logger.warning(`Could not set the commit status: ${reason}`)
  }
}

/**
 * @param event the payload of the event that started the run
 * @throws Error if the repository or the commit is unknown
 */
export function toCommitStatus(report: StatusReport, event: unknown, env: NodeJS.ProcessEnv): CommitStatus {
  const { groupId, clusterName } = report.cluster
  const [owner, repo] = (env['GITHUB_REPOSITORY'] ?? '').split('/')
  const sha = deployedCommit(event, env)
  if (!owner || !repo) throw new Error('GITHUB_REPOSITORY does not contain a repository.')
  if (sha === undefined) throw new Error('neither the event payload nor GITHUB_SHA contains a commit SHA.')
  const url = runUrl(env)
  return {
    owner,
    repo,
    sha,
    state: toState(report),
    context: `atlas-snapshot/${groupId}/${clusterName}`,
    description: truncateMiddle(sanitizeLine(toDescription(report)), MAX_DESCRIPTION_LENGTH),
    ...(url === undefined ? {} : { target_url: url }),
  }
}

function toState({ end, snapshot }: StatusReport): CommitStatus['state'] {
  if (end === 'cancelled') return 'error'
  if (end === 'failed') return 'failure'
  return snapshot?.status === 'completed' ? 'success' : 'pending'
}

function toDescription({ end, snapshot, errorTitle }: StatusReport): string {
  if (end !== 'succeeded') {
    const title = errorTitle ?? (end === 'failed' ? 'Step failed' : 'Step canceled')
    return snapshot === undefined ? title : `${title} (snapshot ${snapshot.id}, status: ${snapshot.status})`
  }
  if (snapshot === undefined) return 'No snapshot yet'
  const { id, status, createdAt } = snapshot
  if (status !== 'completed') return `Snapshot ${id} is not completed yet (status: ${status})`
  return `Snapshot ${id} completed${createdAt === undefined ? '' : `. Restore point: ${createdAt}`}`
}

/** The page of this attempt, because a re-run keeps the run ID. */
function runUrl(env: NodeJS.ProcessEnv): string | undefined {
  const { GITHUB_SERVER_URL: server, GITHUB_REPOSITORY: repository, GITHUB_RUN_ID: run } = env
  if (!server || !repository || !run) return undefined
  const attempt = env['GITHUB_RUN_ATTEMPT']
  return `${server}/${repository}/actions/runs/${run}${attempt ? `/attempts/${attempt}` : ''}`
}

/** The event's payload, `undefined` if it is not readable. */
function readEvent(env: NodeJS.ProcessEnv): unknown {
  try {
    return parseJson(readTextFile(env['GITHUB_EVENT_PATH'] ?? ''))
  } catch {
    return undefined
  }
}

/**
 * The commit that a run deploys.
 *
 * @param event the payload of the event that started the run, `undefined` if it is not readable
 * @returns 40 or 64 hexadecimal digits, `undefined` if unknown
 */
export function deployedCommit(event: unknown, env: NodeJS.ProcessEnv): string | undefined {
  const path = COMMIT_OF_EVENT.get(env['GITHUB_EVENT_NAME'] ?? '')
  const isMerged = path === HEAD_SHA_PATH && valueAt(event, ['pull_request', 'merged']) === true
  const named = path && asString(valueAt(event, isMerged ? MERGE_SHA_PATH : path))
  return [named, env['GITHUB_SHA']].find((sha) => sha !== undefined && SHA.test(sha))
}

function valueAt(value: unknown, path: readonly string[]): unknown {
  return path.reduce<unknown>((inner, name) => (isJsonObject(inner) ? inner[name] : undefined), value)
}
