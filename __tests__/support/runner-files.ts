/** Reads what was written to the file of GITHUB_OUTPUT, as the runner does: of a name, the last value wins. */
export function readOutputs(text: string): Record<string, string> {
  const outputs: Record<string, string> = {}
  const lines = text.split('\n')
  for (let line = lines.shift(); line !== undefined; line = lines.shift()) {
    if (line === '') continue
    const [, name = '', delimiter] = /^([^<=]+)<<(.+)$/.exec(line) ?? []
    const end = delimiter === undefined ? -1 : lines.indexOf(delimiter)
    if (end < 0) throw new TypeError(`no output: ${line}`)
    outputs[name] = lines
      .splice(0, end + 1)
      .slice(0, -1)
      .join('\n')
  }
  return outputs
}
