import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { HelpTopic } from '../src/action-error.js'
import { BLOCKERS } from '../src/atlas/cluster.js'
import type { Failure } from '../src/atlas/errors.js'
import { classify, FAILURES, FAILURES_BY_CODE } from '../src/atlas/responses.js'
import { type Parameter, readMetadata } from './metadata.js'
import { isMain, projectRoot } from './root.js'

// Updates the generated parts of the documentation: inputs and outputs in README.md from action.yml, and the table of
// errors in docs/troubleshooting.md from src/atlas/responses.ts. A test fails if they are not current.

const CREDENTIALS = ['apiKey', 'serviceAccount'] as const

/** The pages with generated parts, as they are and as they should be. */
export function readPages() {
  const { inputs, outputs } = readMetadata()
  return [
    readPage('README.md', { inputs: describeInputs(inputs), outputs: describeOutputs(outputs) }),
    readPage('docs/troubleshooting.md', { troubleshooting: describeErrors() }),
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

/** The table of responses, and the clusters that cannot take snapshots, with what to do. Annotations link to the row. */
function describeErrors(): string {
  const responses = Object.values(FAILURES).map((failure) => {
    const codes = [...FAILURES_BY_CODE].flatMap(([code, other]) => (other === failure ? `\`${code}\`` : []))
    return describeRow(failure, [...codes, ...describeStatuses(failure)].join(', '))
  })
  const clusters = Object.values(BLOCKERS).map((blocker) => describeRow(blocker, 'Cluster settings'))
  // Two failures can have the same title.
  const rows = new Map([...responses, ...clusters].map((cells) => [cells[0], cells]))
  return table(['Title', 'What to do', 'Code or HTTP status'], [...rows.values()])
}

/** The statuses whose responses without a known code are this failure: `401`, `3xx`, or `other 4xx`. */
function describeStatuses(failure: Failure): string[] {
  const isFailure = (status: number) =>
    [true, false].some((isAtlas) =>
      CREDENTIALS.some(
        (kind) => classify({ status, isAtlas, errorCode: undefined, detail: undefined }, kind) === failure,
      ),
    )
  return [300, 400, 500].flatMap((first) => {
    const statuses = Array.from({ length: 100 }, (_, index) => first + index).filter(isFailure)
    if (statuses.length === 100) return [`${first / 100}xx`]
    return statuses.length > 50 ? [`other ${first / 100}xx`] : statuses.map(String)
  })
}

function describeRow({ title, remedy, page }: HelpTopic, condition: string): string[] {
  const anchor = title.toLowerCase().replaceAll(' ', '-')
  const name = page === undefined ? title : `[${title}](${page})`
  const linked = remedy.replace(/ See (https:\S+)\.$/, ' [Atlas documentation]($1)')
  return [`<a id="${anchor}"></a>${name}`, linked.replaceAll('{credential}', 'credentials'), condition]
}

if (isMain(import.meta.filename))
  for (const { name, wanted } of readPages()) writeFileSync(join(projectRoot(), name), wanted)
