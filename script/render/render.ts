import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { findProgram, needProgram } from '../find-program.js'
import { JsonFields } from '../json-fields.js'
import { projectRoot } from '../root.js'
import { dumpDom, takePicture } from './chromium.js'
import { findMermaid } from './mermaid.js'
import { type Rendered, readRendered } from './rendered.js'

export type Theme = 'light' | 'dark'

/**
 * A page that shows fragments of HTML as GitHub shows job summaries. It can load scripts from files and nothing else.
 *
 * @param mermaid path of Mermaid for browsers
 */
export function renderPage(fragments: readonly string[], theme: Theme, mermaid: string): string {
  const folder = join(projectRoot(), 'script', 'render', 'page')
  const url = (path: string) => pathToFileURL(path).href
  const documents = JSON.stringify(fragments).replaceAll('<', '\\u003c')
  return `<!doctype html>
<html lang="en" class="${theme}">
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy"
  content="default-src 'none'; script-src file:; style-src 'unsafe-inline'">
<title>Job summary</title>
<style>${readFileSync(join(folder, 'style.css'), 'utf8')}</style>
<script type="application/json" id="documents">${documents}</script>
<script src="${url(mermaid)}"></script>
<script type="module" src="${url(join(folder, 'main.js'))}"></script>
</html>
`
}

/** HTML from GitHub's converter, and whether its filter changed dangerous tags. */
export interface Converted {
  /** Fragment of HTML. Contains raw HTML from the Markdown, which is filtered but not sanitized. */
  readonly html: string
  /** The filter turned a raw tag such as `<script>` into text. */
  readonly hadFilteredTags: boolean
}

/** Converts GitHub Flavored Markdown. Throws an Error if cmark-gfm is not installed. */
export function convertMarkdown(markdown: string): Converted {
  const unfiltered = cmark(markdown, ['table', 'autolink', 'strikethrough'])
  const html = cmark(markdown, ['table', 'autolink', 'strikethrough', 'tagfilter'])
  return { html, hadFilteredTags: html !== unfiltered }
}

function cmark(markdown: string, extensions: readonly string[]): string {
  const args = ['--unsafe', '--github-pre-lang', ...extensions.flatMap((name) => ['--extension', name])]
  const options = { input: markdown, encoding: 'utf8', maxBuffer: 16 * 2 ** 20 } as const
  const { status, stdout, stderr, error } = spawnSync(needProgram('cmark-gfm'), args, options)
  if (status !== 0) throw new Error(`cmark-gfm failed\n${stderr}`, { cause: error })
  return stdout
}

/** Width of an article in the style sheet, in CSS pixels. */
const WIDTH = 900

/** Names of required programs that are not installed. */
export function missingForRendering(): string[] {
  const programs = ['chromium', 'cmark-gfm'].filter((name) => findProgram(name) === undefined)
  return findMermaid() === undefined ? [...programs, 'mermaid'] : programs
}

/**
 * Renders job summaries as GitHub does, all on one page, and returns what each shows.
 *
 * @throws Error if a required program is missing (`missingForRendering`) or Chromium fails
 */
export async function renderSummaries(
  markdowns: readonly string[],
  theme: Theme = 'light',
): Promise<Rendered[]> {
  const converted = markdowns.map(convertMarkdown)
  const fragments = converted.map(({ html }) => html)
  const page = renderPage(fragments, theme, needMermaid())
  const articles = readResult(await dumpDom(page))
  return articles.map((article, index): Rendered => {
    if (converted[index]?.hadFilteredTags !== true) return article
    return { ...article, errors: ['GitHub would turn a tag into text', ...article.errors] }
  })
}

/** A PNG of a job summary, at two pixels per CSS pixel. `height` comes from `renderSummaries`. */
export function renderPicture(markdown: string, theme: Theme, height: number): Promise<Buffer> {
  const page = renderPage([convertMarkdown(markdown).html], theme, needMermaid())
  return takePicture(page, { width: WIDTH, height })
}

function needMermaid(): string {
  const path = findMermaid()
  if (path === undefined) throw new Error('Mermaid is not installed. To install it, run: npm run pictures')
  return path
}

/** The results that the script of the page stored in it. */
function readResult(dom: string): readonly Rendered[] {
  const [, json] = /<script id="result" type="application\/json">(.*?)<\/script>/s.exec(dom) ?? []
  if (json === undefined) throw new Error(`the page did not finish\n${dom.slice(0, 2000)}`)
  const result = new JsonFields('the result', JSON.parse(json))
  const articles = result.list('articles', readRendered)
  if (articles === undefined) throw new Error(`the page failed: ${result.text('failure')}`)
  return articles
}
