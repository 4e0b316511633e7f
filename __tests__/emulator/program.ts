import { type ChildProcess, spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'

const main = fileURLToPath(new URL('../../build/emulator/main.js', import.meta.url))

export interface Ended {
  readonly code: number | null
  readonly out: string
  readonly err: string
}

/** Runs the emulator's program to its end. `onOut` is told all that it has printed so far, each time that is more. */
export function run(
  args: readonly string[],
  onOut: (out: string, child: ChildProcess) => void = () => {},
): Promise<Ended> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [main, ...args], { stdio: ['ignore', 'pipe', 'pipe'] })
    let out = ''
    let err = ''
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      out += text
      onOut(out, child)
    })
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      err += text
    })
    child.on('error', reject).on('close', (code) => resolve({ code, out, err }))
  })
}

/** Runs it, does something with the address that it listens on, and ends it. */
export async function whileRunning(
  args: readonly string[],
  use: (url: string) => Promise<unknown>,
): Promise<Ended> {
  let used: Promise<unknown> | undefined
  const ended = await run(args, (out, child) => {
    const url = /^listening on (\S+)\n/.exec(out)?.[1]
    if (url !== undefined) used ??= use(url).finally(() => child.kill('SIGTERM'))
  })
  await used
  return ended
}
