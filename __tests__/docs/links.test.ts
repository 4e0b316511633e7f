import { existsSync } from 'node:fs'
import { dirname, join, normalize } from 'node:path'
import { describe, expect, it } from '@jest/globals'
import { projectRoot } from '../../script/root.js'
import { documents, readAnchors, readProse } from '../support/documents.js'

const LINK = /\]\(([^)\s]+)\)|\b(?:href|src|srcset)="([^"\s]+)"/g
const EXTERNAL = /^[a-z]+:/

const pages = documents()
const links = pages.flatMap((page) =>
  [...readProse(page).matchAll(LINK)].map(([, inMarkdown, inHtml]) => ({
    from: page.path,
    to: inMarkdown ?? inHtml ?? '',
  })),
)
const internal = links
  .filter(({ to }) => !EXTERNAL.test(to))
  .map(({ from, to }) => {
    const [path = '', fragment] = to.split('#')
    return { from, to, path: path === '' ? from : normalize(join(dirname(from), path)), fragment }
  })

describe('the links of the documentation', () => {
  it('lead to files that exist', () => {
    expect(internal.length).toBeGreaterThan(20)
    expect(internal.filter(({ path }) => !existsSync(join(projectRoot(), path)))).toEqual([])
  })

  it('lead to headings that exist', () => {
    const toHeadings = internal.filter(({ fragment }) => fragment !== undefined)
    expect(toHeadings).not.toHaveLength(0)
    const lost = toHeadings.filter(({ path, fragment = '' }) => {
      const page = pages.find((candidate) => candidate.path === path)
      return page === undefined || !readAnchors(page).includes(fragment)
    })
    expect(lost).toEqual([])
  })

  it('leave the repository only by https', () => {
    expect(links.filter(({ to }) => EXTERNAL.test(to) && !to.startsWith('https://'))).toEqual([])
  })
})
