import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
/** Reads what was written to the file of GITHUB_OUTPUT, as the runner does: of a name, the last value wins. */
export function readOutputs(text: string): Record<string, string> {
  const outputs: Record<string, string> = {}
  const lines = text.split('\n')
  for (let line = lines.shift(); line !== undefined; line = lines.shift()) {
    if (line === '') continue
    const [, name = '', delimiter] = /^([^<=]+)<<(.+)$/.exec(line) ?? []
    const end = delimiter === undefined ? -1 : lines.indexOf(delimiter)
    if (end < 0) throw new TypeError(`no output: ${line}`)
    outputs[name] = lines
      .splice(0, end + 1)
      .slice(0, -1)
      .join('\n')
  }
  return outputs
}

const VARIABLE = 'GITHUB_OUTPUT'

/** The file that takes the outputs of this very process, with the environment put back afterwards. */
export class OutputFile {
  #restore: (() => void) | undefined

  start(): void {
    const before = process.env[VARIABLE]
    const folder = mkdtempSync(join(tmpdir(), 'outputs-'))
    process.env[VARIABLE] = join(folder, 'output')
    writeFileSync(this.path, '')
    this.#restore = () => {
      if (before === undefined) delete process.env[VARIABLE]
      else process.env[VARIABLE] = before
      rmSync(folder, { recursive: true })
    }
  }

  stop(): void {
    this.#restore?.()
    this.#restore = undefined
  }

  get path(): string {
    return process.env[VARIABLE] ?? ''
  }

  /** The outputs that were handed on since the last look. */
  news(): Readonly<Record<string, string>> {
    const outputs = readOutputs(readFileSync(this.path, 'utf8'))
    writeFileSync(this.path, '')
    return outputs
  }
}
