import { execFile } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { copyFile, cp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, relative } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { differingFiles } from '../../script/package.js'
import { projectRoot } from '../../script/root.js'

const parent = mkdtempSync(join(tmpdir(), 'atlas-snapshot-package-'))
const [one, other] = [join(parent, 'one'), join(parent, 'a', 'deeper folder', 'the other')]

describe('npm run package', () => {
  beforeAll(() => Promise.all([one, other].map(build)), 120_000)

  afterAll(() => rmSync(parent, { recursive: true, force: true, maxRetries: 5 }))

  it('makes the same bytes in two folders', () => {
    expect(differingFiles(join(one, 'dist'), join(other, 'dist'))).toEqual([])
  })

  it('makes an ES module with the licences beside it', () => {
    expect(readdirSync(join(one, 'dist'))).toEqual(expect.arrayContaining(['index.js', 'licenses.txt']))
    expect(readFileSync(join(one, 'dist', 'package.json'), 'utf8')).toContain('"module"')
  })

  it('keeps what only github-token needs out of what every step loads', () => {
    const names = [...modulesByFile().entries()]
    const holding = names.filter(([, modules]) => modules.includes('@octokit/core')).map(([name]) => name)
    expect(names).toHaveLength(2)
    expect(holding).toEqual([expect.stringMatching(/^\d+\.index\.js$/)])
  })

  it('holds nothing of undici, which the toolkit imports and no request goes through', () => {
    const names = readdirSync(join(one, 'dist')).filter((name) => name.endsWith('.js'))
    for (const name of names) {
      expect(readFileSync(join(one, 'dist', name), 'utf8')).not.toContain('undici.globalDispatcher')
    }
  })

  it('has the licence of every package whose modules are in it', () => {
    const text = readFileSync(join(one, 'dist', 'licenses.txt'), 'utf8')
    const licensed = Array.from(text.matchAll(/^(\S+) \d+\.\d+\.\d+$/gm), ([, name]) => name)
    // Modules of CommonJS leave no name in the bundle.
    const bundled = new Set([...modulesByFile().values(), 'tunnel'].flat())
    expect(bundled.size).toBeGreaterThan(10)
    expect(licensed).toEqual(expect.arrayContaining([...bundled]))
  })

  it('empties dist first', () => {
    expect(readdirSync(join(one, 'dist'))).not.toContain('left-over.js')
  })
})

/** The packages that each file of the bundle names as where a module of it comes from. */
function modulesByFile(): Map<string, string[]> {
  const joined = /^;\/\/ CONCATENATED MODULE: \S*node_modules\/((@[^/]+\/)?[^/]+)\//gm
  const names = readdirSync(join(one, 'dist')).filter((name) => name.endsWith('.js'))
  return new Map(
    names.map((name) => {
      const text = readFileSync(join(one, 'dist', name), 'utf8')
      return [name, Array.from(text.matchAll(joined), ([, module = '']) => module)]
    }),
  )
}

/** Copies the project, without what it makes itself and what only tests and lint need, and builds it there. */
async function build(folder: string): Promise<void> {
  const root = projectRoot()
  const left = ['.git', '.cache', '.github', 'build']
  const unneeded = /^node_modules[\\/](@?jest|@babel|@biomejs|@sinclair|@swc|@unrs|caniuse-lite|fast-check)/
  await cp(root, folder, {
    recursive: true,
    verbatimSymlinks: true,
    filter: (source) => !left.includes(relative(root, source)) && !unneeded.test(relative(root, source)),
  })
  await copyFile(join(folder, 'package.json'), join(folder, 'dist', 'left-over.js'))
  for (const script of [join('script', 'ensure.mjs'), join('build', 'script', 'package.js')]) {
    await promisify(execFile)(process.execPath, [script], { cwd: folder })
  }
}
