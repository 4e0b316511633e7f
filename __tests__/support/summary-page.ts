/** What a reader of a job summary sees, as text. */
export interface SummaryPage {
  readonly headline: string
  /** Paragraphs and list items, in order. */
  readonly paragraphs: readonly string[]
  /** Cells of the table by the names of their rows. */
  readonly rows: Readonly<Record<string, string>>
  /** Where links lead to. */
  readonly links: readonly string[]
  readonly chart: string | undefined
  /** What is to be typed into a shell. */
  readonly command: string | undefined
}

const LINE = /^<(h3|h4|p|ul|table)>(.*)<\/\1>$/
const TAG =
  /<\/?(?:h3|h4|p|strong|code|ul|li|table|tr|td)>|<th align="left">|<\/th>|<a href="[^"<>]*">|<\/a>/g
const ENTITY = /&(?:amp|lt|gt|quot);/g
const CELLS = /<tr><th align="left">(.*?)<\/th><td>(.*?)<\/td><\/tr>/g

/**
 * Reads a summary by GitHub's rules: an HTML block ends at a blank line, a fence at its like.
 *
 * @throws Error if it holds anything but the elements, fences and lines that this project writes
 */
export function readSummary(text: string): SummaryPage {
  if (/[\r\0]/.test(text)) throw new Error('the summary holds a line end of another kind')
  const html: string[] = []
  const fences: Record<string, string> = {}
  const lines = text.trimEnd().split('\n')
  for (let at = 0; at < lines.length; at++) {
    const line = lines[at] ?? ''
    const language = /^```(mermaid|sh)$/.exec(line)?.[1]
    if (language !== undefined) {
      const end = lines.indexOf('```', at)
      const code = lines.slice(at + 1, end)
      if (end < 0 || code.some((row) => row.includes('`'))) throw new Error(`the fence ${language} is broken`)
      if (lines[at - 1] !== '' || (lines[end + 1] ?? '') !== '')
        throw new Error('a fence touches another block')
      if (language in fences) throw new Error(`there are two fences of ${language}`)
      fences[language] = code.join('\n')
      at = end
    } else if (line !== '') {
      html.push(checked(line))
    }
  }
  const [headline = '', ...more] = html
  if (!headline.startsWith('<h3>') || more.some((line) => line.startsWith('<h3>')))
    throw new Error('there is not exactly one headline, at the top')
  const items = more.flatMap((line) => line.match(/<(p|li)>.*?<\/\1>/g) ?? [])
  const cells = [...text.matchAll(CELLS)].map(([, name = '', cell = '']) => [name, toText(cell)])
  return {
    headline: toText(headline),
    paragraphs: items.map(toText),
    rows: Object.fromEntries(cells),
    links: [...text.matchAll(/<a href="([^"]*)">/g)].map(([, url = '']) => toText(url)),
    chart: fences['mermaid'],
    command: fences['sh'],
  }
}

/** @throws Error unless the line is one of this project's elements, closed, with nothing but those and text in it */
function checked(line: string): string {
  if (!LINE.test(line)) throw new Error(`not an element of the summary: ${line}`)
  const open: string[] = []
  for (const [tag] of line.matchAll(TAG)) {
    const name = /\w+/.exec(tag)?.[0] ?? ''
    if (!tag.startsWith('</')) open.push(name)
    else if (open.pop() !== name) throw new Error(`elements cross each other: ${line}`)
  }
  const rest = line.replaceAll(TAG, '')
  if (open.length > 0 || /[<>"]/.test(rest) || rest.replaceAll(ENTITY, '').includes('&'))
    throw new Error(`the line holds markup from outside: ${line}`)
  return line
}

function toText(html: string): string {
  return html
    .replaceAll(TAG, '')
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&quot;', '"')
    .replaceAll('&amp;', '&')
}
