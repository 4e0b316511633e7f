import { spawnSync } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { type AtlasOptions, completeConfig, demo } from '../emulator/config.js'
import { TITLES } from '../src/titles.js'
import { startAtlas } from './emulated-atlas.js'
import { findProgram } from './find-program.js'
import { installMermaid } from './render/mermaid.js'
import { renderPicture, renderSummaries } from './render/render.js'
import { projectRoot } from './root.js'
import { runAction } from './runner.js'

/** Reduces a PNG to 48 colors, which is a third of the size. Returns it unchanged if pngquant is not installed. */
export function quantize(png: Buffer): Buffer {
  const pngquant = findProgram('pngquant')
  if (pngquant === undefined) return png
  const options = { input: png, maxBuffer: 16 * 2 ** 20 }
  const { status, stdout, stderr, error } = spawnSync(pngquant, ['--speed', '1', '48', '-'], options)
  if (status !== 0) throw new Error(`pngquant failed\n${stderr}`, { cause: error })
  return stdout
}

const usage = `usage: npm run pictures -- [options]

Run the action (dist/index.js) against an emulated Atlas, and create pictures of its job summaries as GitHub renders
them, in light and dark mode. Requires Chromium, cmark-gfm, and an emoji font. Installs Mermaid in .cache, and
compresses the pictures if pngquant is installed.

  --out DIR    folder for the pictures (default: docs/pictures)
  --speed N    speed relative to a recorded snapshot, which takes four minutes in total (default: 1)
  --help       print this help

Exits with 0 if all summaries are rendered correctly.
`

/** A result of the step. Times are in seconds at recorded speed. */
interface Ending {
  readonly name: string
  readonly atlas: AtlasOptions
  /** How long another snapshot has already been in progress. */
  readonly conflictFor?: number
  readonly deadline: number
  /** Title of the error, if the step fails. */
  readonly error?: string
}

const endings: readonly Ending[] = [
  { name: 'completed', atlas: {}, conflictFor: 105, deadline: 3600 },
  { name: 'failed', atlas: { failSnapshots: true }, deadline: 3600, error: TITLES.snapshotFailed },
  { name: 'timed-out', atlas: {}, deadline: 120, error: TITLES.timedOut },
]

const cluster = 'shop-prod'

/** Runs the action and returns its job summary. Throws an Error if it ends differently. */
async function runForSummary(
  { name, atlas, conflictFor, deadline, error }: Ending,
  speed: number,
): Promise<string> {
  const { secondsToInProgress, secondsToCompleted } = completeConfig({})
  const server = await startAtlas({
    clusters: [{ name: cluster, kind: 'replicaSet' }],
    secondsToInProgress: secondsToInProgress / speed,
    secondsToCompleted: secondsToCompleted / speed,
    ...atlas,
  })
  try {
    if (conflictFor !== undefined) {
      const takenAt = Date.now() - (conflictFor / speed) * 1000
      server.atlas.createOtherSnapshot(cluster, {
        description: 'before the index build',
        fails: false,
        takenAt,
      })
    }
    const { summary, annotations } = await runAction({
      bundle: join(projectRoot(), 'dist', 'index.js'),
      inputs: {
        'group-id': demo.groupId,
        'cluster-name': cluster,
        'public-key': demo.publicKey,
        'private-key': demo.privateKey,
        'retention-days': '3',
        wait: 'true',
        'timeout-minutes': String(deadline / 60 / speed),
        'base-url': server.url,
      },
      timeoutMs: 60_000 + (400 / speed) * 1000,
    })
    const actual = annotations.find((annotation) => annotation.name === 'error')?.properties['title']
    if (actual !== error) throw new Error(`${name}: the error must be ${error}, but is ${actual}`)
    return summary
  } finally {
    await server.close()
  }
}

/** Writes the pictures into a folder. Returns the rendering errors. */
async function writePictures(out: string, speed: number): Promise<string[]> {
  installMermaid()
  const summaries = await Promise.all(endings.map((ending) => runForSummary(ending, speed)))
  mkdirSync(out, { recursive: true })
  const faults: string[] = []
  // A test compares this text with what the action writes, to detect outdated pictures.
  for (const [index, summary] of summaries.entries())
    writeFileSync(join(out, `summary-${endings[index]?.name}.md`), summary)
  for (const theme of ['light', 'dark'] as const) {
    for (const [index, { height, errors }] of (await renderSummaries(summaries, theme)).entries()) {
      const picture = quantize(await renderPicture(summaries[index] ?? '', theme, height))
      const file = join(out, `summary-${endings[index]?.name}-${theme}.png`)
      writeFileSync(file, picture)
      process.stdout.write(`${file}, ${Math.ceil(picture.length / 1000)} kB\n`)
      faults.push(...errors.map((error) => `${file}: ${error}`))
    }
  }
  return faults
}

/** Parses the command line. `undefined` for --help. */
function readOptions(): { readonly out: string; readonly speed: number } | undefined {
  const { values } = parseArgs({
    options: {
      out: { type: 'string', default: join(projectRoot(), 'docs', 'pictures') },
      speed: { type: 'string', default: '1' },
      help: { type: 'boolean', default: false },
    },
  })
  const speed = Number(values.speed)
  if (!(speed > 0 && Number.isFinite(speed)))
    throw new Error(`--speed must be a number greater than 0, not ${values.speed}`)
  return values.help ? undefined : { out: resolve(values.out), speed }
}

try {
  const options = readOptions()
  if (options === undefined) {
    process.stdout.write(usage)
  } else {
    const faults = await writePictures(options.out, options.speed)
    for (const fault of faults) process.stderr.write(`${fault}\n`)
    process.exitCode = faults.length === 0 ? 0 : 1
  }
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`)
  process.exitCode = 1
}
