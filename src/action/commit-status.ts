import { readFileSync } from 'node:fs'
import { untilAborted } from '../abort.js'
import type { ClusterAddress } from '../atlas/address.js'
import { parseJson } from '../atlas/json.js'
import { messageOf } from '../failure.js'
import type { Logger } from '../ports.js'
import { deployedCommit } from './deployed-commit.js'
import type { Environment } from './environment.js'
import { type CommitStatus, createCommitStatus } from './github.js'
import { plainLine } from './logger.js'
import { inTime } from './patience.js'
import { systemClock } from './system.js'

/** How a step ended, for those who look at the commit. */
export interface StatusReport {
  readonly cluster: ClusterAddress
  readonly end: 'succeeded' | 'failed' | 'cancelled'
  /** As last seen. */
  readonly snapshot:
    | { readonly id: string; readonly status: string; readonly createdAt?: string | undefined }
    | undefined
  /** Headline of the failure. */
  readonly failureTitle: string | undefined
}

/** GitHub refuses a longer one. */
const LONGEST_DESCRIPTION = 140
/** What a cancelled step has left for this, in milliseconds. */
const CANCELLED_MS = 700

/**
 * Shows how the step ended as the status `atlas-snapshot/GROUP-ID/CLUSTER` of the deployed commit. Never throws: that it
 * cannot be shown is one warning, since the snapshot is what counts.
 *
 * @param limitMs how long it may take, in milliseconds
 * @param cancel leaves it 0.7 s, once it aborts
 */
export async function reportCommitStatus(
  token: string,
  report: StatusReport,
  env: Environment,
  logger: Logger,
  limitMs: number,
  cancel: AbortSignal = new AbortController().signal,
): Promise<void> {
  try {
    const status = commitStatusOf(report, readEvent(env), env)
    // A proxy that hangs in CONNECT does not see its request's abort, so the wait for it has to end by itself.
    const late = (limit: string) => `GitHub did not answer within ${limit}.`
    await inTime({ limitMs, cancelledMs: CANCELLED_MS, late }, systemClock, cancel, (signal) =>
      untilAborted(createCommitStatus(token, status, signal), signal),
    )
    logger.info(`Commit ${status.sha} has the status ${status.context}: ${status.state}.`)
  } catch (error) {
    const reason = messageOf(error).replaceAll(token, '***')
    logger.warning(`The commit status could not be set. ${reason}`)
  }
}

/**
 * The status that tells of the step.
 *
 * @param event the payload of the event that started the run
 * @throws Error where the run names no repository or commit
 */
export function commitStatusOf(report: StatusReport, event: unknown, env: Environment): CommitStatus {
  const { groupId, clusterName } = report.cluster
  const [owner, repo] = (env['GITHUB_REPOSITORY'] ?? '').split('/')
  const sha = deployedCommit(event, env)
  if (!owner || !repo) throw new Error('GITHUB_REPOSITORY names no repository.')
  if (sha === undefined) throw new Error('Neither the event of this run nor GITHUB_SHA names a commit.')
  const url = runPage(env)
  return {
    owner,
    repo,
    sha,
    state: stateOf(report),
    context: `atlas-snapshot/${groupId}/${clusterName}`,
    description: shortened(plainLine(descriptionOf(report))),
    ...(url === undefined ? {} : { target_url: url }),
  }
}

function stateOf({ end, snapshot }: StatusReport): CommitStatus['state'] {
  if (end === 'cancelled') return 'error'
  if (end === 'failed') return 'failure'
  return snapshot?.status === 'completed' ? 'success' : 'pending'
}

function descriptionOf({ end, snapshot, failureTitle }: StatusReport): string {
  if (end !== 'succeeded') {
    const title = failureTitle ?? `The step ${end === 'failed' ? 'failed' : 'was cancelled'}`
    return snapshot === undefined ? title : `${title} (snapshot ${snapshot.id}, ${snapshot.status})`
  }
  if (snapshot === undefined) return 'There is no snapshot yet'
  const { id, status, createdAt } = snapshot
  if (status !== 'completed') return `Snapshot ${id} is ${status} and goes on in Atlas`
  return `Snapshot ${id} is completed${createdAt === undefined ? '' : `: data as of ${createdAt}`}`
}

function shortened(text: string): string {
  const characters = Array.from(text)
  return characters.length > LONGEST_DESCRIPTION
    ? `${characters.slice(0, LONGEST_DESCRIPTION - 1).join('')}…`
    : text
}

/** The page of this very attempt: a run that is started again keeps its id. */
function runPage(env: Environment): string | undefined {
  const { GITHUB_SERVER_URL: server, GITHUB_REPOSITORY: repository, GITHUB_RUN_ID: run } = env
  if (!server || !repository || !run) return undefined
  const attempt = env['GITHUB_RUN_ATTEMPT']
  return `${server}/${repository}/actions/runs/${run}${attempt ? `/attempts/${attempt}` : ''}`
}

/** The event's payload, `undefined` where there is none that can be read. */
function readEvent(env: Environment): unknown {
  try {
    return parseJson(readFileSync(env['GITHUB_EVENT_PATH'] ?? '', 'utf8'))
  } catch {
    return undefined
  }
}
