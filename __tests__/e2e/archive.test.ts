import { execFileSync } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
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

  it('includes the license of every package in the bundle', () => {
    const licensed = Array.from(read('licenses.txt').matchAll(/^(\S+) \d+\.\d+\.\d+$/gm), ([, name]) => name)
    // The bundle does not show the names of CommonJS modules.
    const bundled = new Set([...listPrograms().flatMap(modulesOf), 'tunnel', '@actions/http-client'])
    expect(bundled.size).toBeGreaterThan(10)
    expect(licensed).toStrictEqual(expect.arrayContaining([...bundled]))
  })

  it('runs the action without other files, and needs more than index.js only for github-token', async () => {
    const { url, close } = await startSteppedAtlas(life)
    const bundle = join(folder, 'dist', 'index.js')
    const run = (token: string) =>
      startSnapshot(url, { bundle, inputs: { 'github-token': token }, env: { GITHUB_API_URL: url } }).result
    const warnings = [
      // The emulator rejects the status, but the 401 shows that the archive contains the GitHub client.
      { token: 'ghs_5ec2e7', expected: [mentioning('HTTP 401')] },
      { token: '', expected: [] },
      { token: 'ghs_5ec2e7', expected: [mentioning('index.js')] },
    ]
    try {
      for (const { token, expected } of warnings) {
        const result = await run(token)
        expect(result).toMatchObject({ exitCode: 0, stderr: '', outputs: { status: 'completed' } })
        expect(annotated(result, 'warning')).toStrictEqual(expected)
        for (const name of listPrograms()) if (name !== 'index.js') rmSync(join(folder, 'dist', name))
      }
    } finally {
      await close()
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
