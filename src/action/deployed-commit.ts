import { asString, isJsonObject } from '../atlas/json.js'

const HEAD = ['pull_request', 'head', 'sha']
/** Of a pull request that was merged: after a squash or a rebase its head is on no branch that is deployed. */
const MERGE = ['pull_request', 'merge_commit_sha']

/**
 * Where the payload of an event holds the commit that is deployed. `GITHUB_SHA` is another one then: of a pull request
 * the merge with its base, or the base itself; of a workflow's run or a check the newest commit of the default branch.
 */
const COMMIT_OF_EVENT: ReadonlyMap<string, readonly string[]> = new Map([
  ['pull_request', HEAD],
  ['pull_request_target', HEAD],
  ['pull_request_review', HEAD],
  ['pull_request_review_comment', HEAD],
  ['deployment', ['deployment', 'sha']],
  ['deployment_status', ['deployment', 'sha']],
  ['workflow_run', ['workflow_run', 'head_sha']],
  ['check_run', ['check_run', 'head_sha']],
  ['check_suite', ['check_suite', 'head_sha']],
])

/** SHA-1, or SHA-256. */
const COMMIT = /^([0-9a-f]{40}|[0-9a-f]{64})$/

/**
 * The commit that a run deploys.
 *
 * @param event the payload of the event that started the run, `undefined` where it could not be read
 * @returns 40 or 64 hexadecimal digits, `undefined` where the run names no commit
 */
export function deployedCommit(event: unknown, env: NodeJS.ProcessEnv): string | undefined {
  const path = COMMIT_OF_EVENT.get(env['GITHUB_EVENT_NAME'] ?? '')
  const isMerged = path === HEAD && valueAt(event, ['pull_request', 'merged']) === true
  const named = path && asString(valueAt(event, isMerged ? MERGE : path))
  return [named, env['GITHUB_SHA']].find((sha) => sha !== undefined && COMMIT.test(sha))
}

function valueAt(value: unknown, path: readonly string[]): unknown {
  return path.reduce<unknown>((inner, name) => (isJsonObject(inner) ? inner[name] : undefined), value)
}
