/** The names of all commands of the runner. */
const known = `add-mask add-matcher add-path debug echo endgroup error group internal-set-repo-path notice
remove-matcher save-state set-env set-output stop-commands warning`.split(/\s+/)

/**
 * The command in a line, if any. There are two forms: `::name key=value,…::data` at the start of the line, and the
 * older `##[name key=value;…]data` anywhere in it. A line that starts with `::` can't contain the older form.
 */
export function parseCommand(line: string) {
  const isOlder = !line.trimStart().startsWith('::')
  const pattern = isOlder ? /##\[(.*?)\](.*)/s : /^\s*::(.*?)::(.*)/s
  const [, info = '', data = ''] = pattern.exec(line) ?? []
  const [, name = '', list = ''] = /^(\S*) ?(.*)$/s.exec(info) ?? []
  if (!known.includes(name)) return undefined
  const properties: Record<string, string> = {}
  for (const property of list.split(isOlder ? ';' : ',')) {
    const equals = property.indexOf('=')
    if (equals > 0) properties[property.slice(0, equals).trim()] = decode(property.slice(equals + 1))
  }
  return { name, properties, data: decode(data) }
}

/** The last value of each output in a GITHUB_OUTPUT file. Throws an Error if the file is malformed. */
export function parseOutputs(text: string): Readonly<Record<string, string>> {
  const outputs: Record<string, string> = {}
  const lines = text.split(/\r?\n/)
  for (let line = lines.shift(); line !== undefined; line = lines.shift()) {
    const [, name = '', delimiter] = /^([^=]*?)<<(.+)$/.exec(line) ?? []
    if (delimiter !== undefined) {
      const end = lines.indexOf(delimiter)
      if (end < 0) throw new Error(`GITHUB_OUTPUT: the value of ${name} has no end delimiter`)
      const value = lines.splice(0, end + 1)
      outputs[name] = value.slice(0, end).join('\n')
    } else if (line !== '') throw new Error(`GITHUB_OUTPUT: not an output: ${line}`)
  }
  return outputs
}

/** Decodes the character references that the action writes. */
export function decodeHtml(text: string): string {
  return text
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&quot;', '"')
    .replaceAll('&amp;', '&')
}

function decode(text: string): string {
  return text.replace(/%(?:0D|0A|3A|2C|3B|5D|25)/g, (escaped) => decodeURIComponent(escaped))
}
