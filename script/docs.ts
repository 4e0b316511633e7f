import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { BLOCKERS } from '../src/atlas/cluster.js'
import { REMEDIES, type Remedy } from '../src/atlas/remedies.js'
import { type ActionMetadata, readMetadata } from './metadata.js'
import { replaceRegion } from './replace-region.js'
import { isMain, projectRoot } from './root.js'

/** A README with its tables of inputs and outputs made anew between their markers. */
export function replaceTables(readme: string, metadata: ActionMetadata): string {
  const inputs = metadata.inputs.map((input) => {
    const whenUnset = input.required ? '**required**' : input.default === undefined ? '' : code(input.default)
    return [code(input.name), whenUnset, input.description]
  })
  const outputs = metadata.outputs.map((output) => [code(output.name), output.description])
  const filled = replaceRegion(readme, 'inputs', table(['Input', 'Default', 'Meaning'], inputs))
  return replaceRegion(filled, 'outputs', table(['Output', 'Value'], outputs))
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

/** What the placeholders of a remedy stand for in a page. */
const PLACEHOLDERS: Readonly<Record<string, string>> = {
  '{credential}': 'API key or service account',
  '{address}': "the runner's IP address",
}

/** The rows as Markdown: a heading that the user sees as the annotation's title, the codes it stands for, what to do. */
export function renderTroubleshooting(rows: readonly Remedy[]): string {
  return rows
    .map(({ codes, statuses, title, remedy, link }) => {
      const see = link === undefined ? '' : ` [Atlas's documentation](${link}) says more.`
      return `### ${title}\n\n${formatResponses(codes, statuses)}${plain(fillPlaceholders(remedy))}${see}`
    })
    .join('\n\n')
}

/** A title or a remedy with its placeholders replaced. */
function fillPlaceholders(text: string): string {
  return Object.entries(PLACEHOLDERS).reduce(
    (filled, [placeholder, words]) => filled.replaceAll(placeholder, words),
    text,
  )
}

function formatResponses(codes: readonly string[] = [], statuses: readonly number[] = []): string {
  const answers = [...codes.map((code) => `\`${code}\``), ...statuses.map((status) => `HTTP ${status}`)]
  return answers.length === 0 ? '' : `${answers.join(', ')}: `
}

/** Text that Markdown shows as it reads. */
function plain(text: string): string {
  return text.replace(/[\\`*_[\]<|]/g, '\\$&')
}

const usage = `usage: npm run docs -- [--check]

Writes the tables of inputs and outputs, from action.yml, into README.md, and what to do about each refusal of
Atlas and each obstacle of a cluster, from src/atlas/remedies.ts and cluster.ts, into docs/troubleshooting.md.
--check writes nothing and fails where one of them is not current.
`

/** A page of which a part is generated. */
export interface Page {
  /** From the project's folder. */
  readonly name: string
  readonly current: string
  /** As action.yml and the remedies say it should be. */
  readonly wanted: string
}

/** The pages as they are, and as they should be. */
export function readPages(): Page[] {
  const remedies = [...REMEDIES, ...Object.values(BLOCKERS)]
  return [
    readPage('README.md', (text) => replaceTables(text, readMetadata())),
    readPage('docs/troubleshooting.md', (text) =>
      replaceRegion(text, 'troubleshooting', renderTroubleshooting(remedies)),
    ),
  ]
}

function readPage(name: string, madeAnew: (text: string) => string): Page {
  const current = readFileSync(join(projectRoot(), name), 'utf8')
  return { name, current, wanted: madeAnew(current) }
}

if (isMain(import.meta.url)) {
  const { values } = parseArgs({ options: { check: { type: 'boolean' }, help: { type: 'boolean' } } })
  if (values.help) {
    process.stdout.write(usage)
  } else {
    for (const { name, current, wanted } of readPages()) {
      if (!values.check) {
        writeFileSync(join(projectRoot(), name), wanted)
      } else if (current !== wanted) {
        process.stderr.write(`${name} is not what action.yml and the remedies in src/atlas make\n`)
        process.stderr.write('run: npm run docs\n')
        process.exitCode = 1
      }
    }
  }
}
