import type { Logger } from '../../src/runtime.js'

/** A log that is kept: each line with its kind in front. */
export class LogLines implements Logger {
  readonly lines: string[] = []

  debug(message: string): void {
    this.lines.push(`debug: ${message}`)
  }

  info(message: string): void {
    this.lines.push(`info: ${message}`)
  }

  notice(message: string): void {
    this.lines.push(`notice: ${message}`)
  }

  warning(message: string): void {
    this.lines.push(`warning: ${message}`)
  }
}
