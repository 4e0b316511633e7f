import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, it } from '@jest/globals'
import { prepareRelease } from '../../script/release.js'
import { projectRoot } from '../../script/root.js'

const clone = mkdtempSync(join(tmpdir(), 'atlas-snapshot-release-'))
afterAll(() => rmSync(clone, { recursive: true, force: true }))

const author = ['-c', 'user.name=Mona', '-c', 'user.email=mona@example.com']
const git = (...args: string[]) =>
  execFileSync('git', [...author, ...args], { cwd: clone, encoding: 'utf8', stdio: 'pipe' })
const read = (path: string) => readFileSync(join(clone, path), 'utf8')
const write = (path: string, text: string) => writeFileSync(join(clone, path), text)
const names = { repository: 'octo-org/atlas-snapshot', reviewer: '@octo-org/deployments' }
const release = (version: string, more = names) => prepareRelease(clone, { version, ...more })

it('a release writes its version and the names, unless something is wrong', () => {
  git('clone', '--quiet', '--shared', projectRoot(), '.')
  git('checkout', '--quiet', '-B', 'main')
  write('CHANGELOG.md', '## Unreleased\n\n## 0.0.1 - 2026-11-30\n\n- Something.\n')
  expect(() => release('999.10.0')).toThrow('has changes')
  // As in the pages before the first release.
  const owner = ['OWN', 'ER'].join('')
  write('placeholders.md', `${owner}/REPO @${owner}\n`)
  git('add', '--all')
  git('commit', '--quiet', '--message=Prepare')
  expect(() => release('999.10.0')).toThrow('no unreleased changes')
  write('CHANGELOG.md', '## Unreleased\n\n- Something.\n')
  git('commit', '--quiet', '--all', '--message=Change something')
  expect(() => release('0.0.9')).toThrow('not a version newer than')
  for (const version of ['v999.10.0', '0999.10.0'])
    expect(() => release(version)).toThrow('not a version newer than')
  expect(() => prepareRelease(clone, { version: '999.10.0' })).toThrow('placeholders.md')
  git('checkout', '--quiet', '-B', 'feature')
  expect(() => release('999.10.0')).toThrow('branch main')
  git('checkout', '--quiet', 'main')
  expect(git('status', '--porcelain')).toBe('')

  release('999.10.0')
  const uses = read('README.md').match(/(?<=uses: )[\w-]+\/[\w-]+@v\d+$/gm)
  expect([...new Set(uses)]).toStrictEqual([expect.stringMatching(/@v999$/)])
  const [name] = uses?.[0]?.split('@') ?? []
  const { homepage, bugs, repository } = JSON.parse(read('package.json'))
  const address = `https://github.com/${name}`
  expect([homepage, bugs]).toStrictEqual([`${address}#readme`, `${address}/issues`])
  expect(repository.url).toBe(`git+${address}.git`)
  expect(read('src/action/node-runtime.ts')).toContain("VERSION = '999.10.0'")
  expect(read('CHANGELOG.md')).toMatch(/^## Unreleased\n\n## 999\.10\.0 - \d{4}-\d\d-\d\d\n\n- Something/m)
  expect(read('placeholders.md')).toBe('octo-org/atlas-snapshot @octo-org/deployments\n')
  // The release workflow fails if it finds one.
  expect(() => git('grep', '--word-regexp', '[O]WNER')).toThrow('Command failed')
})
