import { sanitizeLine } from './logger.js'

const URL_IN_TEXT = /https?:\/\/[^\s"<>]*[^\s"<>.,;:)]/g

/** A text that can come from outside, as one line of HTML without any markup of its own. */
export function escapeHtml(text: string): string {
  return escapeLine(sanitizeLine(text))
}

/** A text of this project as HTML, with its addresses as links. */
export function linkify(text: string): string {
  const line = sanitizeLine(text)
  const pieces: string[] = []
  let end = 0
  for (const { 0: url, index } of line.matchAll(URL_IN_TEXT)) {
    pieces.push(escapeLine(line.slice(end, index)), link(url, url))
    end = index + url.length
  }
  return [...pieces, escapeLine(line.slice(end))].join('')
}

export function link(url: string, text: string): string {
  return `<a href="${escapeHtml(url)}">${escapeHtml(text)}</a>`
}

/** The same of a text that is one line already. */
export function escapeLine(line: string): string {
  return line
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
}
