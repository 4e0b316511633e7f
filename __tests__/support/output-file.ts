import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { readOutputs } from './runner-files.js'

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
