import { execFile } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from '@jest/globals'
import { missingForRendering } from '../../script/render/render.js'
import { projectRoot } from '../../script/root.js'
import { describeUnlessMissing } from '../support/programs.js'

const ends = ['completed', 'failed', 'timed-out']
const folder = mkdtempSync(join(tmpdir(), 'atlas-snapshot-pictures-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

describeUnlessMissing(missingForRendering(), 'npm run pictures', () => {
  it('creates a light and a dark picture of the job summary of each result', async () => {
    const { code, stderr } = await runPictures('--speed', '60', '--out', folder)
    expect(stderr).toBe('')
    expect(code).toBe(0)
    const names = ends.flatMap((end) => [`summary-${end}-dark.png`, `summary-${end}-light.png`])
    const texts = ends.map((end) => `summary-${end}.md`)
    expect(readdirSync(folder).sort()).toEqual([...names, ...texts].sort())
    const pictures = names.map((name) => readFileSync(join(folder, name)))
    expect(pictures.map((png) => png.readUInt32BE(16))).toEqual(names.map(() => 1800))
    expect(new Set(pictures.map((png) => png.toString('base64'))).size).toBe(names.length)
  })

  it.each(ends)('is up to date with the text of the summary: %s', (end) => {
    const [shown, now] = [join(projectRoot(), 'docs', 'pictures'), folder].map((path) =>
      normalize(readFileSync(join(path, `summary-${end}.md`), 'utf8')),
    )
    expect(now?.filter((word) => !shown?.includes(word))).toEqual([])
  })
})

describe('the command line of npm run pictures', () => {
  it('has a help text', async () => {
    const { code, stdout } = await runPictures('--help')
    expect(stdout).toMatch(/^usage: npm run pictures/)
    expect(code).toBe(0)
  })

  it.each([[['--speed', '0']], [['--nonsense']]])('rejects %j', async (args) => {
    const { code, stderr } = await runPictures(...args)
    expect(stderr).toContain(args[0])
    expect(code).toBe(1)
  })
})

function normalize(text: string): string[] {
  return [...new Set(text.match(/\b[A-Za-z]{3,}\b/g))]
}

/** Runs the compiled program, as `npm run pictures` does. */
function runPictures(...args: string[]): Promise<{ code: number; stdout: string; stderr: string }> {
  const program = join(projectRoot(), 'build', 'script', 'pictures.js')
  return new Promise((resolve) => {
    const child = execFile(process.execPath, [program, ...args], (_error, stdout, stderr) => {
      resolve({ code: child.exitCode ?? -1, stdout, stderr })
    })
  })
}
