import { execFileSync } from 'node:child_process'
import { join } from 'node:path'
import { demoInputs, startAtlas } from './emulated-atlas.js'
import { listMissing } from './programs.js'
import { takePicture } from './render.js'
import { projectRoot } from './root.js'
import { startAction } from './runner.js'

// Takes docs/pictures: the job summaries of two steps with `wait: true`, as GitHub renders them, with a completed and with a
// failed snapshot. Takes as long as Atlas takes for a snapshot, almost three minutes.

const CLUSTER = 'shop-prod'

const missing = listMissing(['chromium', 'cmark-gfm', 'pngquant'])
if (missing !== '') {
  process.stderr.write(`pictures: install these programs first: ${missing}\n`)
  process.exit(1)
}

await Promise.all((['completed', 'failed'] as const).map(takePictures))

/** Takes a light and a dark picture of the job summary of a step whose snapshot ends with this status. */
async function takePictures(status: 'completed' | 'failed'): Promise<void> {
  const clusters = [{ name: CLUSTER, kind: 'replicaSet' }] as const
  const { url, close } = await startAtlas({ clusters, failSnapshots: status === 'failed' })
  const inputs = { ...demoInputs, 'cluster-name': CLUSTER, 'base-url': url }
  const { summary, outputs } = await startAction({ inputs, timeoutMs: 600_000 }).result
  await close()
  if (outputs['status'] !== status) throw new Error(`the status is ${outputs['status']}`)
  for (const theme of ['light', 'dark'] as const) {
    const file = join(projectRoot(), 'docs', 'pictures', `summary-${status}-${theme}.png`)
    takePicture(summary, theme, file)
    // Reduces the file to 48 colors, which is a third of the size.
    execFileSync('pngquant', ['--speed', '1', '--force', '--output', file, '48', file])
    process.stdout.write(`${file}\n`)
  }
}
