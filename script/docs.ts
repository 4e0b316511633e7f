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

const expression = (text: string) => `\${{ ${text} }}`
/** The inputs of a usual step. The others are comments, so that the block is safe to copy. */
const USED = ['group-id', 'cluster-name', 'public-key', 'private-key', 'wait']
/** Examples for inputs. Without one, an input shows its default. */
const EXAMPLES: Readonly<Record<string, string>> = {
  'group-id': expression('vars.ATLAS_PROJECT_ID'),
  'cluster-name': 'shop-prod',
  'client-id': expression('secrets.ATLAS_CLIENT_ID'),
  'client-secret': expression('secrets.ATLAS_CLIENT_SECRET'),
  'public-key': expression('secrets.ATLAS_PUBLIC_KEY'),
  'private-key': expression('secrets.ATLAS_PRIVATE_KEY'),
  wait: 'true',
  'snapshot-id': expression("steps.early.outputs.snapshot-id || 'missing'"),
  'reuse-within-minutes': '15',
  description: 'Before the migration',
  'github-token': expression('github.token'),
  'poll-interval-seconds': '15',
}

/** All inputs once, as a step to copy. */
function describeInputs(inputs: Readonly<Record<string, Parameter>>): string {
  // As in the other examples of the page.
  const [action] = /\S+@v\d+/.exec(readFileSync(join(projectRoot(), 'README.md'), 'utf8')) ?? []
  const described = Object.entries(inputs).map(([name, input]) => {
    const { description, required, default: whenUnset = '' } = input
    const isUsed = USED.includes(name)
    const note = required ? ' Required.' : isUsed && whenUnset ? ` Default: ${whenUnset}.` : ''
    const comment = `${description.replaceAll('`', '')}${note}`.replace(/(.{1,98}|\S+)( |$)/g, '# $1\n')
    // YAML would read a date.
    const value = EXAMPLES[name] ?? whenUnset.replace(/^\d+-.*/, "'$&'")
    return `${comment}${isUsed ? '' : '# '}${name}: ${value || '…'}\n`.replace(/^(?=.)/gm, '    ')
  })
  return `\n\n\`\`\`yaml\n# Steps of your deployment job\n- uses: ${action}\n  with:\n${described.join('\n')}\`\`\`\n\n`
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
