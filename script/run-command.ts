import { spawnSync } from 'node:child_process'

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
