import { decodeHtml } from '../../script/commands.js'

const LINE = /^<(h3|h4|p|ul|table)>(.*)<\/\1>$/
const TAG =
  /<\/?(?:h3|h4|p|strong|code|ul|li|table|tr|td)>|<th align="left">|<\/th>|<a href="[^"<>]*">|<\/a>/g
const ENTITY = /&(?:amp|lt|gt|quot);/g
const CELLS = /<tr><th align="left">(.*?)<\/th><td>(.*?)<\/td><\/tr>/g

/**
 * The visible content of a job summary, as text, by GitHub's rules: an HTML block ends at a blank line, a code block at
 * its closing fence.
 *
 * @throws Error if it contains anything but the elements, fences, and lines that this project writes
 */
export function readSummary(text: string) {
  if (/[\r\0]/.test(text)) throw new Error('the summary contains a carriage return or a null character')
  const html: string[] = []
  const fences: Partial<Record<string, string>> = {}
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
    throw new Error('the summary does not start with its only headline')
  const items = more.flatMap((line) => line.match(/<(p|li)>.*?<\/\1>/g) ?? [])
  const cells = [...text.matchAll(CELLS)].map(([, name = '', cell = '']) => [name, toText(cell)] as const)
  return {
    headline: toText(headline),
    /** Paragraphs and list items, in order. */
    paragraphs: items.map(toText),
    /** Cells of the table by row name. */
    rows: Object.fromEntries(cells),
    /** Targets of links. */
    links: [...text.matchAll(/<a href="([^"]*)">/g)].map(([, url = '']) => toText(url)),
    chart: fences['mermaid'],
    /** The shell command. */
    command: fences['sh'],
  }
}

/** @throws Error unless the line is a complete element of this project that contains only such elements and text */
function checked(line: string): string {
  if (!LINE.test(line)) throw new Error(`not an element of the summary: ${line}`)
  const open: string[] = []
  for (const [tag] of line.matchAll(TAG)) {
    const name = /\w+/.exec(tag)?.[0] ?? ''
    if (!tag.startsWith('</')) open.push(name)
    else if (open.pop() !== name) throw new Error(`elements overlap: ${line}`)
  }
  const rest = line.replaceAll(TAG, '')
  if (open.length > 0 || /[<>"]/.test(rest) || rest.replaceAll(ENTITY, '').includes('&'))
    throw new Error(`the line contains markup from outside: ${line}`)
  return line
}

function toText(html: string): string {
  return decodeHtml(html.replaceAll(TAG, ''))
}
