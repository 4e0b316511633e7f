import { execFile } from 'node:child_process'
import { cp, mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, expect, test } from '@jest/globals'
import { projectRoot } from '../../script/root.js'
import { actionNode } from '../../script/runner.js'
import { invariants } from '../../simulation/invariants.js'
import { type PlantedBug, plantedBugs } from './planted-bugs.js'

const MAX_SEEDS = 10_000
const build = join(projectRoot(), 'build')
const folder = join(build, 'planted')

afterAll(() => rm(folder, { recursive: true, force: true }))

/** The first seed that breaks the invariant with the bug, or `undefined`. */
async function findSeed({ file, code, becomes }: PlantedBug, invariant: string): Promise<string> {
  await rm(folder, { recursive: true, force: true })
  await mkdir(folder)
  for (const part of ['src', 'emulator', 'simulation'])
    await cp(join(build, part), join(folder, part), { recursive: true })
  const path = join(folder, 'src', `${file}.js`)
  const source = await readFile(path, 'utf8')
  await writeFile(path, code === undefined ? `${source}\n${becomes}` : source.replace(code, () => becomes))
  const program = `import { findSeed } from './simulation/simulate.js'
    console.log(await findSeed(${JSON.stringify(invariant)}, ${MAX_SEEDS}))`
  const { stdout } = await promisify(execFile)(actionNode(), ['--input-type=module', '--eval', program], {
    cwd: folder,
  })
  return stdout.trim()
}

test('every invariant is broken by a planted bug', () => {
  expect(Object.keys(plantedBugs).sort()).toStrictEqual(Object.keys(invariants).sort())
})

const bugs = Object.entries(plantedBugs).flatMap(([invariant, planted]) =>
  Object.entries(planted).map(([name, bug]) => ({ ...bug, name, invariant })),
)

test.each(bugs)('finds code that $name ($invariant)', async ({ invariant, ...bug }) => {
  const seed = await findSeed(bug, invariant)
  process.stdout.write(`${bug.name}: seed ${seed}\n`)
  expect(seed).toMatch(/^\d+$/)
})
