import { spawnSync } from 'node:child_process'
import { copyFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { JsonFields } from '../emulator/json-fields.js'
import { npm } from '../script/npm.js'
import { projectRoot } from '../script/root.js'

/**
 * Bundles the naive action with the toolkit as it comes, undici and all, which this project itself has not installed, in
 * the versions that it has; the path of the bundle. Throws an Error if npm or ncc fails.
 */
export function buildNaive(root = projectRoot()): string {
  const toolkit = [
    `@actions/core@${installed(root, '@actions/core')}`,
    `@actions/http-client@${installed(root, '@actions/http-client')}`,
  ]
  const folder = join(root, '.cache', 'toolkit', toolkit.join('+').replaceAll('/', '-'))
  mkdirSync(folder, { recursive: true })
  if (!existsSync(join(folder, 'node_modules', 'undici'))) {
    writeFileSync(join(folder, 'package.json'), '{ "type": "module" }\n')
    const flags = ['--no-save', '--no-audit', '--no-fund', '--ignore-scripts', '--prefix', folder]
    npm(root, 'install', ...flags, ...toolkit)
  }
  copyFileSync(join(root, 'bench', 'contenders', 'naive.js'), join(folder, 'naive.js'))
  const ncc = join(root, 'node_modules', '@vercel', 'ncc', 'dist', 'ncc', 'cli.js')
  const out = join(folder, 'dist')
  const args = [ncc, 'build', 'naive.js', '--out', out, '--no-cache', '--quiet']
  const { status, stderr, error } = spawnSync(process.execPath, args, { cwd: folder, encoding: 'utf8' })
  if (status !== 0) throw new Error(`ncc failed\n${stderr}`, { cause: error })
  return join(out, 'index.js')
}

function installed(root: string, name: string): string {
  const path = join(root, 'node_modules', name, 'package.json')
  const version = new JsonFields(path, JSON.parse(readFileSync(path, 'utf8'))).text('version')
  if (version === undefined) throw new Error(`${path} says no version`)
  return version
}
