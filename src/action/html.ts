import { sanitizeLine } from './logger.js'

const URL_IN_TEXT = /https?:\/\/[^\s"<>]*[^\s"<>.,;:)]/g

/** Untrusted text as one line of HTML without markup. */
export function escapeHtml(text: string): string {
  return escapeLine(sanitizeLine(text))
}

/** Text as HTML with its URLs as links. */
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

/** Escapes text that is already one line. */
export function escapeLine(line: string): string {
  return line
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
}
