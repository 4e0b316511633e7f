import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { REMEDIES, type Remedy } from '../src/atlas/remedies.js'
import { type Parameter, readMetadata } from './metadata.js'
import { isMain, projectRoot } from './root.js'

// Updates the generated parts of the documentation: inputs and outputs in README.md from action.yml, and the table of Atlas
// errors in docs/troubleshooting.md from src/atlas/remedies.ts. A test fails if they are not current.

/** The pages with generated parts, as they are and as they should be. */
export function readPages() {
  const { inputs, outputs } = readMetadata()
  return [
    readPage('README.md', { inputs: describeInputs(inputs), outputs: describeOutputs(outputs) }),
    readPage('docs/troubleshooting.md', { troubleshooting: describeRemedies() }),
  ]
}

/**
 * @param regions Markdown by the name of its region, which is between `<!-- NAME:start -->` and `<!-- NAME:end -->`
 * @throws Error if the page has no such region
 */
function readPage(name: string, regions: Readonly<Record<string, string>>) {
  const current = readFileSync(join(projectRoot(), name), 'utf8')
  let wanted = current
  for (const [region, content] of Object.entries(regions)) {
    const pattern = new RegExp(`(?<=<!-- ${region}:start -->)[^]*(?=<!-- ${region}:end -->)`)
    if (!pattern.test(wanted)) throw new Error(`${name} has no region ${region}`)
    wanted = wanted.replace(pattern, () => content)
  }
  return { name, current, wanted }
}

/** Each name has an anchor, so that pages can link to an input. */
function describeInputs(inputs: Readonly<Record<string, Parameter>>): string {
  const rows = Object.entries(inputs).map(([name, { description, required, default: whenUnset }]) => [
    `<a id="input-${name}"></a>\`${name}\``,
    description,
    required ? 'required' : whenUnset ? `\`${whenUnset}\`` : '',
  ])
  return table(['Input', 'Description', 'Default'], rows)
}

function describeOutputs(outputs: Readonly<Record<string, Parameter>>): string {
  const rows = Object.entries(outputs).map(([name, { description }]) => [`\`${name}\``, description])
  return table(['Output', 'Description'], rows)
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const lines = [head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |\n`)
  return `\n\n${lines.join('')}\n`
}

/**
 * The title of each remedy with its codes. The annotation says what to do, so the title links only to the Atlas
 * documentation. Annotations link to the row.
 */
function describeRemedies(): string {
  const remedies: readonly Remedy[] = Object.values(REMEDIES)
  const rows = remedies.map(({ codes = [], statuses = [], title, link }) => {
    const responses = [...codes.map((code) => `\`${code}\``), ...statuses.map((status) => `HTTP ${status}`)]
    const name = link === undefined ? title : `[${title}](${link})`
    const anchor = title.toLowerCase().replaceAll(' ', '-')
    return [responses.join(', ') || 'Cluster settings', `<a id="${anchor}"></a>${name}`]
  })
  return table(['Code', 'Title'], rows)
}

if (isMain(import.meta.filename))
  for (const { name, wanted } of readPages()) writeFileSync(join(projectRoot(), name), wanted)
