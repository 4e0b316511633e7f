/** Standard output, kept instead of written, with the exit code put back afterwards. */
export class CapturedOutput {
  readonly #chunks: string[] = []
  #restore: (() => void) | undefined

  /** @param onWrite called with each text before it is kept; what it throws, writing throws */
  start(onWrite: (text: string) => void = () => undefined): void {
    const { write } = process.stdout
    const { exitCode } = process
    this.#restore = () => {
      process.stdout.write = write
      process.exitCode = exitCode
    }
    process.stdout.write = (chunk: string | Uint8Array, ...rest: readonly unknown[]) => {
      const text = typeof chunk === 'string' ? chunk : Buffer.from(chunk).toString('utf8')
      onWrite(text)
      this.#chunks.push(text)
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

  /** The lines that were written, without empty ones. */
  lines(): string[] {
    return this.text()
      .split('\n')
      .filter((line) => line !== '')
  }
}
