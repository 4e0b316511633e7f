import { spawnSync } from 'node:child_process'
import { readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { projectRoot } from '../script/root.js'

export interface Sizes {
  /** Bytes of each file of the bundle; every step loads `index.js`. */
  readonly bundle: Readonly<Record<string, number>>
  /** Bytes of what a runner downloads: `git archive HEAD`, gzipped. */
  readonly archive: number
}

/** @throws Error where this is no clone */
export function measureSizes(root = projectRoot()): Sizes {
  const dist = join(root, 'dist')
  const files = readdirSync(dist).map((name): [string, number] => [name, statSync(join(dist, name)).size])
  const { status, stdout, stderr } = spawnSync('git', ['archive', '--format=tar.gz', 'HEAD'], {
    cwd: root,
    maxBuffer: 64 * 2 ** 20,
  })
  if (status !== 0) throw new Error(`git archive failed\n${stderr}`)
  return { bundle: Object.fromEntries(files), archive: stdout.length }
}
