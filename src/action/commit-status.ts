import { errorMessage } from '../action-error.js'
import type { ClusterRef } from '../atlas/client.js'
import type { Send } from '../atlas/http.js'
import { asString, isJsonObject, parseJson } from '../atlas/json.js'
import { formatStatus, isCompleted, type Snapshot } from '../atlas/snapshot.js'
import { truncateMiddle } from '../format.js'
import type { Clock, Logger } from '../runtime.js'
import { rejectOnAbort, responseTimeout, withTimeout } from '../timers.js'
import { type CommitStatus, createCommitStatus } from './github-client.js'
import { sanitizeLine } from './logger.js'
import { readTextFile } from './runner-files.js'

/** The state of a step, with the snapshot as last seen. */
export type StatusReport =
  | { readonly step: 'running' }
  | { readonly step: 'succeeded'; readonly snapshot: Snapshot | undefined }
  | {
      readonly step: 'failed' | 'canceled'
      readonly snapshot: Snapshot | undefined
      readonly errorTitle: string
    }

interface CommitStatusDependencies {
  readonly send: Send
  readonly clock: Clock
  readonly logger: Logger
  readonly env: NodeJS.ProcessEnv
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
const PENDING_LIMIT_MS = 30_000
/** How long the end of a step waits for the response about the state at its start. */
const PENDING_GRACE_MS = 2_000

/**
 * Sets the status `atlas-snapshot/PROJECT_ID/CLUSTER` of the deployed commit: `pending` when the step starts, so no earlier
 * result remains, and its result at the end. Errors are logged as a warning, because they don't affect the snapshot.
 */
export class CommitStatusReporter {
  readonly #cluster: ClusterRef
  readonly #token: string
  readonly #dependencies: CommitStatusDependencies
  readonly #end = new AbortController()
  #started: Promise<void> = Promise.resolve()

  constructor(cluster: ClusterRef, token: string, dependencies: CommitStatusDependencies) {
    this.#cluster = cluster
    this.#token = token
    this.#dependencies = dependencies
  }

  /** Sets `pending`, without waiting for the response. An error is not a warning, because the result still follows. */
  start(): void {
    const { clock } = this.#dependencies
    const limit = { clock, signal: this.#end.signal, ms: PENDING_LIMIT_MS }
    this.#started = withTimeout(limit, (signal) => this.#report({ step: 'running' }, signal))
  }

  /** Sets the result, after the response about `pending` or at most 2 s later. Never throws. */
  async finish(report: StatusReport, signal: AbortSignal): Promise<void> {
    const { clock } = this.#dependencies
    const cancel = clock.setTimeout(PENDING_GRACE_MS, () =>
      this.#end.abort(responseTimeout(PENDING_GRACE_MS)),
    )
    await this.#started
    cancel()
    await this.#report(report, signal)
  }

  async #report(report: StatusReport, signal: AbortSignal): Promise<void> {
    const { send, logger, env } = this.#dependencies
    try {
      const status = toCommitStatus(report, this.#cluster, readEvent(env), env)
      // The client can't be aborted while it loads, and it wraps the abort reason.
      await rejectOnAbort(createCommitStatus(status, this.#token, { send, signal }), signal)
      logger.info(`Set the commit status ${status.context} of ${status.sha} to ${status.state}.`)
    } catch (error) {
      const reason = errorMessage(error).replaceAll(this.#token, '***')
      const message = `Could not set the commit status: ${reason}${reason.endsWith('.') ? '' : '.'}`
      if (report.step === 'running') logger.info(message)
      else logger.warning(message)
    }
  }
}

/**
 * @param event the payload of the event that started the run
 * @throws Error if the repository or the commit is unknown
 */
export function toCommitStatus(
  report: StatusReport,
  { groupId, clusterName }: ClusterRef,
  event: unknown,
  env: NodeJS.ProcessEnv,
): CommitStatus {
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

function toState(report: StatusReport): CommitStatus['state'] {
  if (report.step === 'canceled') return 'error'
  if (report.step === 'failed') return 'failure'
  if (report.step === 'running' || report.snapshot === undefined) return 'pending'
  return isCompleted(report.snapshot) ? 'success' : 'pending'
}

function toDescription(report: StatusReport): string {
  if (report.step === 'running') return 'Waiting for the result of the snapshot step'
  const { snapshot } = report
  if (report.step !== 'succeeded') {
    const { errorTitle } = report
    return snapshot === undefined
      ? errorTitle
      : `${errorTitle} (snapshot ${snapshot.id}, status: ${formatStatus(snapshot)})`
  }
  if (snapshot === undefined) return 'No snapshot yet'
  const { id, createdAt } = snapshot
  if (!isCompleted(snapshot)) return `Snapshot ${id} is not completed yet (status: ${formatStatus(snapshot)})`
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
