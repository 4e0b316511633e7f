import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { unreleasedOf } from './changelog.js'
import { askGit, git } from './git.js'
import { MENTION } from './version.js'

/** The branch that releases are made on. */
export const RELEASE_BRANCH = 'main'

/** What of the project in `root` stands in the way of a release with this tag: each with what to do about it. */
export function obstaclesOf(root: string, tag: string): string[] {
  return [
    ...branchObstacles(root),
    ...treeObstacles(root),
    ...tagObstacles(root, tag),
    ...remoteObstacles(root, tag),
    ...changelogObstacles(root),
    ...exampleObstacles(root),
  ]
}

function branchObstacles(root: string): string[] {
  const branch = git(root, 'branch', '--show-current')
  if (branch === RELEASE_BRANCH) return []
  return [`This is ${branch || 'no branch'}. Run: git switch ${RELEASE_BRANCH}`]
}

function treeObstacles(root: string): string[] {
  const changes = git(root, 'status', '--porcelain')
  return changes === '' ? [] : [`Files are changed. Commit or remove:\n${changes}`]
}

function tagObstacles(root: string, tag: string): string[] {
  if (git(root, 'tag', '--list', tag) === '') return []
  return [`The tag ${tag} exists. If it was never pushed, run: git tag --delete ${tag}`]
}

/** A release is made of what everybody has, and CI has seen; the remote is only looked at. */
function remoteObstacles(root: string, tag: string): string[] {
  const remote = askGit(root, 'config', `branch.${RELEASE_BRANCH}.remote`)
  const branch = askGit(root, 'config', `branch.${RELEASE_BRANCH}.merge`)
  if (remote === undefined || branch === undefined) return []
  const listed = askGit(root, 'ls-remote', remote, branch, `refs/tags/${tag}`)
  if (listed === undefined) return [`${remote} does not answer. Try: git ls-remote ${remote}`]
  const commits = new Map(
    listed.split('\n').map((line) => {
      const [commit = '', ref = ''] = line.split('\t')
      return [ref, commit]
    }),
  )
  return [
    ...differences(root, remote, commits.get(branch)),
    ...(commits.has(`refs/tags/${tag}`) ? [`${remote} has the tag ${tag}. Choose a higher version`] : []),
  ]
}

/** @param published the commit that the remote has on its branch, if it has one */
function differences(root: string, remote: string, published: string | undefined): string[] {
  if (published === git(root, 'rev-parse', RELEASE_BRANCH)) return []
  const isAhead =
    published === undefined || askGit(root, 'merge-base', '--is-ancestor', published, 'HEAD') !== undefined
  return isAhead
    ? [`${remote} lacks what ${RELEASE_BRANCH} has here. Run: git push, and wait for CI`]
    : [`${remote} has another ${RELEASE_BRANCH}. Run: git pull`]
}

function changelogObstacles(root: string): string[] {
  if (unreleasedOf(readFileSync(join(root, 'CHANGELOG.md'), 'utf8')) !== '') return []
  return ['CHANGELOG.md lists nothing under Unreleased. Write there what changes for a user']
}

/** Else a new major version would leave the examples behind without a word. */
function exampleObstacles(root: string): string[] {
  if (readFileSync(join(root, 'README.md'), 'utf8').search(MENTION) >= 0) return []
  return ['README.md uses this action by another name than script/version.ts looks for. Change it there']
}
