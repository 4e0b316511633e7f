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
export function tryGit(root: string, ...args: readonly string[]): string | undefined {
  const { status, stdout } = spawnSync('git', [...args], { cwd: root, encoding: 'utf8' })
  return status === 0 ? stdout.trimEnd() : undefined
}

/** The committed files that one of the patterns matches. */
export function listCommitted(root: string, ...patterns: readonly string[]): string[] {
  const listed = git(root, 'ls-files', '-z', '--', ...patterns)
  return listed.split('\0').filter((path) => path !== '')
}

/**
 * Runs npm in the project's folder and gives back its standard output.
 *
 * @throws Error with what npm said, if it fails
 */
export function npm(root: string, ...args: readonly string[]): string {
  // Started by npm, a program knows where that is; by itself, on Windows, only a shell finds it.
  const script = process.env['npm_execpath']
  const options = { cwd: root, encoding: 'utf8' } as const
  const { status, stdout, stderr, error } =
    script === undefined
      ? spawnSync('npm', [...args], { ...options, shell: process.platform === 'win32' })
      : spawnSync(process.execPath, [script, ...args], options)
  if (status !== 0) throw new Error(`npm ${args.join(' ')} failed\n${stdout}${stderr}`, { cause: error })
  return stdout
}
