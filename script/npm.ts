import { spawnSync } from 'node:child_process'

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
