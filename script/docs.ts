import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { BLOCKERS } from '../src/atlas/cluster.js'
import { REMEDIES, type Remedy } from '../src/atlas/remedies.js'
import { TITLES } from '../src/titles.js'
import { code, plain, table } from './markdown.js'
import { type InputMetadata, type OutputMetadata, readMetadata } from './metadata.js'
import { renderResponses } from './response-table.js'
import { isMain, projectRoot } from './root.js'

// Updates the generated parts of the documentation: the tables in README.md from action.yml, the Atlas errors in
// docs/troubleshooting.md from src/atlas/remedies.ts and src/atlas/cluster.ts, and the responses in docs/architecture.md
// from src/atlas/response-rules.ts. A test fails if they are not current.

/** action.yml lists first what most workflows use. The rest has its own tables, from here on. */
const FIRST_ADVANCED_INPUT = 'snapshot-id'
const FIRST_DETAIL_OUTPUT = 'type'

/**
 * Replaces the text between the markers `<!-- NAME:start -->` and `<!-- NAME:end -->`.
 *
 * @throws Error if the markers are missing
 */
function replaceRegion(text: string, name: string, content: string): string {
  const [start, end] = [`<!-- ${name}:start -->`, `<!-- ${name}:end -->`]
  const from = text.indexOf(start)
  const to = text.indexOf(end)
  if (from < 0 || to < from) throw new Error(`the markers ${start} and ${end} are missing`)
  return `${text.slice(0, from + start.length)}\n\n${content}\n\n${text.slice(to)}`
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

/** Errors with the same fix, which share a section. Its text is that of the first. */
const SAME_FIX: readonly string[] = [TITLES.noCloudBackup, TITLES.flexCluster, TITLES.instanceTooSmall]

/** Renders remedies as Markdown: the title of the error as a heading, its codes, and what to do. */
function renderTroubleshooting(rows: readonly Remedy[]): string {
  // Only names with a hyphen, because `wait` and others are also plain words.
  const names = readMetadata().inputs.flatMap(({ name }) => (name.includes('-') ? [name] : []))
  const inputNames = new RegExp(`\\b(${names.join('|')})\\b`, 'g')
  return rows
    .filter(({ title }) => !SAME_FIX.slice(1).includes(title))
    .map(({ statuses, title, remedy, link }) => {
      const titles = title === SAME_FIX[0] ? SAME_FIX : [title]
      const codes = rows.flatMap((row) => (titles.includes(row.title) ? (row.codes ?? []) : []))
      const see = link === undefined ? '' : ` See [MongoDB's documentation](${link}).`
      const fix = remedy
        .replaceAll('{credential}', 'API key or service account')
        .replaceAll('{address}', "the runner's IP address")
      const advice = plain(fix).replace(inputNames, '`$1`')
      const headings = titles.map((each) => `### ${each}\n\n`).join('')
      return `${headings}${formatResponses(codes, statuses)}${advice}${see}`
    })
    .join('\n\n')
}

function formatResponses(codes: readonly string[], statuses: readonly number[] = []): string {
  const responses = [...codes.map((code) => `\`${code}\``), ...statuses.map((status) => `HTTP ${status}`)]
  return responses.length === 0 ? '' : `${responses.join(', ')}: `
}

/** A page with a generated part. */
interface Page {
  /** Path in the project. */
  readonly name: string
  readonly current: string
  /** The page with its generated parts updated. */
  readonly wanted: string
}

/** The pages with generated parts. */
export function readPages(): Page[] {
  const metadata = readMetadata()
  const [inputs, advancedInputs] = splitAt(metadata.inputs, FIRST_ADVANCED_INPUT)
  const [outputs, moreOutputs] = splitAt(metadata.outputs, FIRST_DETAIL_OUTPUT)
  const remedies = [...REMEDIES, ...Object.values(BLOCKERS)]
  return [
    readPage('README.md', {
      inputs: inputTable(inputs),
      'advanced-inputs': inputTable(advancedInputs),
      outputs: outputTable(outputs),
    }),
    readPage('docs/outputs.md', { 'more-outputs': outputTable(moreOutputs) }),
    readPage('docs/troubleshooting.md', { troubleshooting: renderTroubleshooting(remedies) }),
    readPage('docs/architecture.md', { responses: renderResponses() }),
  ]
}

/** @param regions Markdown by the name of its region */
function readPage(name: string, regions: Readonly<Record<string, string>>): Page {
  const current = readFileSync(join(projectRoot(), name), 'utf8')
  const wanted = Object.entries(regions).reduce(
    (text, [region, content]) => replaceRegion(text, region, content),
    current,
  )
  return { name, current, wanted }
}

if (isMain(import.meta.url))
  for (const { name, wanted } of readPages()) writeFileSync(join(projectRoot(), name), wanted)
