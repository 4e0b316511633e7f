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
