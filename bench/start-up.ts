import { join } from 'node:path'
import { demoInputs, startAtlas } from '../script/emulated-atlas.js'
import { projectRoot } from '../script/root.js'
import { startAction } from '../script/runner.js'
import { certFile, selfSigned } from '../script/self-signed.js'

const WARM_UP_ROUNDS = 3
const BASELINE = 'bench/baseline.cjs'
const ACTION = 'dist/index.js'

/**
 * Measures whole processes that create a snapshot over TLS without waiting for it. The baseline and the action take
 * turns. Returns medians.
 *
 * @throws Error if one of them fails
 */
export async function measureStartUp(rounds: number) {
  // Snapshots are completed before the next process can create one.
  const atlas = { secondsToInProgress: 0.001, secondsToCompleted: 0.002 }
  const { url, close } = await startAtlas(atlas, { tls: selfSigned })
  const inputs = { ...demoInputs, wait: 'false', 'base-url': url }
  const env = { NODE_EXTRA_CA_CERTS: certFile }
  const measure = async (program: string) => {
    const bundle = join(projectRoot(), program)
    const { exitCode, lines, milliseconds } = await startAction({ bundle, inputs, env }).result
    if (exitCode !== 0) throw new Error([`${program} failed`, ...lines].join('\n'))
    return milliseconds
  }
  const times: { readonly baselineMs: number; readonly actionMs: number }[] = []
  for (let round = -WARM_UP_ROUNDS; round < rounds; round++) {
    const isOdd = round % 2 !== 0
    const first = await measure(isOdd ? ACTION : BASELINE)
    const second = await measure(isOdd ? BASELINE : ACTION)
    const [baselineMs, actionMs] = isOdd ? [second, first] : [first, second]
    if (round >= 0) times.push({ baselineMs, actionMs })
  }
  await close()
  return {
    baselineMs: median(times.map(({ baselineMs }) => baselineMs)),
    actionMs: median(times.map(({ actionMs }) => actionMs)),
    // Of the same round, so a machine that is slow for a while affects both.
    ratio: median(times.map(({ baselineMs, actionMs }) => actionMs / baselineMs)),
  }
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN
}
