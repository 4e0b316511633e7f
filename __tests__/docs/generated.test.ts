import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from '@jest/globals'
import { readPages } from '../../script/docs.js'
import { projectRoot } from '../../script/root.js'
import { documents, readProse } from '../support/documents.js'
import { allTitles } from '../support/titles.js'

it.each(readPages())('the generated part of $name is current', ({ current, wanted }) => {
  expect(current).toBe(wanted)
})

it('action.yml contains no expression, because the runner would evaluate it', () => {
  expect(readFileSync(join(projectRoot(), 'action.yml'), 'utf8')).not.toContain('${{')
})

describe('docs/troubleshooting.md', () => {
  /** Headings that no error of the action has as its title: messages of the runner, of an example, and within errors. */
  const others = [
    'A snapshot might exist',
    'No new snapshot',
    "Skip output 'url' since it may contain secret",
    "'using: node24' is not supported",
    'The runner has received a shutdown signal',
  ]
  const titles = documents()
    .filter(({ path }) => path === 'docs/troubleshooting.md')
    .flatMap((page) => [...readProse(page).matchAll(/^### (.+)$|<\/a>\[?([^\]|]+?)(?: \||\])/gm)])
    .map(([, heading, inTable]) => heading ?? inTable ?? '')

  it('has exactly one heading or row for each error title', () => {
    expect(titles.toSorted()).toStrictEqual([...allTitles, ...others].sort())
  })

  it('has a heading or row for each title in the code', () => {
    const folder = join(projectRoot(), 'src')
    const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) =>
      /\.ts$/.test(name),
    )
    const code = files.map((name) => readFileSync(join(folder, name), 'utf8')).join('\n')
    const inCode = [...code.matchAll(/\btitle: '([^']+)'/g)].map(([, title]) => title)
    expect(inCode.length).toBeGreaterThan(30)
    expect(inCode.filter((title) => !allTitles.includes(title ?? ''))).toStrictEqual([])
  })
})
