/** The names of all commands of the runner. */
const known = `add-mask add-matcher add-path debug echo endgroup error group internal-set-repo-path notice
remove-matcher save-state set-env set-output stop-commands warning`.split(/\s/)

/**
 * The command in a line, if any. There are two forms: `::name key=value,…::data` at the start of the line, and the
 * older `##[name key=value;…]data` anywhere in it. A line that starts with `::` can't contain the older form.
 */
export function parseCommand(line: string) {
  const start = line.trimStart()
  if (start.startsWith('::')) {
    const end = start.indexOf('::', 2)
    return end < 0 ? undefined : command(start.slice(2, end), ',', start.slice(end + 2))
  }
  const open = line.indexOf('##[')
  const close = line.indexOf(']', open)
  return open < 0 || close < 0 ? undefined : command(line.slice(open + 3, close), ';', line.slice(close + 1))
}

/** The last value of each output in a GITHUB_OUTPUT file. Throws an Error if the file is malformed. */
export function parseOutputs(text: string): Readonly<Record<string, string>> {
  const lines = text.split(/\r?\n/)
  const outputs: Record<string, string> = {}
  for (let at = 0; at < lines.length; at++) {
    const line = lines[at] ?? ''
    const heredoc = /^([^=]*?)<<(.+)$/.exec(line)
    if (heredoc !== null) {
      const [, name = '', delimiter = ''] = heredoc
      const end = lines.indexOf(delimiter, at + 1)
      if (end < 0) throw new Error(`GITHUB_OUTPUT: the value of ${name} has no end delimiter`)
      outputs[name] = lines.slice(at + 1, end).join('\n')
      at = end
    } else if (line !== '') {
      throw new Error(`GITHUB_OUTPUT: not an output: ${line}`)
    }
  }
  return outputs
}

function command(info: string, separator: string, data: string) {
  const [, name = '', rest = ''] = /^(\S*) ?(.*)$/s.exec(info) ?? []
  if (!known.includes(name)) return undefined
  const properties: Record<string, string> = {}
  for (const property of rest.split(separator)) {
    const equals = property.indexOf('=')
    if (equals > 0) properties[property.slice(0, equals).trim()] = decode(property.slice(equals + 1))
  }
  return { name, properties, data: decode(data) }
}

function decode(text: string): string {
  return text.replace(/%(?:0D|0A|3A|2C|3B|5D|25)/g, (escaped) => decodeURIComponent(escaped))
}
