import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { REMEDIES, type Remedy } from '../src/atlas/remedies.js'
import { RESPONSE_RULES, type ResponseRule, type Sender } from '../src/atlas/response-rules.js'
import { type Parameter, readMetadata } from './metadata.js'
import { isMain, projectRoot } from './root.js'

// Updates the generated parts of the documentation: the tables in README.md from action.yml, the Atlas errors in
// docs/troubleshooting.md from src/atlas/remedies.ts, and the responses in docs/architecture.md from
// src/atlas/response-rules.ts. A test fails if they are not current.

/** An input or output, with its name. */
type Named = readonly [name: string, parameter: Parameter]

/** A page with generated parts. */
interface Page {
  /** Path in the project. */
  readonly name: string
  readonly current: string
  /** The page with its generated parts updated. */
  readonly wanted: string
}

/** The pages with generated parts. */
export function readPages(): Page[] {
  const { inputs, outputs } = readMetadata()
  // action.yml lists first what most workflows use. The rest has its own tables.
  const [mainInputs, advancedInputs] = splitBefore(inputs, 'snapshot-id')
  const [mainOutputs, moreOutputs] = splitBefore(outputs, 'type')
  const remedies = Object.values(REMEDIES)
  return [
    readPage('README.md', {
      inputs: inputTable(mainInputs),
      'advanced-inputs': inputTable(advancedInputs),
      outputs: outputTable(mainOutputs),
      'more-outputs': outputTable(moreOutputs),
    }),
    readPage('docs/troubleshooting.md', {
      troubleshooting: `\n\n${remedies.map((remedy) => describeRemedy(remedy, Object.keys(inputs))).join('\n\n')}\n\n`,
    }),
    readPage('docs/architecture.md', describeResponses()),
  ]
}

/**
 * @param regions Markdown by the name of its region, which is between `<!-- NAME:start -->` and `<!-- NAME:end -->`
 * @throws Error if the page has no such region
 */
function readPage(name: string, regions: Readonly<Record<string, string>>): Page {
  const current = readFileSync(join(projectRoot(), name), 'utf8')
  let wanted = current
  for (const [region, content] of Object.entries(regions)) {
    const [before, after] = wanted.split(
      new RegExp(`(?<=<!-- ${region}:start -->)[^]*(?=<!-- ${region}:end -->)`),
    )
    if (after === undefined) throw new Error(`${name} has no region ${region}`)
    wanted = `${before}${content}${after}`
  }
  return { name, current, wanted }
}

function splitBefore(parameters: Readonly<Record<string, Parameter>>, first: string): [Named[], Named[]] {
  const all = Object.entries(parameters)
  const index = Object.keys(parameters).indexOf(first)
  if (index < 0) throw new Error(`action.yml has no ${first}`)
  return [all.slice(0, index), all.slice(index)]
}

function inputTable(inputs: readonly Named[]): string {
  const rows = inputs.map(([name, { description, required, default: whenUnset = '' }]) => [
    `\`${name}\``,
    description,
    required ? '**required**' : whenUnset && `\`${whenUnset}\``,
  ])
  return table(['Input', 'Description', 'Default'], rows)
}

function outputTable(outputs: readonly Named[]): string {
  return table(
    ['Output', 'Description'],
    outputs.map(([name, { description }]) => [`\`${name}\``, description]),
  )
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const escaped = rows.map((cells) => cells.map((cell) => cell.replaceAll('|', '\\|')))
  const [header, ...lines] = [head, ...escaped].map((cells) => `| ${cells.join(' | ')} |`)
  return `\n\n${[header, `|${'---|'.repeat(head.length)}`, ...lines].join('\n')}\n\n`
}

const SENDERS: Readonly<Record<Sender, string>> = {
  atlas: ' in the format of Atlas',
  other: ' in any other format',
}

/** The responses with each meaning, separated by commas. */
function describeResponses(): Record<string, string> {
  const described: Record<string, string> = {}
  for (const { meaning, statuses, code, detail, sender } of RESPONSE_RULES) {
    const [first, last] = statuses
    const isInRange = ({ statuses: [status, end] }: ResponseRule) =>
      last !== undefined && end === undefined && first <= status && status <= last
    const other = RESPONSE_RULES.some(isInRange) ? 'other ' : ''
    const status = last === undefined ? `${first}` : `${other}${first / 100}xx`
    const about = detail === undefined ? '' : ' about the token limit'
    const response =
      status + (code === undefined ? ((sender && SENDERS[sender]) ?? '') : ` \`${code}\`${about}`)
    const before = described[meaning]
    described[meaning] = before === undefined ? response.replace(/^o/, 'O') : `${before}, ${response}`
  }
  return described
}

/** A remedy as Markdown: the title of the error as a heading, its codes, and what to do. */
function describeRemedy(
  { codes = [], statuses = [], title, remedy, link }: Remedy,
  inputNames: readonly string[],
): string {
  const responses = [...codes.map((code) => `\`${code}\``), ...statuses.map((status) => `HTTP ${status}`)]
  // Only names with a hyphen, because `wait` and others are also plain words.
  const names = inputNames.filter((name) => name.includes('-'))
  const fix = remedy
    .replaceAll('{credential}', 'API key or service account')
    .replaceAll('{address}', "the runner's IP address")
    .replace(/[\\`*_[\]<|]/g, '\\$&')
    .replace(new RegExp(`\\b(${names.join('|')})\\b`, 'g'), '`$1`')
  const see = link === undefined ? '' : ` See [MongoDB's documentation](${link}).`
  return `### ${title}\n\n${responses.join(', ')}${responses.length > 0 ? ': ' : ''}${fix}${see}`
}

if (isMain(import.meta.url))
  for (const { name, wanted } of readPages()) writeFileSync(join(projectRoot(), name), wanted)
