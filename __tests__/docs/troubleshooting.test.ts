import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from '@jest/globals'
import { parseSync } from '@swc/core'
import { fillPlaceholders, renderTroubleshooting } from '../../script/docs.js'
import { projectRoot } from '../../script/root.js'
import { documents, readProse } from '../support/documents.js'

/** Titles that are no failure's. */
const NO_FAILURES = ['Atlas snapshot']
/** Headings for messages that are the runner's. */
const OF_THE_RUNNER = [
  "Skip output 'url' since it may contain secret",
  "Unexpected input(s) '…'",
  "'using: node24' is not supported",
]
/** What reports a failure with its title as first argument. */
const REPORTERS = ['reportError', 'fail']

const titles = listSources(join(projectRoot(), 'src'))
  .flatMap((path) =>
    findTitles(parseSync(readFileSync(path, 'utf8'), { syntax: 'typescript', target: 'es2022' })),
  )
  .map(fillPlaceholders)
  .filter((title) => !NO_FAILURES.includes(title))
const headings = documents()
  .filter(({ path }) => path === 'docs/troubleshooting.md')
  .flatMap((page) => [...readProse(page).matchAll(/^### (.+)$/gm)].map(([, title = '']) => title))

describe('the page on troubleshooting', () => {
  it('has a heading for the title of every failure', () => {
    expect(titles.length).toBeGreaterThan(30)
    expect(titles.filter((title) => !headings.includes(title))).toEqual([])
  })

  it('has no heading that nobody can see as a title', () => {
    expect(headings.filter((heading) => ![...titles, ...OF_THE_RUNNER].includes(heading))).toEqual([])
    expect(headings).toEqual([...new Set(headings)])
  })
})

describe('a remedy in the documentation', () => {
  it('stands under its title, with the codes that it is for and the page that says more', () => {
    const rows = [
      { codes: ['A_CODE', 'OTHER'], title: 'It is so', remedy: 'Do this.', link: 'https://example.com/page' },
      { statuses: [406, 410], title: 'It is not', remedy: 'Do that.' },
    ]
    expect(renderTroubleshooting(rows)).toBe(
      [
        '### It is so',
        "`A_CODE`, `OTHER`: Do this. [Atlas's documentation](https://example.com/page) says more.",
        '### It is not',
        'HTTP 406, HTTP 410: Do that.',
      ].join('\n\n'),
    )
  })

  it('speaks of both kinds of credentials, and of no address in particular', () => {
    expect(
      renderTroubleshooting([{ title: 'The {credential}', remedy: 'Add {address} to the {credential}.' }]),
    ).toBe(
      "### The API key or service account\n\nAdd the runner's IP address to the API key or service account.",
    )
  })

  it('shows as it reads', () => {
    expect(renderTroubleshooting([{ title: 'T', remedy: 'a_b *c* <d> [e] `f`' }])).toContain(
      'a\\_b \\*c\\* \\<d> \\[e\\] \\`f\\`',
    )
  })
})

function listSources(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts'))
    .map((name) => join(folder, name))
}

/** Every text in the syntax tree that a failure may have as its title; what is filled in at run time is `…`. */
function findTitles(node: unknown): string[] {
  if (typeof node !== 'object' || node === null) return []
  const { type, key, value, callee, arguments: given } = toFields(node)
  if (type === 'KeyValueProperty' && toFields(key)['value'] === 'title') return findTexts(value)
  const isReport = type === 'CallExpression' && REPORTERS.includes(String(toFields(callee)['value']))
  const first = isReport && Array.isArray(given) ? findTexts(given[0]) : []
  return [...first, ...Object.values(node).flatMap(findTitles)]
}

function findTexts(node: unknown): string[] {
  if (typeof node !== 'object' || node === null) return []
  const { type, value, quasis, test, ...others } = toFields(node)
  if (type === 'StringLiteral') return [String(value)]
  if (type === 'TemplateLiteral' && Array.isArray(quasis)) {
    return [quasis.map((quasi) => String(toFields(quasi)['raw'])).join('…')]
  }
  return Object.values(others).flatMap(findTexts)
}

function toFields(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? Object.fromEntries(Object.entries(value)) : {}
}
