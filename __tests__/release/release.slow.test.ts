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
import { type ThrowawayClone, throwawayClone } from '../support/throwaway-clone.js'

/** A check that is quicker than the project's own. */
const QUICK = ['--check', 'node --version']

describe('npm run release', () => {
  let clone: ThrowawayClone

  beforeAll(async () => {
    clone = await throwawayClone()
  })

  beforeEach(() => clone.reset())

  afterAll(() => clone.remove())

  it('changes nothing in a dry run, and says what it would do', () => {
    const { status, stdout } = run('npm', 'run', 'release', '--', 'minor', '--dry-run', ...QUICK)
    expect({ status, stdout }).toEqual({
      status: 0,
      stdout: expect.stringContaining('v0.2.0 can be released'),
    })
    expect(stdout).toContain('=== node --version\n')
    expect(stdout).toContain(readUnreleased(clone.read('CHANGELOG.md')))
    expectNothingChanged()
  })

  it('makes a commit and a tag that a release can be published from', async () => {
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
    ])
    expect(JSON.parse(clone.read('package.json'))).toMatchObject({ version: '1.0.0' })
    expect(JSON.parse(clone.read('package-lock.json'))).toMatchObject({
      version: '1.0.0',
      packages: { '': { version: '1.0.0' } },
    })
    expect(clone.read('CHANGELOG.md')).toMatch(/\n## Unreleased\n\n## 1\.0\.0 - \d{4}-\d\d-\d\d\n\n### /)
    await expectArchiveRuns('v1.0.0')
  })

  it('builds dist/, and takes the examples along to a new major version', () => {
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

  it.each<[string, () => unknown, string]>([
    [
      'there are changes',
      () => clone.write('LICENSE', 'Mine.'),
      'Files are changed. Commit or remove:\n M LICENSE',
    ],
    [
      'there are new files',
      () => clone.write('notes.txt', ''),
      'Files are changed. Commit or remove:\n?? notes.txt',
    ],
    [
      'a page is missing',
      () => rmSync(join(clone.folder, 'SECURITY.md')),
      'Files are changed. Commit or remove:\n D SECURITY.md',
    ],
    [
      'this is another branch',
      () => clone.git('switch', '--create', 'idea'),
      'This is idea. Run: git switch main',
    ],
    ['this is no branch', () => clone.git('switch', '--detach'), 'This is no branch. Run: git switch main'],
    [
      'the tag exists',
      () => clone.git('tag', 'v0.1.1'),
      'The tag v0.1.1 exists. If it was never pushed, run: git tag --delete v0.1.1',
    ],
    [
      'the tag was pushed from elsewhere',
      () => clone.git('push', '--quiet', 'origin', 'main:refs/tags/v0.1.1'),
      'origin has the tag v0.1.1. Choose a higher version',
    ],
    [
      'main was not pushed',
      () => clone.git('commit', '--allow-empty', '--message', 'More'),
      'origin lacks what main has here. Run: git push, and wait for CI',
    ],
    [
      'main is behind',
      () => {
        clone.git('commit', '--quiet', '--allow-empty', '--message', 'More')
        clone.git('push', '--quiet')
        clone.git('reset', '--quiet', '--hard', 'HEAD~1')
      },
      'origin has another main. Run: git pull',
    ],
    [
      'nothing answers',
      () => rmSync(clone.origin, { recursive: true }),
      'origin does not answer. Try: git ls-remote origin',
    ],
    [
      'the changelog is silent',
      () => {
        clone.write('CHANGELOG.md', '# Changelog\n\n## Unreleased\n\n### Added\n')
        commitAndPush()
      },
      'CHANGELOG.md lists nothing under Unreleased. Write there what changes for a user',
    ],
    [
      'the examples use another name',
      () => {
        clone.write('README.md', clone.read('README.md').replaceAll(clone.actionName, 'somebody/snapshot'))
        commitAndPush()
      },
      'README.md uses this action by another name than script/version.ts looks for. Change it there',
    ],
    [
      'users would copy a placeholder',
      () => {
        const name = ['OWNER', 'REPO'].join('/')
        clone.write('SECURITY.md', `# Security\n\ngh attestation verify --repo ${name}\n`)
        clone.write('docs/recipes.md', `uses: ${name}@v1\n\nuses: ${name}@v1\n`)
        commitAndPush()
      },
      "Users copy a placeholder. Write this repository's name on these lines:\nSECURITY.md: 3\ndocs/recipes.md: 1, 3",
    ],
  ])('refuses, and says what to do, where %s', (_, prepare, message) => {
    prepare()
    const before = readState(clone)
    const { status, stdout, stderr } = release('patch', ...QUICK)
    expect({ status, stdout, stderr }).toEqual({ status: 1, stdout: '', stderr: `${message}\n` })
    expect(readState(clone)).toEqual(before)
  })

  it('says everything that stands in the way at once', () => {
    clone.write('LICENSE', 'Mine.')
    clone.git('switch', '--quiet', '--create', 'idea')
    expect(release('patch').stderr).toBe(
      'This is idea. Run: git switch main\nFiles are changed. Commit or remove:\n M LICENSE\n',
    )
  })

  it('refuses where a check fails, before it changes anything', () => {
    const { status, stderr } = release('patch', ...QUICK, '--check', 'node no-such-check.js')
    expect(status).toBe(1)
    expect(stderr).toMatch(/node no-such-check\.js failed\. Mend that first\n$/)
    expectNothingChanged()
  })

  it('refuses if files change while the checks run', () => {
    const { status, stderr } = release('patch', '--check', 'git mv LICENSE COPYING')
    expect(status).toBe(1)
    expect(stderr).toContain('R  LICENSE -> COPYING')
    expect(readState(clone)).toMatchObject({ head: clone.start, tags: '' })
  })

  it('refuses if others commit and push while the checks run', () => {
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

  it('says in a dry run as well that files changed while the checks ran', () => {
    const { status, stderr } = release('patch', '--dry-run', '--check', 'git rm --quiet dist/licenses.txt')
    expect(status).toBe(1)
    expect(stderr).toContain('D  dist/licenses.txt')
  })

  it('leaves out what others add and stage while it writes', () => {
    // npm sets the version after the last look at the tree.
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
    ])
    expect(clone.git('status', '--porcelain').split('\n')).toEqual([
      'M  LICENSE',
      'A  staged.md',
      '?? docs/idea.md',
      '?? idea.md',
    ])
  })

  it.each([
    [[], 'Say patch, minor or major, not ""'],
    [['huge'], 'Say patch, minor or major, not "huge"'],
    [['patch', 'minor'], 'Say patch, minor or major, not "patch minor"'],
    [['patch', '--dry'], "Unknown option '--dry'"],
  ])('ends with 2 where the command line is %j', (args, message) => {
    const { status, stderr } = release(...args)
    expect(status).toBe(2)
    expect(stderr).toContain(message)
    expect(stderr).toMatch(/Try: npm run release -- --help\n$/)
    expectNothingChanged()
  })

  it('says how to undo what was half made when git refused the commit', () => {
    const hooks = join(clone.folder, '.git', 'hooks')
    mkdirSync(hooks)
    writeFileSync(join(hooks, 'pre-commit'), '#!/bin/sh\necho no commits today >&2\nexit 1\n')
    chmodSync(join(hooks, 'pre-commit'), 0o755)
    const { status, stderr } = release('patch', ...QUICK)
    expect(status).toBe(1)
    expect(stderr).toContain('no commits today')
    expect(stderr).toContain(`The release is half made. Undo it with: git reset --hard ${clone.start}`)
    clone.git('reset', '--quiet', '--hard', clone.start)
    expectNothingChanged()
  })

  it('checks, unless told otherwise, all that CI does on one machine', () => {
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

  /** The program behind `npm run release`, which is compiled by then. */
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
