import { parseCommand } from './commands.js'

const headings: Readonly<Record<string, string>> = { error: 'Error', warning: 'Warning', notice: 'Notice' }

/** Turns the lines that an action prints into those that a reader of its log on GitHub sees. */
export class LogView {
  readonly #masker = new Masker()

  /** What the reader sees of this line; empty for a command that shows nothing. */
  render(line: string): string[] {
    const command = parseCommand(line)
    if (command === undefined) return this.#masker.mask(line).split('\n')
    if (command.name === 'add-mask') this.#masker.add(command.data)
    if (command.name === 'group') return [`▼ ${this.#masker.mask(command.data)}`]
    const heading = headings[command.name]
    if (heading === undefined) return []
    const { title } = command.properties
    const text = `${heading}: ${title === undefined ? '' : `${title}: `}${command.data}`
    return this.#masker.mask(text).split('\n')
  }

  /** A secret that is known from the start, as those in the `secrets` context are. */
  addSecret(secret: string): void {
    this.#masker.add(secret)
  }

  mask(text: string): string {
    return this.#masker.mask(text)
  }
}
/** Hides, as the runner does, every value it was told about with `::add-mask::`. */
export class Masker {
  readonly #secrets = new Set<string>()

  add(secret: string): void {
    // The runner masks each line of a secret for itself.
    for (const line of [secret, ...secret.split(/\r?\n/)]) if (line.trim() !== '') this.#secrets.add(line)
  }

  mask(text: string): string {
    let masked = text
    // The longest first: one secret may be a part of another.
    for (const secret of [...this.#secrets].sort((a, b) => b.length - a.length)) {
      masked = masked.replaceAll(secret, '***')
    }
    return masked
  }
}
