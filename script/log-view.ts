import { parseCommand } from './commands.js'

const headings: Readonly<Record<string, string>> = { error: 'Error', warning: 'Warning', notice: 'Notice' }

/** Converts lines that an action prints into the lines that GitHub shows, with secrets masked. */
export class LogView {
  readonly #secrets = new Set<string>()

  constructor(secrets: readonly string[]) {
    for (const secret of secrets) this.#add(secret)
  }

  /** The visible lines. Empty for a command without visible text. */
  render(line: string): string[] {
    const command = parseCommand(line)
    if (command === undefined) return this.mask(line).split('\n')
    if (command.name === 'add-mask') this.#add(command.data)
    const heading = headings[command.name]
    if (heading === undefined) return []
    const { title } = command.properties
    return this.mask(`${heading}: ${title === undefined ? '' : `${title}: `}${command.data}`).split('\n')
  }

  mask(text: string): string {
    // Longest first, because one secret can be part of another.
    const secrets = [...this.#secrets].sort((a, b) => b.length - a.length)
    return secrets.reduce((masked, secret) => masked.replaceAll(secret, '***'), text)
  }

  /** The runner also masks each line of a secret. */
  #add(secret: string): void {
    for (const line of [secret, ...secret.split(/\r?\n/)]) if (line.trim() !== '') this.#secrets.add(line)
  }
}
