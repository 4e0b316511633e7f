import { parseCommand } from './commands.js'

const headings: Readonly<Record<string, string>> = { error: 'Error', warning: 'Warning', notice: 'Notice' }

/** Converts lines that an action prints into the lines that GitHub shows. */
export class LogView {
  readonly #masker = new Masker()

  /** The visible lines. Empty for a command without visible text. */
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

  /** Masks a secret, like the runner does for the `secrets` context. */
  addSecret(secret: string): void {
    this.#masker.add(secret)
  }

  mask(text: string): string {
    return this.#masker.mask(text)
  }
}

/** Masks secrets like the runner. */
export class Masker {
  readonly #secrets = new Set<string>()

  add(secret: string): void {
    // The runner also masks each line of a secret.
    for (const line of [secret, ...secret.split(/\r?\n/)]) if (line.trim() !== '') this.#secrets.add(line)
  }

  mask(text: string): string {
    let masked = text
    // Longest first, because one secret can be part of another.
    for (const secret of [...this.#secrets].sort((a, b) => b.length - a.length)) {
      masked = masked.replaceAll(secret, '***')
    }
    return masked
  }
}
