import { isJsonObject, stringOf } from '../atlas/json.js'
import type { Environment } from './environment.js'

/**
 * Where the payload of an event holds the commit that is deployed. `GITHUB_SHA` is another one then: of a pull request
 * the merge with its base, or the base itself; of a workflow's run the newest commit of the default branch.
 */
const COMMIT_OF_EVENT: ReadonlyMap<string, readonly string[]> = new Map([
  ['pull_request', ['pull_request', 'head', 'sha']],
  ['pull_request_target', ['pull_request', 'head', 'sha']],
  ['pull_request_review', ['pull_request', 'head', 'sha']],
  ['pull_request_review_comment', ['pull_request', 'head', 'sha']],
  ['deployment', ['deployment', 'sha']],
  ['deployment_status', ['deployment', 'sha']],
  ['workflow_run', ['workflow_run', 'head_sha']],
])

/** SHA-1, or SHA-256. */
const COMMIT = /^([0-9a-f]{40}|[0-9a-f]{64})$/

/**
 * The commit that a run deploys.
 *
 * @param event the payload of the event that started the run, `undefined` where it could not be read
 * @returns 40 or 64 hexadecimal digits, `undefined` where the run names no commit
 */
export function deployedCommit(event: unknown, env: Environment): string | undefined {
  const path = COMMIT_OF_EVENT.get(env['GITHUB_EVENT_NAME'] ?? '')
  return [path && stringAt(event, path), env['GITHUB_SHA']].find(
    (sha) => sha !== undefined && COMMIT.test(sha),
  )
}

function stringAt(value: unknown, path: readonly string[]): string | undefined {
  return stringOf(
    path.reduce<unknown>((inner, name) => (isJsonObject(inner) ? inner[name] : undefined), value),
  )
}
