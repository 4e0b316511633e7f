import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from '@jest/globals'
import { renderTroubleshooting } from '../../script/docs.js'
import { projectRoot } from '../../script/root.js'
import { TITLES } from '../../src/titles.js'
import { documents, readProse } from '../support/documents.js'

/** Headings for messages that are the runner's. */
const OF_THE_RUNNER = [
  "Skip output 'url' since it may contain secret",
  "Unexpected input(s) '…'",
  "'using: node24' is not supported",
]
const titles: readonly string[] = Object.values(TITLES).map((title) =>
  title === TITLES.invalidInput ? `${title}: …` : title,
)
const headings = documents()
  .filter(({ path }) => path === 'docs/troubleshooting.md')
  .flatMap((page) => [...readProse(page).matchAll(/^### (.+)$/gm)].map(([, title = '']) => title))

describe('the page on troubleshooting', () => {
  it('has a heading for the title of every failure', () => {
    expect(titles.filter((title) => !headings.includes(title))).toEqual([])
    // A title that is not one of TITLES would have none.
    expect(readSources().filter((source) => /\btitle: ['"`]|reportError\(['"`]/.test(source))).toEqual([])
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
    expect(renderTroubleshooting([{ title: 'T', remedy: 'Add {address} to the {credential}.' }])).toBe(
      "### T\n\nAdd the runner's IP address to the API key or service account.",
    )
  })

  it('shows as it reads', () => {
    expect(renderTroubleshooting([{ title: 'T', remedy: 'a_b *c* <d> [e] `f`' }])).toContain(
      'a\\_b \\*c\\* \\<d> \\[e\\] \\`f\\`',
    )
  })
})

/** Every source of the action. */
function readSources(): string[] {
  const folder = join(projectRoot(), 'src')
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts'))
    .map((name) => readFileSync(join(folder, name), 'utf8'))
}
