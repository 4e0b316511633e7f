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

  it('empties dist first', () => {
    expect(readdirSync(join(one, 'dist'))).not.toContain('left-over.js')
  })
})

/** Copies the project, without what it makes itself and what only tests and lint need, and builds it there. */
async function build(folder: string): Promise<void> {
  const root = projectRoot()
  const left = ['.git', '.cache', '.github', '__tests__', 'build']
  const unneeded = /^node_modules[\\/](@?jest|@babel|@biomejs|@sinclair|@swc|@unrs|caniuse-lite|fast-check)/
  await cp(root, folder, {
    recursive: true,
    filter: (source) => !left.includes(relative(root, source)) && !unneeded.test(relative(root, source)),
  })
  await copyFile(join(folder, 'package.json'), join(folder, 'dist', 'left-over.js'))
  for (const script of [join('script', 'ensure.mjs'), join('build', 'script', 'package.js')]) {
    await promisify(execFile)(process.execPath, [script], { cwd: folder })
  }
}
