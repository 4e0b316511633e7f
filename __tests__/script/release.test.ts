import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals'
import { prepareRelease } from '../../script/release.js'
import { projectRoot } from '../../script/root.js'

const clone = mkdtempSync(join(tmpdir(), 'atlas-snapshot-release-'))
const git = (...args: string[]) => execFileSync('git', args, { cwd: clone, encoding: 'utf8', stdio: 'pipe' })
const read = (path: string) => readFileSync(join(clone, path), 'utf8')
const write = (path: string, text: string) => writeFileSync(join(clone, path), text)

const names = { repository: 'octo-org/atlas-snapshot', codeOwner: '@octo-org/deployments' }

const author = ['-c', 'user.name=Mona', '-c', 'user.email=mona@example.com']

beforeAll(() => {
  git('clone', '--quiet', '--shared', projectRoot(), '.')
  git('checkout', '--quiet', '-B', 'main')
  // As in the pages before the first release.
  const owner = ['OWN', 'ER'].join('')
  write('placeholders.md', `${owner}/REPO @${owner}\n`)
  write('CHANGELOG.md', read('CHANGELOG.md').replace('## Unreleased\n', '## Unreleased\n\n- Something.\n'))
  git('add', '--all')
  git(...author, 'commit', '--quiet', '--message=Prepare')
})
beforeEach(() => {
  git('checkout', '--quiet', '--force', 'main')
  git('clean', '--quiet', '--force')
})
afterAll(() => rmSync(clone, { recursive: true, force: true }))

it('a release writes its version and the names', () => {
  prepareRelease(clone, { version: '999.10.0', ...names })
  const uses = read('README.md').match(/(?<=uses: )[\w-]+\/[\w-]+@v\d+$/gm)
  expect([...new Set(uses)]).toStrictEqual([expect.stringMatching(/@v999$/)])
  expect(read('src/action/node-runtime.ts')).toContain("VERSION = '999.10.0'")
  expect(read('CHANGELOG.md')).toMatch(/^## Unreleased\n\n## 999\.10\.0 - \d{4}-\d\d-\d\d\n\n- Something/m)
  expect(read('placeholders.md')).toBe('octo-org/atlas-snapshot @octo-org/deployments\n')
})

describe('a release is refused', () => {
  it.each([
    ['if its version is older', { version: '0.0.9', ...names }, 'is not a version newer than'],
    ['if its version is not three numbers', { version: 'v999.0.0', ...names }, 'is not a version newer than'],
    ['if a name is missing', { version: '999.0.0', repository: names.repository }, 'placeholders.md'],
  ])('%s', (_, release, message) => {
    expect(() => prepareRelease(clone, release)).toThrow(message)
    expect(git('status', '--porcelain')).toBe('')
  })

  it('on another branch', () => {
    git('checkout', '--quiet', '-B', 'feature')
    expect(() => prepareRelease(clone, { version: '999.0.0', ...names })).toThrow('branch main')
  })

  it('without a change in the changelog', () => {
    write('CHANGELOG.md', '## Unreleased\n\n## 1.0.0 - 2026-11-30\n\n- Something.\n')
    git(...author, 'commit', '--quiet', '--all', '--message=Release')
    expect(() => prepareRelease(clone, { version: '999.0.0', ...names })).toThrow('no unreleased changes')
    git('reset', '--quiet', '--hard', 'HEAD~')
  })

  it('if something is not committed', () => {
    write('new.txt', '')
    expect(() => prepareRelease(clone, { version: '999.0.0', ...names })).toThrow('has changes')
  })
})
