import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { readUnreleased } from './changelog.js'
import { describePlaceholders } from './placeholder.js'
import { git, tryGit } from './run-command.js'
import { ACTION_NAME } from './version.js'

/** The branch that releases are made on. */
export const RELEASE_BRANCH = 'main'

/**
 * What of the project in `root` stands in the way of a release with this tag: each with what to do about it.
 *
 * @param except a folder in which files may be changed
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
  return [`This is ${branch || 'no branch'}. Run: git switch ${RELEASE_BRANCH}`]
}

function checkTree(root: string, except: string | undefined): string[] {
  const paths = except === undefined ? [] : ['--', `:(exclude)${except}`]
  const changes = git(root, 'status', '--porcelain', ...paths)
  return changes === '' ? [] : [`Files are changed. Commit or remove:\n${changes}`]
}

function checkTag(root: string, tag: string): string[] {
  if (git(root, 'tag', '--list', tag) === '') return []
  return [`The tag ${tag} exists. If it was never pushed, run: git tag --delete ${tag}`]
}

/** A release is made of what everybody has, and CI has seen; the remote is only looked at. */
function checkRemote(root: string, tag: string): string[] {
  const remote = tryGit(root, 'config', `branch.${RELEASE_BRANCH}.remote`)
  const branch = tryGit(root, 'config', `branch.${RELEASE_BRANCH}.merge`)
  if (remote === undefined || branch === undefined) return []
  const listed = tryGit(root, 'ls-remote', remote, branch, `refs/tags/${tag}`)
  if (listed === undefined) return [`${remote} does not answer. Try: git ls-remote ${remote}`]
  const commits = new Map(
    listed.split('\n').map((line) => {
      const [commit = '', ref = ''] = line.split('\t')
      return [ref, commit]
    }),
  )
  return [
    ...compareBranches(root, remote, commits.get(branch)),
    ...(commits.has(`refs/tags/${tag}`) ? [`${remote} has the tag ${tag}. Choose a higher version`] : []),
  ]
}

/** @param published the commit that the remote has on its branch, if it has one */
function compareBranches(root: string, remote: string, published: string | undefined): string[] {
  if (published === git(root, 'rev-parse', RELEASE_BRANCH)) return []
  const isAhead =
    published === undefined || tryGit(root, 'merge-base', '--is-ancestor', published, 'HEAD') !== undefined
  return isAhead
    ? [`${remote} lacks what ${RELEASE_BRANCH} has here. Run: git push, and wait for CI`]
    : [`${remote} has another ${RELEASE_BRANCH}. Run: git pull`]
}

function checkChangelog(root: string): string[] {
  if (readUnreleased(readFileSync(join(root, 'CHANGELOG.md'), 'utf8')) !== '') return []
  return ['CHANGELOG.md lists nothing under Unreleased. Write there what changes for a user']
}

/** Else a new major version would leave the examples behind without a word. */
function checkExamples(root: string): string[] {
  if (readFileSync(join(root, 'README.md'), 'utf8').includes(`${ACTION_NAME}@v`)) return []
  return ['README.md uses this action by another name than script/version.ts looks for. Change it there']
}

/** Users copy the examples, and GitHub finds no action by the placeholder. */
function checkPlaceholders(root: string): string[] {
  const found = describePlaceholders(root)
  if (found.length === 0) return []
  return [`Users copy a placeholder. Write this repository's name on these lines:\n${found.join('\n')}`]
}
