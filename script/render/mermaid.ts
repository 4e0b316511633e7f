import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { JsonFields } from '../json-fields.js'
import { isMain, projectRoot } from '../root.js'

const VERSION = '11.12.2'

/** Path of Mermaid for browsers. `undefined` if this version is not installed. */
export function findMermaid(root = projectRoot()): string | undefined {
  const folder = join(cacheFolder(root), 'node_modules', 'mermaid')
  const script = join(folder, 'dist', 'mermaid.min.js')
  if (!existsSync(script)) return undefined
  const manifest = new JsonFields(
    'package.json',
    JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')),
  )
  return manifest.text('version') === VERSION ? script : undefined
}

/**
 * Installs Mermaid if it is missing, and returns its path. It isn't a dependency of the project because it has about
 * 100 dependencies, and only the pictures and one test need it.
 *
 * @throws Error if npm fails
 */
export function installMermaid(root = projectRoot()): string {
  const found = findMermaid(root)
  if (found !== undefined) return found
  const flags = ['--no-save', '--no-audit', '--no-fund', '--ignore-scripts', '--prefix', cacheFolder(root)]
  const { status, stderr, error } = spawnSync('npm', ['install', ...flags, `mermaid@${VERSION}`], {
    cwd: root,
    encoding: 'utf8',
  })
  const installed = findMermaid(root)
  if (status !== 0 || installed === undefined) {
    throw new Error(`could not install Mermaid\n${stderr}`, { cause: error })
  }
  return installed
}

function cacheFolder(root: string): string {
  return join(root, '.cache', 'mermaid')
}

if (isMain(import.meta.url)) process.stdout.write(`${installMermaid()}\n`)
