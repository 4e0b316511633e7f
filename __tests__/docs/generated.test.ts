import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from '@jest/globals'
import { readPages, renderTroubleshooting, replaceTables } from '../../script/docs.js'
import { readMetadata } from '../../script/metadata.js'
import { projectRoot } from '../../script/root.js'
import { TITLES } from '../../src/titles.js'
import { documents, readProse } from '../support/documents.js'

describe('a generated part', () => {
  it.each(readPages())('of $name is current', ({ current, wanted }) => {
    expect(current).toBe(wanted)
  })
})

describe('action.yml', () => {
  it('contains no expression, because the runner would evaluate it', () => {
    expect(readFileSync(join(projectRoot(), 'action.yml'), 'utf8')).not.toContain('${{')
  })
})

describe('the tables of README.md', () => {
  const readme = ['inputs', 'advanced-inputs', 'outputs', 'more-outputs']
    .map((name) => `<!-- ${name}:start --><!-- ${name}:end -->`)
    .join('')
  const action = (description: string) =>
    `inputs: { one: { description: ${JSON.stringify(description)}, default: 'a|b' } }\noutputs: {}\n`

  it('escape pipes and tags', () => {
    const made = replaceTables(readme, readMetadata(action('x | y\nz <b> `<c>`')))
    expect(made).toContain('| `one` | x \\| y z &lt;b> `<c>` | `a\\|b` |')
  })

  it('require markers and a description of each input', () => {
    expect(() => readMetadata(action(' '))).toThrow(/action\.yml.*one/)
    expect(() => replaceTables('# Read me', readMetadata())).toThrow('<!-- inputs:start -->')
  })
})

describe('docs/troubleshooting.md', () => {
  /** Headings for messages of the runner. */
  const ofTheRunner = [
    "Skip output 'url' since it may contain secret",
    "Unexpected input(s) '…'",
    "'using: node24' is not supported",
  ]
  const titles: readonly string[] = Object.values(TITLES)
  const headings = documents()
    .filter(({ path }) => path === 'docs/troubleshooting.md')
    .flatMap((page) => [...readProse(page).matchAll(/^### (.+)$/gm)].map(([, title = '']) => title))

  it('has exactly one heading for each error title', () => {
    expect(headings.toSorted()).toStrictEqual([...titles, ...ofTheRunner].sort())
  })

  it('can list all titles, because the code uses TITLES only', () => {
    const folder = join(projectRoot(), 'src')
    const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) =>
      /\.ts$/.test(name),
    )
    expect(files.length).toBeGreaterThan(40)
    const literal = /\btitle: ['"`]|reportError\(['"`](?!\$\{TITLES\.)/
    expect(files.filter((name) => literal.test(readFileSync(join(folder, name), 'utf8')))).toStrictEqual([])
  })

  it('contains codes, remedy, and link for each error', () => {
    const rows = [
      { codes: ['A_CODE', 'OTHER'], title: 'It is so', remedy: 'Do this.', link: 'https://example.com/page' },
      { statuses: [406, 410], title: 'It is not', remedy: 'Do that.' },
      { title: 'Placeholders', remedy: 'Add {address} to the {credential}.' },
      { title: 'Markdown', remedy: 'a_b *c* <d> [e] `f`' },
    ]
    const [first, codes, second, statuses, , placeholders, , markdown] =
      renderTroubleshooting(rows).split('\n\n')
    expect([first, second]).toStrictEqual(['### It is so', '### It is not'])
    expect(codes).toMatch(/`A_CODE`, `OTHER`: Do this\. .*\(https:\/\/example\.com\/page\)/)
    expect(statuses).toMatch(/HTTP 406, HTTP 410: Do that\.$/)
    expect(placeholders).toMatch(/^Add [^{}]+ to the [^{}]+\.$/)
    expect(markdown).toBe('a\\_b \\*c\\* \\<d> \\[e\\] \\`f\\`')
  })
})
