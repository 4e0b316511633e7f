/** A Markdown table. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  return [head, head.map(() => '---'), ...rows]
    .map((cells) => `| ${cells.map(cell).join(' | ')} |`)
    .join('\n')
}

/** Escapes text for a table cell. In a code span, Markdown doesn't interpret `<`. */
function cell(text: string): string {
  const escaped = text.replace(/`[^`]*`|</g, (found) => (found === '<' ? '&lt;' : found))
  return escaped.replace(/\s+/g, ' ').replaceAll('|', '\\|')
}

export function code(text: string): string {
  return `\`${text}\``
}

/** Escapes Markdown. */
export function plain(text: string): string {
  return text.replace(/[\\`*_[\]<|]/g, '\\$&')
}
