import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { readUnreleased } from './changelog.js'
import { describePlaceholders } from './placeholder.js'
import { git, tryGit } from './run-command.js'
import { ACTION_NAME } from './version.js'

/** The branch for releases. */
export const RELEASE_BRANCH = 'main'

/**
 * Reasons why the project in `root` can't be released with this tag, each with what to do.
 *
 * @param except a folder in which changes are allowed
 */
export function findReleaseBlockers(root: string, tag: string, except?: string): string[] {
  return [
    ...checkBranch(root),
    ...checkTree(root, except),
    ...checkTag(root, tag),
    ...checkRemote(root, tag),
    ...checkChangelog(root),
    ...checkExamples(root),
    ...checkPlaceholders(root),
  ]
}

function checkBranch(root: string): string[] {
  const branch = git(root, 'branch', '--show-current')
  if (branch === RELEASE_BRANCH) return []
  return [`HEAD is on ${branch || 'no branch'}, not on ${RELEASE_BRANCH}. Run: git switch ${RELEASE_BRANCH}`]
}

function checkTree(root: string, except: string | undefined): string[] {
  const paths = except === undefined ? [] : ['--', `:(exclude)${except}`]
  const changes = git(root, 'status', '--porcelain', ...paths)
  return changes === '' ? [] : [`Uncommitted changes. Commit or remove them:\n${changes}`]
}

function checkTag(root: string, tag: string): string[] {
  if (git(root, 'tag', '--list', tag) === '') return []
  return [`The tag ${tag} already exists. If it was never pushed, run: git tag --delete ${tag}`]
}

/** A release must be made from a pushed commit, which CI has tested. Doesn't change the remote. */
function checkRemote(root: string, tag: string): string[] {
  const remote = tryGit(root, 'config', `branch.${RELEASE_BRANCH}.remote`)
  const branch = tryGit(root, 'config', `branch.${RELEASE_BRANCH}.merge`)
  if (remote === undefined || branch === undefined) return []
  const listed = tryGit(root, 'ls-remote', remote, branch, `refs/tags/${tag}`)
  if (listed === undefined) return [`Could not read ${remote}. To see why, run: git ls-remote ${remote}`]
  const commits = new Map(
    listed.split('\n').map((line) => {
      const [commit = '', ref = ''] = line.split('\t')
      return [ref, commit]
    }),
  )
  return [
    ...compareBranches(root, remote, commits.get(branch)),
    ...(commits.has(`refs/tags/${tag}`)
      ? [`${remote} already has the tag ${tag}. Choose a higher version`]
      : []),
  ]
}

/** @param published the commit of the branch in the remote, if any */
function compareBranches(root: string, remote: string, published: string | undefined): string[] {
  if (published === git(root, 'rev-parse', RELEASE_BRANCH)) return []
  const isAhead =
    published === undefined || tryGit(root, 'merge-base', '--is-ancestor', published, 'HEAD') !== undefined
  return isAhead
    ? [`${RELEASE_BRANCH} is ahead of ${remote}. Run git push, then wait for CI`]
    : [`${RELEASE_BRANCH} is behind ${remote} or has diverged. Run: git pull`]
}

function checkChangelog(root: string): string[] {
  if (readUnreleased(readFileSync(join(root, 'CHANGELOG.md'), 'utf8')) !== '') return []
  return ['CHANGELOG.md lists no changes under Unreleased. Add what changes for users']
}

/** Otherwise, a new major version would not update the examples. */
function checkExamples(root: string): string[] {
  if (readFileSync(join(root, 'README.md'), 'utf8').includes(`${ACTION_NAME}@v`)) return []
  return [
    'README.md uses another name for this action than script/version.ts. Change ACTION_NAME in script/version.ts',
  ]
}

/** Users copy the examples, which must not contain the placeholder. */
function checkPlaceholders(root: string): string[] {
  const found = describePlaceholders(root)
  if (found.length === 0) return []
  return [`Replace the placeholder with the name of this repository in these lines:\n${found.join('\n')}`]
}
