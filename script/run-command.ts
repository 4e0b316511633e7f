import { spawnSync } from 'node:child_process'

/**
 * Runs git in `root` and returns its output without trailing whitespace.
 *
 * @throws Error with git's error output if it fails
 */
export function git(root: string, ...args: readonly string[]): string {
  const { status, stdout, stderr, error } = spawnSync('git', [...args], { cwd: root, encoding: 'utf8' })
  if (status !== 0) throw new Error(`git ${args.join(' ')} failed\n${stderr}`, { cause: error })
  return stdout.trimEnd()
}

/** The same, but returns `undefined` if git fails. */
export function tryGit(root: string, ...args: readonly string[]): string | undefined {
  const { status, stdout } = spawnSync('git', [...args], { cwd: root, encoding: 'utf8' })
  return status === 0 ? stdout.trimEnd() : undefined
}

/** Committed files that match one of the patterns. */
export function listCommitted(root: string, ...patterns: readonly string[]): string[] {
  const listed = git(root, 'ls-files', '-z', '--', ...patterns)
  return listed.split('\0').filter((path) => path !== '')
}

/**
 * Runs npm in `root` and returns its standard output.
 *
 * @throws Error with npm's output if it fails
 */
export function npm(root: string, ...args: readonly string[]): string {
  // npm sets npm_execpath. Without it, only a shell finds npm on Windows.
  const script = process.env['npm_execpath']
  const options = { cwd: root, encoding: 'utf8' } as const
  const { status, stdout, stderr, error } =
    script === undefined
      ? spawnSync('npm', [...args], { ...options, shell: process.platform === 'win32' })
      : spawnSync(process.execPath, [script, ...args], options)
  if (status !== 0) throw new Error(`npm ${args.join(' ')} failed\n${stdout}${stderr}`, { cause: error })
  return stdout
}
