import { readdirSync, readFileSync } from 'node:fs'
import { join, posix } from 'node:path'
import { projectRoot } from '../../script/root.js'

/** A page of the documentation, with its path in the project folder. */
type Document = ReturnType<typeof documents>[number]

/** A block of code, which is indented in a list. */
const FENCE = /^( *)```(\w*)\n(.*?)^\1```$/gms

/** Every page for users and contributors. */
export function documents() {
  return ['', 'docs', 'bench', '.github']
    .flatMap((folder) => readdirSync(join(projectRoot(), folder)).map((name) => posix.join(folder, name)))
    .filter((path) => path.endsWith('.md'))
    .map((path) => ({ path, text: readFileSync(join(projectRoot(), path), 'utf8') }))
}

/** The page's fenced blocks of code in this language, with page and line. */
export function readBlocks({ path, text }: Document, language: string) {
  return [...text.matchAll(FENCE)]
    .filter(([, , of]) => of === language)
    .map(({ 1: indentation = '', 3: code = '', index }) => ({
      code: code.replaceAll(new RegExp(`^${indentation}`, 'gm'), ''),
      where: `${path}:${text.slice(0, index).split('\n').length}`,
    }))
}

/** The page without its blocks of code. */
export function readProse({ text }: Document): string {
  return text.replace(FENCE, '')
}

/** The fragments of the page: its own, and those that GitHub generates for headings, which are distinct. */
export function readAnchors(document: Document): string[] {
  const prose = readProse(document)
  const ofHeadings = [...prose.matchAll(/^#{1,6} (.+)$/gm)].map(([, title = '']) =>
    title
      .toLowerCase()
      .replace(/[^\p{L}\p{N}\s_-]/gu, '')
      .replace(/\s/g, '-'),
  )
  return [...ofHeadings, ...[...prose.matchAll(/<a id="([^"]+)">/g)].map(([, id = '']) => id)]
}
