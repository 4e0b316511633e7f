import type { Logger } from '../../src/ports.js'

/** Captures the standard output of this process. */
export function captureOutput() {
  const { write } = process.stdout
  const { exitCode } = process
  let text = ''
  process.stdout.write = (chunk: string | Uint8Array, ...rest: readonly unknown[]) => {
    text += typeof chunk === 'string' ? chunk : Buffer.from(chunk).toString('utf8')
    const written = rest.at(-1)
    if (typeof written === 'function') written()
    return true
  }
  return {
    text: () => text,
    /** The written lines, without empty ones. */
    lines: () => text.split(/\r?\n/).filter((line) => line !== ''),
    /** Ends the capture. Also restores the exit code. */
    stop: () => {
      process.stdout.write = write
      process.exitCode = exitCode
    },
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
