import { spawnSync } from 'node:child_process'
import { copyFileSync, existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { projectRoot } from '../script/root.js'

const TOOLKIT = ['@actions/core@3.0.1', '@actions/http-client@4.0.1'] as const

/**
 * Bundles the naive action with the toolkit as it comes, undici and all, which this project itself has not installed;
 * the path of the bundle. Throws an Error if npm or ncc fails.
 */
export function buildNaive(root = projectRoot()): string {
  const folder = join(root, '.cache', 'toolkit')
  mkdirSync(folder, { recursive: true })
  if (!existsSync(join(folder, 'node_modules', 'undici'))) {
    writeFileSync(join(folder, 'package.json'), '{ "type": "module" }\n')
    const flags = ['--no-save', '--no-audit', '--no-fund', '--ignore-scripts', '--prefix', folder]
    run('npm', ['install', ...flags, ...TOOLKIT], root)
  }
  copyFileSync(join(root, 'bench', 'contenders', 'naive.js'), join(folder, 'naive.js'))
  const ncc = join(root, 'node_modules', '@vercel', 'ncc', 'dist', 'ncc', 'cli.js')
  const out = join(folder, 'dist')
  run(process.execPath, [ncc, 'build', 'naive.js', '--out', out, '--no-cache', '--quiet'], folder)
  return join(out, 'index.js')
}

function run(program: string, args: readonly string[], cwd: string): void {
  const { status, stderr, error } = spawnSync(program, args, { cwd, encoding: 'utf8' })
  if (status !== 0) throw new Error(`${program} ${args.join(' ')} failed\n${stderr}`, { cause: error })
}
