import { readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { describe, expect, it } from '@jest/globals'
import { projectRoot } from '../../script/root.js'
import { documents } from '../support/documents.js'

/** A test as the pages name it: a link to its file, then its title. */
const PROOF = /\]\(((?:\.\.\/)?__tests__\/[^)]+\.ts)\) "([^"]+)"/g

const proofs = documents().flatMap(({ path, text }) =>
  [...text.matchAll(PROOF)].map(([, link = '', title = '']) => ({
    page: path,
    file: join(dirname(path), link),
    title,
  })),
)

describe('a test that a page names as proof', () => {
  it.each(['docs/reliability.md', 'SECURITY.md'])('is what %s rests on', (page) => {
    expect(proofs.filter((proof) => proof.page === page).length).toBeGreaterThan(15)
  })

  it('exists', () => {
    const missing = proofs.filter(
      ({ file, title }) => !readFileSync(join(projectRoot(), file), 'utf8').includes(title),
    )
    expect(missing).toEqual([])
  })
})

describe('what SECURITY.md says is stopped', () => {
  it('has a test in each row, but for what is said not to be', () => {
    const security = documents().find(({ path }) => path === 'SECURITY.md')?.text ?? ''
    const rows = [...security.matchAll(/^\| (to .*|on .*)$/gm)].map(([row]) => row)
    expect(rows.length).toBeGreaterThan(15)
    const unproved = rows.filter((row) => row.match(PROOF) === null)
    expect(unproved).toEqual([expect.stringContaining('not stopped')])
  })
})
