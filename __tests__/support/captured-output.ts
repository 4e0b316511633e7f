import type { Logger } from '../../src/runtime.js'

/** Captures standard output. `stop` also restores the exit code. */
export class CapturedOutput {
  readonly #chunks: string[] = []
  #restore: (() => void) | undefined

  start(): void {
    const { write } = process.stdout
    const { exitCode } = process
    this.#restore = () => {
      process.stdout.write = write
      process.exitCode = exitCode
    }
    process.stdout.write = (chunk: string | Uint8Array, ...rest: readonly unknown[]) => {
      this.#chunks.push(typeof chunk === 'string' ? chunk : Buffer.from(chunk).toString('utf8'))
      const written = rest.at(-1)
      if (typeof written === 'function') written()
      return true
    }
  }

  stop(): void {
    this.#restore?.()
    this.#restore = undefined
    this.clear()
  }

  clear(): void {
    this.#chunks.length = 0
  }

  text(): string {
    return this.#chunks.join('')
  }

  /** The written lines, without empty ones. */
  lines(): string[] {
    return this.text()
      .split('\n')
      .filter((line) => line !== '')
  }
}

/** A logger that keeps each message with its level as prefix. */
export class LogLines implements Logger {
  readonly lines: string[] = []
  readonly debug = this.#keep('debug')
  readonly info = this.#keep('info')
  readonly notice = this.#keep('notice')
  readonly warning = this.#keep('warning')

  #keep(level: string): (message: string) => void {
    return (message) => void this.lines.push(`${level}: ${message}`)
  }
}
