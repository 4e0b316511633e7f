import { parseCommand } from './commands.js'
import { Masker } from './masker.js'

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
  hide(secret: string): void {
    this.#masker.add(secret)
  }

  mask(text: string): string {
    return this.#masker.mask(text)
  }
}
