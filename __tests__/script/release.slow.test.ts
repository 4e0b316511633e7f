import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from '@jest/globals'
import { release } from '../../script/release.js'
import { projectRoot } from '../../script/root.js'

const folder = mkdtempSync(join(tmpdir(), 'atlas-snapshot-release-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const FEW = ['.gitattributes', 'package.json', 'README.md', 'docs/recipes.md', 'src/action/node-runtime.ts']
const NAMES = ['octo-org/atlas-snapshot', '@octo-org/deployments'] as const
const FIRST = ['999.10.0', ...NAMES] as const

/** A clone of a bare remote, both with these files as before the first release. In its releases, npm only writes files. */
function createClone(paths: readonly string[] = FEW) {
  const root = mkdtempSync(join(folder, 'clone-'))
  const git = (...args: string[]) => execFileSync('git', args, { cwd: root, encoding: 'utf8', stdio: 'pipe' })
  const read = (path: string) => readFileSync(join(root, path), 'utf8')
  const write = (path: string, text: string) => writeFileSync(join(root, path), text)
  const commit = (changes = '') => {
    write('CHANGELOG.md', `## Unreleased\n\n${changes}## 0.0.1 - 2026-11-30\n\n- Something.\n`)
    git('add', '--all')
    git('commit', '--quiet', '--message=Change something')
  }
  const push = () => git('push', '--quiet', 'origin', 'main')
  git('init', '--quiet', '--bare', '--initial-branch=main', `${root}.git`)
  git('init', '--quiet', '--initial-branch=main')
  git('remote', 'add', 'origin', `${root}.git`)
  git('config', 'user.name', 'Mona')
  git('config', 'user.email', 'mona@example.com')
  git('-C', projectRoot(), 'checkout-index', `--prefix=${root}/`, ...paths)
  const owner = ['OWN', 'ER'].join('')
  write('placeholders.md', `${owner}/REPO @${owner}\n`)
  commit()
  commit('- Something new.\n\n')
  push()
  const ran: string[] = []
  return {
    ...{ git, read, write, commit, push, ran },
    state: () => ['rev-parse HEAD', 'status --porcelain', 'tag'].map((args) => git(...args.split(' '))),
    /** Runs the indented commands after a line of a message. */
    follow: (message: string, line: RegExp) => {
      const [, commands = ''] = message.match(new RegExp(`${line.source}.*\n((  .*\n?)+)`)) ?? []
      for (const command of commands.trim().split(/\n */)) git(...command.split(' ').slice(1))
    },
    /** @param failing the start of the command that fails */
    release: (request: readonly string[], failing = 'nothing') =>
      release(root, request, (program, ...args) => {
        const command = [program, ...args].join(' ')
        ran.push(command)
        if (command.startsWith(failing)) throw new Error(`${command} failed`)
        if (program === 'git') git(...args)
        if (command.startsWith('npm version'))
          write('package.json', read('package.json').replace(/(?<="version": ").*(?=")/, args[1] ?? ''))
        if (command === 'npm run package') write('new.js', '')
      }),
  }
}

type Clone = ReturnType<typeof createClone>

function expectRefusal(clone: Clone, request: readonly string[], message: string) {
  const before = [clone.state(), [...clone.ran]]
  expect(() => clone.release(request)).toThrow(message)
  expect([clone.state(), clone.ran]).toStrictEqual(before)
}

describe('a release is refused, and changes nothing,', () => {
  it.each<[string, string, (clone: Clone) => unknown]>([
    ['on another branch', 'branch main', ({ git }) => git('checkout', '--quiet', '-b', 'feature')],
    [
      'behind origin/main, also if the clone does not know it',
      'ahead of origin/main: 0, behind: 1',
      ({ git }) => [git('reset', '--hard', 'HEAD~'), git('update-ref', 'refs/remotes/origin/main', 'HEAD')],
    ],
    ['ahead of origin/main', 'ahead of origin/main: 1, behind: 0', ({ commit }) => commit()],
    ['without a remote', 'origin', ({ git }) => git('remote', 'remove', 'origin')],
    ['if the clone has the tag', 'exists in this clone', ({ git }) => git('tag', 'v999.10.0')],
    [
      'if the remote has the tag',
      'exists on origin',
      ({ git }) => git('push', 'origin', 'HEAD:refs/tags/v999.10.0'),
    ],
    ['if the working tree has changes', 'has changes', ({ write }) => write('new.md', '')],
    ['if git knows no name', 'GIT_AUTHOR_IDENT', ({ git }) => git('config', 'user.name', '')],
    ['without unreleased changes', 'no unreleased changes', ({ commit, push }) => [commit(), push()]],
  ])('%s', (_, message, prepare) => {
    const clone = createClone()
    prepare(clone)
    expectRefusal(clone, FIRST, message)
  })

  it('with an old or malformed version, without names, or with malformed ones', () => {
    const clone = createClone()
    for (const version of ['0.0.9', 'v999.10.0', '0999.10.0', ''])
      expectRefusal(clone, [version, ...NAMES], 'Not a version newer than')
    expectRefusal(clone, ['999.10.0'], 'placeholders.md')
    for (const repository of ['shop', 'octo-org/', 'https://github.com/octo-org/shop'])
      expectRefusal(clone, ['999.10.0', repository, NAMES[1]], repository)
    for (const reviewer of ['octo-org', '@', '@octo org', '@octo-org/', 'mona@example.com'])
      expectRefusal(clone, ['999.10.0', NAMES[0], reviewer], reviewer)
  })
})

it('the first release writes the version and the names, and later ones only the version', () => {
  const clone = createClone(['--all'])
  const { read, commit, push, git } = clone
  clone.follow(clone.release(FIRST), /publish/)
  const commands = clone.ran.map((command) => command.split(' ', 2).join(' '))
  expect(commands).toStrictEqual(['npm version', 'npm run', 'git add', 'npm test', 'git commit', 'git tag'])
  const head = git('rev-parse', 'HEAD').trim()
  expect(git('ls-remote', 'origin', 'main', 'v999.10.0^{}').match(/^\w+/gm)).toStrictEqual([head, head])
  const { homepage, bugs, repository } = JSON.parse(read('package.json'))
  const address = `https://github.com/${NAMES[0]}`
  expect([homepage, bugs]).toStrictEqual([`${address}#readme`, `${address}/issues`])
  expect(repository.url).toBe(`git+${address}.git`)
  expect(read('src/action/node-runtime.ts')).toContain("VERSION = '999.10.0'")
  expect(read('CHANGELOG.md')).toMatch(
    /^## Unreleased\n\n## 999\.10\.0 - \d{4}-\d\d-\d\d\n\n- Something new/m,
  )
  expect(read('placeholders.md')).toBe('octo-org/atlas-snapshot @octo-org/deployments\n')
  // The release workflow fails if it finds one.
  expect(() => git('grep', '--word-regexp', '[O]WNER')).toThrow('Command failed')

  commit('- Another.\n\n')
  push()
  expectRefusal(clone, ['1000.0.0', ...NAMES], 'Give only the version')
  clone.release(['1000.0.0'])
  const pages = ['README.md', 'docs/recipes.md'].map(read).join('')
  expect([...new Set(pages.match(/(?<=uses: )\S+@v\d+$/gm))]).toStrictEqual([`${NAMES[0]}@v1000`])
  expect(pages).toContain('`v1000` moves to each new 1000.x release')
  expect(pages).not.toMatch(/\bv(1|999)\b(?!\.0)/)
})

it.each(['npm version', 'npm run package', 'npm test', 'git commit', 'git tag', 'nothing'])(
  'a release in which %s fails prints the commands that restore what was there',
  (failing) => {
    const clone = createClone()
    const before = clone.state()
    let message: string
    try {
      message = clone.release(FIRST, failing)
    } catch (error) {
      message = String(error)
    }
    expect(clone.state()).not.toStrictEqual(before)
    clone.follow(message, /undo/)
    expect(clone.state()).toStrictEqual(before)
  },
)
