import { execFileSync, spawnSync } from 'node:child_process'
import { chmodSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals'
import { demo } from '../../emulator/config.js'
import { readUnreleased } from '../../script/changelog.js'
import { startAtlas } from '../../script/emulated-atlas.js'
import { runAction } from '../../script/runner.js'
import { life } from '../support/bundle.js'
import { mentioning } from '../support/played.js'
import { type ThrowawayClone, throwawayClone } from '../support/throwaway-clone.js'

/** Replaces the checks of the project, which take minutes. */
const QUICK = ['--check', 'node --version']

describe('npm run release', () => {
  let clone: ThrowawayClone

  beforeAll(async () => {
    clone = await throwawayClone()
  })

  beforeEach(() => clone.reset())

  afterAll(() => clone.remove())

  it('prints the plan and the notes in a dry run and changes nothing', () => {
    const { status, stdout } = run('npm', 'run', 'release', '--', 'minor', '--dry-run', ...QUICK)
    expect({ status, stdout }).toEqual({
      status: 0,
      stdout: expect.stringContaining('v0.2.0'),
    })
    expect(stdout).toContain('=== node --version\n')
    expect(stdout).toContain(readUnreleased(clone.read('CHANGELOG.md')))
    expectNothingChanged()
  })

  it('creates a commit and a tag that are ready to publish', async () => {
    const { status, stdout } = run('npm', 'run', 'release', '--', 'major', ...QUICK)
    expect({ status, stdout }).toEqual({
      status: 0,
      stdout: expect.stringContaining('git push --atomic origin main v1.0.0'),
    })
    expect(clone.git('log', '--format=%s', `${clone.start}..v1.0.0`)).toBe('Release v1.0.0')
    expect(clone.git('rev-parse', 'v1.0.0^{commit}')).toBe(clone.git('rev-parse', 'main'))
    expect(clone.git('status', '--porcelain')).toBe('')

    const changed = clone.git('diff', '--name-only', clone.start, 'v1.0.0').split('\n')
    expect(changed.filter((name) => !name.startsWith('dist/'))).toEqual([
      'CHANGELOG.md',
      'package-lock.json',
      'package.json',
      'src/action/node-runtime.ts',
    ])
    expect(JSON.parse(clone.read('package.json'))).toMatchObject({ version: '1.0.0' })
    expect(JSON.parse(clone.read('package-lock.json'))).toMatchObject({
      version: '1.0.0',
      packages: { '': { version: '1.0.0' } },
    })
    expect(clone.read('CHANGELOG.md')).toMatch(/\n## Unreleased\n\n## 1\.0\.0 - \d{4}-\d\d-\d\d\n\n### /)
    await expectArchiveRuns('v1.0.0')
  })

  it('builds dist/ and updates the examples to a new major version', () => {
    clone.write(join('dist', 'index.js'), 'Old.')
    clone.write('package.json', clone.read('package.json').replace(/"version": ".*?"/, '"version": "1.9.9"'))
    commitAndPush()
    expect(release('major', ...QUICK).status).toBe(0)
    for (const page of ['README.md', join('docs', 'recipes.md')]) {
      expect(clone.read(page)).toContain(`${clone.actionName}@v2`)
      expect(clone.read(page)).not.toContain(`${clone.actionName}@v1`)
    }
    expect(clone.read(join('dist', 'index.js'))).not.toBe('Old.')
    expect(clone.git('status', '--porcelain')).toBe('')
  })

  it.each<[string, () => unknown, ...facts: string[]]>([
    ['a file is changed', () => clone.write('LICENSE', 'Mine.'), ' M LICENSE'],
    ['a file is new', () => clone.write('notes.txt', ''), '?? notes.txt'],
    ['a page is missing', () => rmSync(join(clone.folder, 'SECURITY.md')), ' D SECURITY.md'],
    ['HEAD is on another branch', () => clone.git('switch', '--create', 'idea'), 'idea', 'git switch main'],
    ['HEAD is on no branch', () => clone.git('switch', '--detach'), 'git switch main'],
    ['the tag exists', () => clone.git('tag', 'v0.1.1'), 'git tag --delete v0.1.1'],
    [
      'only the remote has the tag',
      () => clone.git('push', '--quiet', 'origin', 'main:refs/tags/v0.1.1'),
      'origin',
      'v0.1.1',
    ],
    [
      'main is not pushed',
      () => clone.git('commit', '--allow-empty', '--message', 'More'),
      'origin',
      'git push',
    ],
    [
      'main is behind',
      () => {
        clone.git('commit', '--quiet', '--allow-empty', '--message', 'More')
        clone.git('push', '--quiet')
        clone.git('reset', '--quiet', '--hard', 'HEAD~1')
      },
      'git pull',
    ],
    ['the remote is missing', () => rmSync(clone.origin, { recursive: true }), 'git ls-remote origin'],
    [
      'the changelog has no unreleased changes',
      () => {
        clone.write('CHANGELOG.md', '# Changelog\n\n## Unreleased\n\n### Added\n')
        commitAndPush()
      },
      'CHANGELOG.md',
      'Unreleased',
    ],
    [
      'the examples use another name',
      () => {
        clone.write('README.md', clone.read('README.md').replaceAll(clone.actionName, 'octo-org/other'))
        commitAndPush()
      },
      'README.md',
      'script/version.ts',
    ],
    [
      'the examples contain the placeholder',
      () => {
        const name = ['OWNER', 'REPO'].join('/')
        clone.write('SECURITY.md', `# Security\n\ngh attestation verify --repo ${name}\n`)
        clone.write('docs/recipes.md', `uses: ${name}@v1\n\nuses: ${name}@v1\n`)
        commitAndPush()
      },
      'SECURITY.md: 3',
      'docs/recipes.md: 1, 3',
    ],
  ])('fails if %s', (_, prepare, ...facts) => {
    prepare()
    const before = readState(clone)
    expect(release('patch', ...QUICK)).toMatchObject({ status: 1, stdout: '', stderr: mentioning(...facts) })
    expect(readState(clone)).toEqual(before)
  })

  it('reports all problems in one run', () => {
    clone.write('LICENSE', 'Mine.')
    clone.git('switch', '--quiet', '--create', 'idea')
    expect(release('patch').stderr).toEqual(mentioning('git switch main', ' M LICENSE'))
  })

  it('fails and changes nothing if a check fails', () => {
    const { status, stderr } = release('patch', ...QUICK, '--check', 'node no-such-check.js')
    expect(status).toBe(1)
    expect(stderr).toContain('node no-such-check.js')
    expectNothingChanged()
  })

  it('fails if files change while the checks run', () => {
    const { status, stderr } = release('patch', '--check', 'git mv LICENSE COPYING')
    expect(status).toBe(1)
    expect(stderr).toContain('R  LICENSE -> COPYING')
    expect(readState(clone)).toMatchObject({ head: clone.start, tags: '' })
  })

  it('fails if other people commit and push while the checks run', () => {
    const { status, stderr } = release(
      'patch',
      ...['git commit --quiet --allow-empty --message More', 'git push --quiet'].flatMap((each) => [
        '--check',
        each,
      ]),
    )
    const head = clone.git('rev-parse', 'HEAD')
    expect(status).toBe(1)
    expect(stderr).toContain(clone.start)
    expect(stderr).toContain(head)
    expect(clone.git('log', '--format=%s', `${clone.start}..main`)).toBe('More')
    expect(clone.git('tag', '--list')).toBe('')
  })

  it('fails in a dry run if files change while the checks run', () => {
    const { status, stderr } = release('patch', '--dry-run', '--check', 'git rm --quiet dist/licenses.txt')
    expect(status).toBe(1)
    expect(stderr).toContain('D  dist/licenses.txt')
  })

  it('does not commit files that other people add or stage while it runs', () => {
    // npm sets the version after the last check of the tree.
    const npm = join(clone.folder, 'build', 'npm.cjs')
    writeFileSync(
      npm,
      `const { spawnSync } = require('node:child_process')
       const { appendFileSync, writeFileSync } = require('node:fs')
       for (const name of ['idea.md', 'docs/idea.md', 'staged.md']) writeFileSync(name, 'Mine.')
       appendFileSync('LICENSE', 'Mine.')
       spawnSync('git', ['add', 'staged.md', 'LICENSE'])
       const shell = process.platform === 'win32'
       process.exitCode = spawnSync('npm', process.argv.slice(2), { shell, stdio: 'inherit' }).status`,
    )
    const { status } = spawnSync(
      process.execPath,
      [join('build', 'script', 'release.js'), 'major', ...QUICK],
      { cwd: clone.folder, encoding: 'utf8', env: { ...process.env, npm_execpath: npm } },
    )
    expect(status).toBe(0)
    const changed = clone.git('diff', '--name-only', clone.start, 'v1.0.0').split('\n')
    expect(changed.filter((name) => !name.startsWith('dist/'))).toEqual([
      'CHANGELOG.md',
      'package-lock.json',
      'package.json',
      'src/action/node-runtime.ts',
    ])
    expect(clone.git('status', '--porcelain').split('\n')).toEqual([
      'M  LICENSE',
      'A  staged.md',
      '?? docs/idea.md',
      '?? idea.md',
    ])
  })

  it.each([
    [[], '""'],
    [['huge'], '"huge"'],
    [['patch', 'minor'], '"patch minor"'],
    [['patch', '--dry'], "Unknown option '--dry'"],
  ])('exits with 2 for the invalid command line %j', (args, fact) => {
    const { status, stderr } = release(...args)
    expect(status).toBe(2)
    expect(stderr).toEqual(mentioning(fact, 'npm run release -- --help'))
    expectNothingChanged()
  })

  it('shows how to undo an incomplete release if git rejects the commit', () => {
    const hooks = join(clone.folder, '.git', 'hooks')
    mkdirSync(hooks)
    writeFileSync(join(hooks, 'pre-commit'), '#!/bin/sh\necho no commits today >&2\nexit 1\n')
    chmodSync(join(hooks, 'pre-commit'), 0o755)
    const { status, stderr } = release('patch', ...QUICK)
    expect(status).toBe(1)
    expect(stderr).toContain('no commits today')
    expect(stderr).toContain(`git reset --hard ${clone.start}`)
    clone.git('reset', '--quiet', '--hard', clone.start)
    expectNothingChanged()
  })

  it('runs the checks of CI by default', () => {
    const { stdout } = release('--help')
    const checks = [
      'npm run lint',
      'npm run types',
      'npm run architecture',
      'npm run actionlint',
      'npm run docs -- --check',
      'npm run package -- --check',
      'npm run test:all',
    ]
    for (const command of checks) expect(stdout).toContain(`${command}\n`)
  })

  function run(program: string, ...args: readonly string[]) {
    return spawnSync(program, [...args], {
      cwd: clone.folder,
      encoding: 'utf8',
      shell: program === 'npm' && process.platform === 'win32',
    })
  }

  /** Runs the compiled program of `npm run release`. */
  function release(...args: readonly string[]) {
    return run(process.execPath, join('build', 'script', 'release.js'), ...args)
  }

  function commitAndPush(): void {
    clone.git('commit', '--quiet', '--all', '--message', 'Change')
    clone.git('push', '--quiet')
  }

  function expectNothingChanged(): void {
    expect(readState(clone)).toEqual({ head: clone.start, status: '', tags: '' })
  }

  async function expectArchiveRuns(tag: string): Promise<void> {
    const folder = mkdtempSync(join(tmpdir(), 'atlas-snapshot-release-'))
    const tar = join(folder, 'archive.tar')
    clone.git('archive', `--output=${tar}`, tag)
    execFileSync('tar', ['-x', '-f', 'archive.tar'], { cwd: folder })
    const { url, close } = await startAtlas(life)
    const inputs = {
      'group-id': demo.groupId,
      'cluster-name': 'demo',
      'public-key': demo.publicKey,
      'private-key': demo.privateKey,
      'base-url': url,
      wait: 'true',
    }
    try {
      expect(readdirSync(folder).sort()).toEqual([
        'LICENSE',
        'README.md',
        'action.yml',
        'archive.tar',
        'dist',
      ])
      const { exitCode, outputs } = await runAction({ bundle: join(folder, 'dist', 'index.js'), inputs })
      expect({ exitCode, status: outputs['status'] }).toEqual({ exitCode: 0, status: 'completed' })
    } finally {
      await close()
      rmSync(folder, { recursive: true, force: true, maxRetries: 5 })
    }
  }
})

function readState({ git }: ThrowawayClone) {
  return { head: git('rev-parse', 'HEAD'), status: git('status', '--porcelain'), tags: git('tag', '--list') }
}
