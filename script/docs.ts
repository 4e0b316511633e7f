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
  const sections: Readonly<Record<string, string>> = SECTIONS
  const remedies = Object.entries(REMEDIES).map(([name, remedy]) =>
    describeRemedy(remedy, sections[name], Object.keys(inputs)),
  )
  return [
    readPage('README.md', {
      inputs: inputTable(mainInputs),
      'advanced-inputs': inputTable(advancedInputs),
      outputs: outputTable(mainOutputs),
      'more-outputs': outputTable(moreOutputs),
    }),
    readPage('docs/troubleshooting.md', {
      troubleshooting: `\n\n${remedies.join('\n\n')}\n\n`,
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

/** Sections of these pages that help with an error. */
const SECTIONS: Partial<Record<keyof typeof REMEDIES, string>> = {
  missingRole: '[Set up Atlas](../README.md#set-up-atlas)',
  notOnAccessList:
    '[GitHub-hosted runners and the API access list](recipes.md#github-hosted-runners-and-the-api-access-list)',
  invalidClientSecret: '[Rotate the client secret](recipes.md#rotate-the-client-secret)',
}

/** A remedy as Markdown: the title as a heading, its codes, and links. The annotation already says what to do. */
function describeRemedy(
  { codes = [], statuses = [], title, remedy, link }: Remedy,
  section: string | undefined,
  inputNames: readonly string[],
): string {
  const responses = [...codes.map((code) => `\`${code}\``), ...statuses.map((status) => `HTTP ${status}`)]
  const documentation = link && `[MongoDB's documentation](${link})`
  const links = [section, documentation].filter((each) => each !== undefined).join(' and ')
  const help = links === '' ? formatRemedy(remedy, inputNames) : `See ${links}.`
  return `### ${title}\n\n${responses.length > 0 ? `${responses.join(', ')}: ` : ''}${help}`
}

function formatRemedy(remedy: string, inputNames: readonly string[]): string {
  // Only names with a hyphen, because `wait` and others are also plain words.
  const names = inputNames.filter((name) => name.includes('-'))
  return remedy
    .replaceAll('{credential}', 'API key or service account')
    .replaceAll('{address}', "the runner's IP address")
    .replace(/[\\`*_[\]<|]/g, '\\$&')
    .replace(new RegExp(`\\b(${names.join('|')})\\b`, 'g'), '`$1`')
}

if (isMain(import.meta.url))
  for (const { name, wanted } of readPages()) writeFileSync(join(projectRoot(), name), wanted)
