import { execFile } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { copyFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { differingFiles } from '../../script/package.js'
import { projectRoot } from '../../script/root.js'
import { life, startSnapshot } from '../support/bundle.js'
import { startSteppedAtlas } from '../support/stepped-atlas.js'
import { copyProject } from '../support/throwaway-clone.js'

const parent = mkdtempSync(join(tmpdir(), 'atlas-snapshot-package-'))
const [one, other] = [join(parent, 'one'), join(parent, 'a', 'deeper folder', 'the other')]

describe('npm run package', () => {
  beforeAll(() => Promise.all([one, other].map(build)))

  afterAll(() => rmSync(parent, { recursive: true, force: true, maxRetries: 5 }))

  it('creates the same files in two folders', () => {
    expect(differingFiles(join(one, 'dist'), join(other, 'dist'))).toEqual([])
  })

  it('creates a CommonJS module and licenses.txt', () => {
    expect(readdirSync(join(one, 'dist'))).toEqual(expect.arrayContaining(['index.js', 'licenses.txt']))
    expect(readFileSync(join(one, 'dist', 'package.json'), 'utf8')).toContain('"commonjs"')
  })

  it('keeps modules that only github-token needs out of index.js', () => {
    const modules = modulesByFile().get('index.js') ?? []
    expect(modules).toContain('@actions/core')
    expect(modules.filter((name) => !name.startsWith('@actions/'))).toEqual([])
  })

  it('contains a stub instead of undici that throws an error if used', async () => {
    expect(filesWith('undici.globalDispatcher')).toEqual([])
    expect(filesWith('undici is not part of this action')).not.toEqual([])
    const undici = await import('undici')
    await expect(undici.fetch()).rejects.toThrow('undici is not part of this action')
    expect(() => new undici.ProxyAgent().dispatch()).toThrow('undici is not part of this action')
  })

  it('includes the license of every package in the bundle', () => {
    const text = readFileSync(join(one, 'dist', 'licenses.txt'), 'utf8')
    const licensed = Array.from(text.matchAll(/^(\S+) \d+\.\d+\.\d+$/gm), ([, name]) => name)
    // The bundle does not show the names of CommonJS modules.
    const bundled = new Set([...modulesByFile().values(), 'tunnel', '@actions/http-client'].flat())
    expect(bundled.size).toBeGreaterThan(10)
    expect(licensed).toEqual(expect.arrayContaining([...bundled]))
  })

  it('removes old files from dist', () => {
    expect(readdirSync(join(one, 'dist'))).not.toContain('left-over.js')
  })
})

describe('build/src/index.js', () => {
  it('works without bundling', async () => {
    const { url, close } = await startSteppedAtlas(life)
    const unbundled = join(projectRoot(), 'build', 'src', 'index.js')
    const { exitCode, outputs } = await startSnapshot(url, { bundle: unbundled }).result
    await close()
    expect(exitCode).toBe(0)
    expect(outputs).toMatchObject({ status: 'completed', created: 'true' })
  })
})

function programs(): string[] {
  return readdirSync(join(one, 'dist')).filter((name) => name.endsWith('.js'))
}

/** The files of the bundle that contain a text. */
function filesWith(text: string): string[] {
  return programs().filter((name) => readFileSync(join(one, 'dist', name), 'utf8').includes(text))
}

/** The packages of the modules in each file of the bundle. */
function modulesByFile(): Map<string, string[]> {
  const joined = /^;\/\/ CONCATENATED MODULE: \S*node_modules\/((@[^/]+\/)?[^/]+)\//gm
  return new Map(
    programs().map((name) => {
      const text = readFileSync(join(one, 'dist', name), 'utf8')
      return [name, Array.from(text.matchAll(joined), ([, module = '']) => module)]
    }),
  )
}

async function build(folder: string): Promise<void> {
  await copyProject(folder)
  await copyFile(join(folder, 'package.json'), join(folder, 'dist', 'left-over.js'))
  for (const script of [join('script', 'setup.mjs'), join('build', 'script', 'package.js')]) {
    await promisify(execFile)(process.execPath, [script], { cwd: folder })
  }
}
