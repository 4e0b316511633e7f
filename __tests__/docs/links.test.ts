import { existsSync, readFileSync } from 'node:fs'
import { join, posix } from 'node:path'
import { describe, expect, it } from '@jest/globals'
import { projectRoot } from '../../script/root.js'
import { documents, readAnchors, readProse } from '../support/documents.js'

const LINK = /\]\(([^)\s]+)\)|\b(?:href|src|srcset)="([^"\s]+)"/g
const EXTERNAL = /^[a-z]+:/
const COMMAND = /\bnpm (?:run |(?=test\b))([a-z:]+)/g
const PATH = /`((?:src|emulator|script|packages|docs|dist|bench|__tests__|\.ci|\.github)\/[\w./-]*)`/g

const pages = documents().map((page) => ({
  page: page.path,
  prose: readProse(page),
  anchors: readAnchors(page),
}))
const links = pages.flatMap(({ page, prose }) =>
  [...prose.matchAll(LINK)].map(([, inMarkdown, inHtml]) => ({ page, to: inMarkdown ?? inHtml ?? '' })),
)
const internal = links
  .filter(({ to }) => !EXTERNAL.test(to))
  .map(({ page, to }) => {
    const [path = '', fragment] = to.split('#')
    return { page, to, path: path === '' ? page : posix.join(posix.dirname(page), path), fragment }
  })
const isMissing = ({ path }: { readonly path: string }) => !existsSync(join(projectRoot(), path))

describe('a link in the documentation', () => {
  it('points to a file that exists', () => {
    expect(internal.length).toBeGreaterThan(20)
    expect(internal.filter(isMissing)).toStrictEqual([])
  })

  it('points to a heading that exists', () => {
    const toHeadings = internal.flatMap(({ fragment, ...link }) => (fragment ? [{ fragment, ...link }] : []))
    expect(toHeadings).not.toHaveLength(0)
    const lost = toHeadings.filter(
      ({ path, fragment }) => !pages.some(({ page, anchors }) => page === path && anchors.includes(fragment)),
    )
    expect(lost).toStrictEqual([])
  })

  it('uses https outside of the repository', () => {
    expect(links.filter(({ to }) => EXTERNAL.test(to) && !to.startsWith('https://'))).toStrictEqual([])
  })
})

it('a command in the documentation exists', () => {
  const { scripts } = JSON.parse(readFileSync(join(projectRoot(), 'package.json'), 'utf8'))
  const used = documents().flatMap(({ text }) => [...text.matchAll(COMMAND)].map(([, name = '']) => name))
  expect(used.length).toBeGreaterThan(10)
  expect(Object.keys(scripts)).toStrictEqual(expect.arrayContaining(used))
})

it('a path in the documentation exists in this repository', () => {
  const named = pages.flatMap(({ page, prose }) =>
    [...prose.matchAll(PATH)].map(([, path = '']) => ({ page, path })),
  )
  expect(named.length).toBeGreaterThan(20)
  expect(named.filter(isMissing)).toStrictEqual([])
})
