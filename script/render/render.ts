import { JsonFields } from '../../emulator/json-fields.js'
import { findProgram } from '../programs.js'
import { dumpDom, takePicture } from './chromium.js'
import { convertMarkdown } from './cmark.js'
import { findMermaid } from './mermaid.js'
import { pageOf, type Theme } from './page.js'
import { type Rendered, readRendered } from './rendered.js'

/** Pixels of CSS: the width of an article in the page's style. */
const WIDTH = 900

/** Names of what rendering needs and this machine lacks. */
export function missingForRendering(): string[] {
  const programs = ['chromium', 'cmark-gfm'].filter((name) => findProgram(name) === undefined)
  return findMermaid() === undefined ? [...programs, 'mermaid'] : programs
}

/**
 * Renders job summaries as GitHub does, all in one page, and says what a reader finds in each. Throws an Error
 * where something of `missingForRendering` is missing or Chromium fails.
 */
export async function renderSummaries(
  markdowns: readonly string[],
  theme: Theme = 'light',
): Promise<Rendered[]> {
  const converted = markdowns.map(convertMarkdown)
  const fragments = converted.map(({ html }) => html)
  const page = pageOf(fragments, theme, needMermaid())
  const articles = readResult(await dumpDom(page))
  return articles.map((article, index): Rendered => {
    if (converted[index]?.hadFilteredTags !== true) return article
    return { ...article, errors: ['the tag filter turned a tag into text', ...article.errors] }
  })
}

/** A PNG of one job summary, twice as many pixels as CSS has; `height` is what `renderSummaries` found. */
export function pictureOf(markdown: string, theme: Theme, height: number): Promise<Buffer> {
  const page = pageOf([convertMarkdown(markdown).html], theme, needMermaid())
  return takePicture(page, { width: WIDTH, height })
}

function needMermaid(): string {
  const path = findMermaid()
  if (path === undefined) throw new Error('Mermaid is not installed; npm run pictures installs it')
  return path
}

/** What the page left in itself about each of its articles. */
function readResult(dom: string): readonly Rendered[] {
  const [, json] = /<script id="result" type="application\/json">(.*?)<\/script>/s.exec(dom) ?? []
  if (json === undefined) throw new Error(`the page did not come to its end\n${dom.slice(0, 2000)}`)
  const result = new JsonFields('the result', JSON.parse(json))
  const articles = result.list('articles', readRendered)
  if (articles === undefined) throw new Error(`the page failed: ${result.text('failure')}`)
  return articles
}
