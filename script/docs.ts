import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { REMEDIES, type Remedy } from '../src/atlas/remedies.js'
import { RESPONSE_RULES, type ResponseRule } from '../src/atlas/response-rules.js'
import { type Parameter, readMetadata } from './metadata.js'
import { isMain, projectRoot } from './root.js'

// Updates the generated parts of the documentation: the tables in README.md from action.yml, the Atlas errors in
// docs/troubleshooting.md from src/atlas/remedies.ts, and the responses in docs/architecture.md from
// src/atlas/response-rules.ts. A test fails if they are not current.

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
  const [mainInputs, advancedInputs] = splitTable(['Input', 'Description', 'Default'], inputs, 'snapshot-id')
  const [mainOutputs, moreOutputs] = splitTable(['Output', 'Description'], outputs, 'type')
  // Only names with a hyphen, because `wait` and others are also plain words.
  const names = Object.keys(inputs).filter((name) => name.includes('-'))
  const remedies = Object.entries(REMEDIES).map((entry) => describeRemedy(entry, names))
  return [
    readPage('README.md', {
      inputs: mainInputs,
      'advanced-inputs': advancedInputs,
      outputs: mainOutputs,
      'more-outputs': moreOutputs,
    }),
    readPage('docs/troubleshooting.md', { troubleshooting: `\n\n${remedies.join('\n\n')}\n\n` }),
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

/** Two tables of inputs or outputs, the second one from `first` on. */
function splitTable(
  head: readonly string[],
  parameters: Readonly<Record<string, Parameter>>,
  first: string,
): [string, string] {
  const rows = Object.entries(parameters).map(
    ([name, { description, required, default: whenUnset = '' }]) => {
      const cells = [`\`${name}\``, description, required ? '**required**' : whenUnset && `\`${whenUnset}\``]
      return `\n| ${cells.slice(0, head.length).join(' | ')} |`
    },
  )
  const top = `\n\n| ${head.join(' | ')} |\n|${'---|'.repeat(head.length)}`
  const index = Object.keys(parameters).indexOf(first)
  if (index < 0) throw new Error(`action.yml has no ${first}`)
  return [`${top}${rows.slice(0, index).join('')}\n\n`, `${top}${rows.slice(index).join('')}\n\n`]
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
    const format = sender === 'atlas' ? ' in the format of Atlas' : ' in any other format'
    const response = status + (code === undefined ? ((sender && format) ?? '') : ` \`${code}\`${about}`)
    const before = described[meaning]
    described[meaning] = before === undefined ? response.replace(/^o/, 'O') : `${before}, ${response}`
  }
  return described
}

/** Sections of these pages that help with an error. */
const SECTIONS: Readonly<Record<string, string>> = {
  missingRole: '[Set up Atlas](../README.md#set-up-atlas)',
  notOnAccessList:
    '[GitHub-hosted runners and the API access list](recipes.md#github-hosted-runners-and-the-api-access-list)',
  invalidClientSecret: '[Rotate the client secret](recipes.md#rotate-the-client-secret)',
} satisfies Partial<Record<keyof typeof REMEDIES, string>>

/** A remedy as Markdown: the title as a heading, its codes, and links. The annotation already says what to do. */
function describeRemedy(
  [name, { codes = [], statuses = [], title, remedy, link }]: readonly [string, Remedy],
  inputNames: readonly string[],
): string {
  const responses = [...codes.map((code) => `\`${code}\``), ...statuses.map((status) => `HTTP ${status}`)]
  const links = [SECTIONS[name] ?? [], link ? `[MongoDB's documentation](${link})` : []].flat()
  const text = remedy
    .replaceAll('{credential}', 'API key or service account')
    .replace(new RegExp(`\\b(${inputNames.join('|')})\\b`, 'g'), '`$1`')
  const help = links.length === 0 ? text : `See ${links.join(' and ')}.`
  return `### ${title}\n\n${responses.length > 0 ? `${responses.join(', ')}: ` : ''}${help}`
}

if (isMain(import.meta.url))
  for (const { name, wanted } of readPages()) writeFileSync(join(projectRoot(), name), wanted)
