import { spawnSync } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { type AtlasOptions, completeConfig, demo } from '../emulator/config.js'
import { startAtlas } from './emulated-atlas.js'
import { findProgram } from './find-program.js'
import { installMermaid } from './render/mermaid.js'
import { renderPicture, renderSummaries } from './render/render.js'
import { projectRoot } from './root.js'
import { runAction } from './runner.js'

/** The PNG in 48 colours, which is a third of its size and looks the same; as it is where pngquant is missing. */
export function quantize(png: Buffer): Buffer {
  const pngquant = findProgram('pngquant')
  if (pngquant === undefined) return png
  const options = { input: png, maxBuffer: 16 * 2 ** 20 }
  const { status, stdout, stderr, error } = spawnSync(pngquant, ['--speed', '1', '48', '-'], options)
  if (status !== 0) throw new Error(`pngquant failed\n${stderr}`, { cause: error })
  return stdout
}

const usage = `usage: npm run pictures -- [options]

Runs the action, dist/index.js, against an emulated Atlas to three ends, and writes pictures of its job summaries as
GitHub shows them, on a light page and on a dark one, with their text beside them. Needs Chromium, cmark-gfm and a font with emoji, and Mermaid,
which it installs in .cache; makes the files smaller where there is pngquant.

  --out DIR    write the pictures there (default: docs/pictures)
  --speed N    N times as fast as a recorded snapshot, four minutes in all (default: 1)
  --help       show this

Ends with 0 if every summary is shown as it should be.
`

/** A way for the step to end. Times are as recorded, in seconds. */
interface Ending {
  readonly name: string
  readonly atlas: AtlasOptions
  /** Another snapshot has been in progress for so long. */
  readonly conflictFor?: number
  readonly deadline: number
  /** Title of the error that the step ends with; none if it succeeds. */
  readonly error?: string
}

const endings: readonly Ending[] = [
  { name: 'completed', atlas: {}, conflictFor: 105, deadline: 3600 },
  { name: 'failed', atlas: { failSnapshots: true }, deadline: 3600, error: 'The snapshot failed' },
  { name: 'timed-out', atlas: {}, deadline: 120, error: 'The deadline has passed' },
]

const cluster = 'shop-prod'

/** Runs the action to one end; its job summary. Throws an Error if it ends otherwise. */
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
    const said = annotations.find((annotation) => annotation.name === 'error')?.properties['title']
    if (said !== error) throw new Error(`${name}: the action ends with the error ${said}, not ${error}`)
    return summary
  } finally {
    await server.close()
  }
}

/** Writes the pictures of all endings into a folder; what of the summaries is not shown as it should be. */
async function writePictures(out: string, speed: number): Promise<string[]> {
  installMermaid()
  const summaries = await Promise.all(endings.map((ending) => runForSummary(ending, speed)))
  mkdirSync(out, { recursive: true })
  const faults: string[] = []
  // Text tells whether pictures are still of what the action writes.
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

/** Reads the command line; `undefined` if it only asks for help. */
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
    throw new Error(`--speed: not a number above 0: ${values.speed}`)
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
