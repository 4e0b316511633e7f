import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { BLOCKERS } from '../src/atlas/cluster.js'
import { REMEDIES, type Remedy } from '../src/atlas/remedies.js'
import { code, plain, table } from './markdown.js'
import { type ActionMetadata, type InputMetadata, type OutputMetadata, readMetadata } from './metadata.js'
import { replaceRegion } from './replace-region.js'
import { renderResponses } from './response-table.js'
import { isMain, projectRoot } from './root.js'

/** action.yml lists first what most workflows use. The rest has its own tables, from here on. */
const FIRST_ADVANCED_INPUT = 'snapshot-id'
const FIRST_DETAIL_OUTPUT = 'type'

/** A README with its tables of inputs and outputs updated between their markers. */
export function replaceTables(readme: string, metadata: ActionMetadata): string {
  const [inputs, advanced] = splitAt(metadata.inputs, FIRST_ADVANCED_INPUT)
  const [outputs, details] = splitAt(metadata.outputs, FIRST_DETAIL_OUTPUT)
  const regions = {
    inputs: inputTable(inputs),
    'advanced-inputs': inputTable(advanced),
    outputs: outputTable(outputs),
    'more-outputs': outputTable(details),
  }
  return Object.entries(regions).reduce((text, [name, rows]) => replaceRegion(text, name, rows), readme)
}

function splitAt<T extends { readonly name: string }>(all: readonly T[], first: string): [T[], T[]] {
  const index = all.findIndex(({ name }) => name === first)
  return index < 0 ? [[...all], []] : [all.slice(0, index), all.slice(index)]
}

function inputTable(inputs: readonly InputMetadata[]): string {
  const rows = inputs.map(({ name, description, required, default: whenUnset }) => {
    const shown = required ? '**required**' : whenUnset === undefined ? '' : code(whenUnset)
    return [code(name), description, shown]
  })
  return table(['Input', 'Description', 'Default'], rows)
}

function outputTable(outputs: readonly OutputMetadata[]): string {
  return table(
    ['Output', 'Description'],
    outputs.map(({ name, description }) => [code(name), description]),
  )
}

/** Replacements for the placeholders of a remedy. */
const PLACEHOLDERS: Readonly<Record<string, string>> = {
  '{credential}': 'API key or service account',
  '{address}': "the runner's IP address",
}

/** Renders remedies as Markdown: the title of the error as a heading, its codes, and what to do. */
export function renderTroubleshooting(rows: readonly Remedy[]): string {
  // Only names with a hyphen, because `wait` and others are also plain words.
  const names = readMetadata().inputs.flatMap(({ name }) => (name.includes('-') ? [name] : []))
  const inputNames = new RegExp(`\\b(${names.join('|')})\\b`, 'g')
  return rows
    .map(({ codes, statuses, title, remedy, link }) => {
      const see = link === undefined ? '' : ` See [MongoDB's documentation](${link}).`
      return `### ${title}\n\n${formatResponses(codes, statuses)}${plain(fillPlaceholders(remedy)).replace(inputNames, '`$1`')}${see}`
    })
    .join('\n\n')
}

function fillPlaceholders(text: string): string {
  return Object.entries(PLACEHOLDERS).reduce(
    (filled, [placeholder, words]) => filled.replaceAll(placeholder, words),
    text,
  )
}

function formatResponses(codes: readonly string[] = [], statuses: readonly number[] = []): string {
  const responses = [...codes.map((code) => `\`${code}\``), ...statuses.map((status) => `HTTP ${status}`)]
  return responses.length === 0 ? '' : `${responses.join(', ')}: `
}

const usage = `usage: npm run docs -- [--check]

Update the generated parts of the documentation: the tables in README.md from action.yml, the Atlas errors in
docs/troubleshooting.md from src/atlas/remedies.ts and src/atlas/cluster.ts, and the responses in docs/architecture.md
from src/atlas/response-rules.ts.

  --check  change nothing, and fail if a page is out of date
  --help   print this help
`

/** A page with a generated part. */
export interface Page {
  /** Path in the project. */
  readonly name: string
  readonly current: string
  /** The page with its generated parts updated. */
  readonly wanted: string
}

/** The pages with generated parts. */
export function readPages(): Page[] {
  const remedies = [...REMEDIES, ...Object.values(BLOCKERS)]
  return [
    readPage('README.md', (text) => replaceTables(text, readMetadata())),
    readPage('docs/troubleshooting.md', (text) =>
      replaceRegion(text, 'troubleshooting', renderTroubleshooting(remedies)),
    ),
    readPage('docs/architecture.md', (text) => replaceRegion(text, 'responses', renderResponses())),
  ]
}

function readPage(name: string, update: (text: string) => string): Page {
  const current = readFileSync(join(projectRoot(), name), 'utf8')
  return { name, current, wanted: update(current) }
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
        process.stderr.write(`${name} is out of date\n`)
        process.stderr.write('Run: npm run docs\n')
        process.exitCode = 1
      }
    }
  }
}
