import { spawnSync } from 'node:child_process'
import { copyFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { JsonFields } from '../script/json-fields.js'
import { projectRoot } from '../script/root.js'
import { npm } from '../script/run-command.js'

/** A program that creates a snapshot, or Node alone. */
export interface Contender {
  readonly name: 'node -e 0' | 'baseline' | 'this action' | 'usual action'
  /** Arguments for Node. */
  readonly args: readonly string[]
}

export type ContenderName = Contender['name']

/** @throws Error if npm or ncc fails for the usual action */
export function prepareContenders(root = projectRoot()): readonly Contender[] {
  return [
    { name: 'node -e 0', args: ['-e', '0'] },
    { name: 'baseline', args: [join(root, 'bench', 'contenders', 'baseline.cjs')] },
    { name: 'this action', args: [join(root, 'dist', 'index.js')] },
    { name: 'usual action', args: [buildUsualAction(root)] },
  ]
}

/**
 * Bundles the usual action with the unmodified toolkit, in the versions that this project uses. Unlike this action's
 * bundle it includes undici.
 *
 * @returns the path of the bundle
 */
function buildUsualAction(root: string): string {
  const toolkit = ['@actions/core', '@actions/http-client'].map(
    (name) => `${name}@${installedVersion(root, name)}`,
  )
  const folder = join(root, '.cache', 'toolkit', toolkit.join('+').replaceAll('/', '-'))
  mkdirSync(folder, { recursive: true })
  if (!existsSync(join(folder, 'node_modules', 'undici'))) {
    writeFileSync(join(folder, 'package.json'), '{ "type": "module" }\n')
    const flags = ['--no-save', '--no-audit', '--no-fund', '--ignore-scripts', '--prefix', folder]
    npm(root, 'install', ...flags, ...toolkit)
  }
  copyFileSync(join(root, 'bench', 'contenders', 'usual-action.js'), join(folder, 'usual-action.js'))
  const ncc = join(root, 'node_modules', '@vercel', 'ncc', 'dist', 'ncc', 'cli.js')
  const out = join(folder, 'dist')
  const args = [ncc, 'build', 'usual-action.js', '--out', out, '--no-cache', '--quiet']
  const { status, stderr, error } = spawnSync(process.execPath, args, { cwd: folder, encoding: 'utf8' })
  if (status !== 0) throw new Error(`ncc failed\n${stderr}`, { cause: error })
  return join(out, 'index.js')
}

function installedVersion(root: string, name: string): string {
  const path = join(root, 'node_modules', name, 'package.json')
  return new JsonFields(path, JSON.parse(readFileSync(path, 'utf8'))).requiredText('version')
}
