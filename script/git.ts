import { spawnSync } from 'node:child_process'

/**
 * What git prints in the folder `root`, trimmed.
 *
 * @throws Error with git's own words, if it fails
 */
export function git(root: string, ...args: readonly string[]): string {
  const { status, stdout, stderr, error } = spawnSync('git', [...args], { cwd: root, encoding: 'utf8' })
  if (status !== 0) throw new Error(`git ${args.join(' ')} failed\n${stderr}`, { cause: error })
  return stdout.trimEnd()
}

/** The same, with `undefined` in place of an error: for questions that git answers by failing. */
export function askGit(root: string, ...args: readonly string[]): string | undefined {
  const { status, stdout } = spawnSync('git', [...args], { cwd: root, encoding: 'utf8' })
  return status === 0 ? stdout.trimEnd() : undefined
}
