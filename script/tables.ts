import type { ActionMetadata } from './metadata.js'
import { withRegion } from './region.js'

/** A README with its tables of inputs and outputs made anew between their markers. */
export function withTables(readme: string, metadata: ActionMetadata): string {
  const inputs = metadata.inputs.map((input) => {
    const whenUnset = input.required ? '**required**' : input.default === undefined ? '' : code(input.default)
    return [code(input.name), whenUnset, input.description]
  })
  const outputs = metadata.outputs.map((output) => [code(output.name), output.description])
  const filled = withRegion(readme, 'inputs', table(['Input', 'Default', 'Meaning'], inputs))
  return withRegion(filled, 'outputs', table(['Output', 'Value'], outputs))
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  return [head, head.map(() => '---'), ...rows]
    .map((cells) => `| ${cells.map(cell).join(' | ')} |`)
    .join('\n')
}

/** Text that stays within its cell and shows as it reads; in a code span Markdown itself lets `<` be. */
function cell(text: string): string {
  const escaped = text.replace(/`[^`]*`|</g, (found) => (found === '<' ? '&lt;' : found))
  return escaped.replace(/\s+/g, ' ').replaceAll('|', '\\|')
}

function code(text: string): string {
  return `\`${text}\``
}
