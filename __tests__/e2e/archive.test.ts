import { execFileSync } from 'node:child_process'
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { projectRoot } from '../../script/root.js'
import { life, startSnapshot } from '../support/bundle.js'
import { annotated, mentioning } from '../support/played.js'
import { startSteppedAtlas } from '../support/stepped-atlas.js'

/** Every job of every user downloads the archive. */
const MAX_BYTES = 200_000

const folder = mkdtempSync(join(tmpdir(), 'atlas-snapshot-archive-'))

describe('the archive that a runner downloads', () => {
  let archive: Buffer

  beforeAll(() => {
    archive = createArchive(projectRoot())
    execFileSync('tar', ['-x', '-C', folder], { input: archive })
  })

  afterAll(() => rmSync(folder, { recursive: true, force: true, maxRetries: 5 }))

  it('contains what a runner and a reader need, and nothing else', () => {
    expect(readdirSync(folder).sort()).toStrictEqual(['LICENSE', 'README.md', 'action.yml', 'dist'])
  })

  it('is smaller than 200 kB when compressed, and its first file than 380 kB', () => {
    expect(gzipSync(archive).length).toBeLessThan(MAX_BYTES)
    expect(read('index.js').length).toBeLessThan(380_000)
  })

  it('keeps modules that only github-token needs out of index.js', () => {
    const modules = modulesOf('index.js')
    expect(modules).toContain('@actions/core')
    expect(modules.filter((name) => !name.startsWith('@actions/'))).toStrictEqual([])
  })

  it('contains a stub instead of undici that throws an error if used', async () => {
    const programs = listPrograms().map(read)
    expect(programs.filter((text) => text.includes('undici.globalDispatcher'))).toStrictEqual([])
    expect(programs.filter((text) => text.includes('undici is not part of this action'))).not.toStrictEqual(
      [],
    )
    const undici = await import('undici')
    await expect(undici.fetch()).rejects.toThrow('undici is not part of this action')
    expect(() => new undici.ProxyAgent().dispatch()).toThrow('undici is not part of this action')
  })

  it.each([
    // The emulator rejects the status, but the 401 shows that the archive contains the GitHub client.
    ['all its files', 'ghs_5ec2e7', true, [mentioning('HTTP 401')]],
    ['only index.js', '', false, []],
    ['only index.js, and warns about github-token', 'ghs_5ec2e7', false, [mentioning('index.js')]],
  ])('runs the action with %s', async (_, token, isWhole, warnings) => {
    const copy = mkdtempSync(join(tmpdir(), 'atlas-snapshot-dist-'))
    cpSync(join(folder, 'dist'), copy, { recursive: true })
    const lacking = isWhole ? [] : listPrograms().filter((name) => name !== 'index.js')
    for (const name of lacking) rmSync(join(copy, name))
    const { url, close } = await startSteppedAtlas(life)
    try {
      const result = await startSnapshot(url, {
        bundle: join(copy, 'index.js'),
        inputs: { 'github-token': token },
        env: { GITHUB_API_URL: url },
      }).result
      expect(result).toMatchObject({ exitCode: 0, stderr: '', outputs: { status: 'completed' } })
      expect(annotated(result, 'warning')).toStrictEqual(warnings)
    } finally {
      await close()
      rmSync(copy, { recursive: true, force: true, maxRetries: 5 })
    }
  })
})

function listPrograms(): string[] {
  return readdirSync(join(folder, 'dist')).filter((name) => name.endsWith('.js'))
}

function read(name: string): string {
  return readFileSync(join(folder, 'dist', name), 'utf8')
}

/** The packages of the modules in a file of the bundle. */
function modulesOf(name: string): string[] {
  const joined = /^;\/\/ CONCATENATED MODULE: \S*node_modules\/((@[^/]+\/)?[^/]+)\//gm
  return Array.from(read(name).matchAll(joined), ([, module = '']) => module)
}

/** The archive of the working tree, committed or not, as git creates it for a release. */
function createArchive(root: string): Buffer {
  const env = { ...process.env, GIT_INDEX_FILE: join(folder, '.index') }
  const git = (...args: string[]) =>
    execFileSync('git', args, { cwd: root, env, maxBuffer: 64 * 1024 * 1024 })
  git('add', '--all')
  const tree = git('write-tree').toString().trim()
  rmSync(join(folder, '.index'))
  return git('archive', '--worktree-attributes', tree)
}
