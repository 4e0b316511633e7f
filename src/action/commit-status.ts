import type { context } from '@actions/github'
import { errorMessage } from '../action-error.js'
import type { ClusterRef } from '../atlas/client.js'
import type { Send } from '../atlas/http.js'
import { isCompleted, type Snapshot } from '../atlas/snapshot.js'
import { truncateMiddle } from '../format.js'
import { asString, isJsonObject } from '../json.js'
import type { Clock, Logger } from '../ports.js'
import { rejectOnAbort } from '../timers.js'
import { type CommitStatus, createCommitStatus } from './github-client.js'
import { sanitizeLine } from './logger.js'

/** The state of a step, with the snapshot as last seen. */
export interface StepState {
  readonly step: 'running' | 'succeeded' | 'failed' | 'canceled'
  readonly snapshot?: Snapshot | undefined
  /** The title of the step's error, if it failed or was canceled. */
  readonly errorTitle?: string | undefined
}

/** What a commit status is about, and the token to set it. */
export interface StatusTarget {
  readonly cluster: Pick<ClusterRef, 'groupId' | 'clusterName'>
  readonly githubToken: string
}

interface CommitStatusDependencies {
  readonly send: Send
  readonly clock: Clock
  readonly logger: Logger
}

/** GitHub rejects longer descriptions. */
const MAX_DESCRIPTION_LENGTH = 140
/** How long the end of a step waits for the response to `pending`. */
const PENDING_GRACE_MS = 2_000

/**
 * Sets the status `atlas-snapshot/PROJECT_ID/CLUSTER` of the deployed commit to `pending`, so no earlier result remains,
 * without waiting for the response.
 *
 * @returns a function that sets the result, after that response or a short wait for it. Never rejects.
 */
export function startCommitStatus(
  target: StatusTarget,
  dependencies: CommitStatusDependencies,
): (result: StepState, signal: AbortSignal) => Promise<void> {
  const end = new AbortController()
  const pending = setCommitStatus({ step: 'running' }, target, dependencies, end.signal)
  return async (result, signal) => {
    const tooLate = new Error('no complete response in time')
    const cancel = dependencies.clock.setTimeout(PENDING_GRACE_MS, () => end.abort(tooLate))
    await pending.finally(cancel)
    await setCommitStatus(result, target, dependencies, signal)
  }
}

/** Sets the commit status. Logs an error as a warning, because it doesn't affect the snapshot. Never rejects. */
export async function setCommitStatus(
  stepState: StepState,
  { cluster, githubToken }: StatusTarget,
  { send, logger }: Pick<CommitStatusDependencies, 'send' | 'logger'>,
  signal: AbortSignal,
): Promise<void> {
  const set = async (): Promise<CommitStatus> => {
    const { context } = await import('@actions/github')
    const status = toCommitStatus(stepState, cluster, context)
    await createCommitStatus(status, githubToken, { send, signal })
    return status
  }
  try {
    // The client can't be aborted while it loads, and it wraps the abort reason.
    const { context: name, sha, state } = await rejectOnAbort(set(), signal)
    logger.info(`Set the commit status ${name} of ${sha} to ${state}.`)
  } catch (error) {
    const reason = errorMessage(error).replaceAll(githubToken, '***').replace(/\.$/, '')
    const message = `Could not set the commit status: ${reason}.`
    // The result still follows.
    if (stepState.step === 'running') logger.info(message)
    else logger.warning(`${message} This fails no step.`)
  }
}

/** @throws Error if the repository is unknown */
export function toCommitStatus(
  stepState: StepState,
  { groupId, clusterName }: StatusTarget['cluster'],
  run: Pick<typeof context, 'eventName' | 'payload' | 'repo' | 'sha' | 'serverUrl' | 'runId' | 'runAttempt'>,
): CommitStatus {
  const { owner, repo } = run.repo
  return {
    ...run.repo,
    sha: deployedCommit(run),
    state: toState(stepState),
    context: `atlas-snapshot/${groupId}/${clusterName}`,
    description: truncateMiddle(sanitizeLine(toDescription(stepState)), MAX_DESCRIPTION_LENGTH),
    // The page of this attempt, because a re-run keeps the run ID.
    target_url: `${run.serverUrl}/${owner}/${repo}/actions/runs/${run.runId}/attempts/${run.runAttempt}`,
  }
}

function toState({ step, snapshot }: StepState): CommitStatus['state'] {
  if (step === 'canceled') return 'error'
  if (step === 'failed') return 'failure'
  return step === 'succeeded' && snapshot !== undefined && isCompleted(snapshot) ? 'success' : 'pending'
}

function toDescription({ step, snapshot, errorTitle = '' }: StepState): string {
  if (step === 'running') return 'Waiting for the result of the snapshot step'
  if (snapshot === undefined) return errorTitle
  const { id, createdAt } = snapshot
  const status = `status: ${snapshot.status}`
  if (step !== 'succeeded') return `${errorTitle} (snapshot ${id}, ${status})`
  if (!isCompleted(snapshot)) return `Snapshot ${id} is not completed yet (${status})`
  return `Snapshot ${id} completed${createdAt === undefined ? '' : `. Restore point: ${createdAt}`}`
}

/**
 * The commit that a run deploys. For some events, `GITHUB_SHA` is another one: for pull requests the merge commit or the
 * base, for workflow runs and checks the newest commit of the default branch.
 */
export function deployedCommit(run: Pick<typeof context, 'eventName' | 'payload' | 'sha'>): string {
  return asString(valueAt(run.payload, toCommitPath(run))) ?? run.sha
}

function toCommitPath({ eventName, payload }: Pick<typeof context, 'eventName' | 'payload'>): string[] {
  if (eventName.startsWith('deployment')) return ['deployment', 'sha']
  // Of the other payloads, only those of workflow_run, check_run, and check_suite contain another commit than GITHUB_SHA.
  if (!eventName.startsWith('pull_request')) return [eventName, 'head_sha']
  // After a squash or rebase, no deployed branch contains the head.
  const isMerged = valueAt(payload, ['pull_request', 'merged']) === true
  return ['pull_request', ...(isMerged ? ['merge_commit_sha'] : ['head', 'sha'])]
}

function valueAt(value: unknown, path: readonly string[]): unknown {
  return path.reduce<unknown>((inner, name) => (isJsonObject(inner) ? inner[name] : undefined), value)
}
