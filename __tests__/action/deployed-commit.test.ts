import { describe, expect, it } from '@jest/globals'
import { deployedCommit } from '../../src/action/deployed-commit.js'

const [own, head, merge, sha256] = ['0'.repeat(40), 'a'.repeat(40), 'c'.repeat(40), 'b'.repeat(64)]

/** The commit that a run of such an event deploys. */
function commitOf(name: string, event: unknown, sha: string | undefined = own): string | undefined {
  return deployedCommit(event, { GITHUB_EVENT_NAME: name, GITHUB_SHA: sha })
}

describe('the deployed commit', () => {
  it.each<[string, unknown]>([
    ['pull_request', { pull_request: { head: { sha: head }, merge_commit_sha: own } }],
    ['pull_request_target', { pull_request: { head: { sha: head }, base: { sha: own } } }],
    ['pull_request_review', { pull_request: { head: { sha: head } } }],
    ['pull_request_review_comment', { pull_request: { head: { sha: head } } }],
    ['deployment', { deployment: { sha: head, ref: 'main' } }],
    ['deployment_status', { deployment: { sha: head }, deployment_status: { state: 'success' } }],
    ['workflow_run', { workflow_run: { head_sha: head } }],
    ['check_run', { check_run: { head_sha: head, check_suite: { head_sha: own } } }],
    ['check_suite', { check_suite: { head_sha: head } }],
  ])('of %s is the one that the event is about', (name, event) => {
    expect(commitOf(name, event)).toBe(head)
  })

  it.each(['pull_request', 'pull_request_target'])('of a merged %s is what the merge made of it', (name) => {
    const merged = { head: { sha: head }, merge_commit_sha: merge, merged: true }
    expect(commitOf(name, { action: 'closed', pull_request: merged })).toBe(merge)
  })

  it.each([undefined, null, 7, 'main'])('of a merged pull_request is GITHUB_SHA where it is %j', (sha) => {
    const merged = { head: { sha: head }, merge_commit_sha: sha, merged: true }
    expect(commitOf('pull_request', { pull_request: merged })).toBe(own)
  })

  it.each([false, null, 'true', undefined])('of a pull_request is its head where merged is %j', (merged) => {
    const closed = { head: { sha: head }, merge_commit_sha: merge, merged }
    expect(commitOf('pull_request', { action: 'closed', pull_request: closed })).toBe(head)
  })

  it.each(['push', 'merge_group', 'release', 'schedule', 'workflow_dispatch', 'constructor', ''])(
    'of %j is GITHUB_SHA, whatever the event holds',
    (name) => {
      const pullRequest = { head: { sha: head }, merge_commit_sha: merge, merged: true }
      const event = { pull_request: pullRequest, deployment: { sha: head }, head_sha: head }
      expect(commitOf(name, event)).toBe(own)
    },
  )

  it.each<[string, unknown]>([
    ['pull_request', undefined],
    ['pull_request', null],
    ['pull_request', []],
    ['pull_request', 'text'],
    ['pull_request', {}],
    ['pull_request', { pull_request: null }],
    ['pull_request', { pull_request: { head: {} } }],
    ['pull_request', { pull_request: { head: { sha: 7 } } }],
    ['pull_request', { pull_request: { head: { sha: '../../issues/1/labels' } } }],
    ['deployment', { deployment: { sha: 'main' } }],
    ['workflow_run', { workflow_run: { head_sha: head.slice(1) } }],
    ['check_run', { check_suite: { head_sha: head } }],
    ['check_suite', { check_suite: null }],
  ])('of %s is GITHUB_SHA where the event names none: %j', (name, event) => {
    expect(commitOf(name, event)).toBe(own)
  })

  it('may be a SHA-256', () => {
    expect(commitOf('push', {}, sha256)).toBe(sha256)
    expect(commitOf('workflow_run', { workflow_run: { head_sha: sha256 } })).toBe(sha256)
  })

  it.each([undefined, '', 'main', 'a'.repeat(41)])('is unknown where GITHUB_SHA is %j', (sha) => {
    expect(deployedCommit({}, { GITHUB_SHA: sha })).toBeUndefined()
  })
})
