import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseOutputs } from '../../script/commands.js'

const VARIABLE = 'GITHUB_OUTPUT'

/** A temporary GITHUB_OUTPUT for this process. `stop` restores the variable. */
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

  /** The outputs since the last call. */
  news(): Readonly<Record<string, string>> {
    const outputs = parseOutputs(readFileSync(this.path, 'utf8'))
    writeFileSync(this.path, '')
    return Object.fromEntries(outputs.map(({ name, value }) => [name, value]))
  }
}
