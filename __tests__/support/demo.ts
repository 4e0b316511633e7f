import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { projectRoot } from '../../script/root.js'

export interface DemoRun {
  readonly code: number
  readonly stdout: string
  readonly stderr: string
}

/** Runs the compiled demo, as `npm run demo` does. */
export function runDemo(...args: readonly string[]): Promise<DemoRun> {
  const program = join(projectRoot(), 'build', 'script', 'demo.js')
  return new Promise((resolve) => {
    const child = execFile(process.execPath, [program, ...args], (_error, stdout, stderr) => {
      resolve({ code: child.exitCode ?? -1, stdout, stderr })
    })
  })
}

/** Lines that must be on the screen in this order, possibly with others in between. */
export type ScreenLines = readonly (string | RegExp)[]

/** The first line that is missing or not in order, if any. */
export function findMissingLine(text: string, wanted: ScreenLines): string | undefined {
  const lines = text.split('\n')
  let from = 0
  for (const want of wanted) {
    const at = lines.findIndex(
      (line, index) => index >= from && (typeof want === 'string' ? line === want : want.test(line)),
    )
    if (at < 0) return `${want}, which is not in\n${lines.slice(from).join('\n')}`
    from = at + 1
  }
  return undefined
}
