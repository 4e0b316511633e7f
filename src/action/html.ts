import { sanitizeLine } from './logger.js'

const URL_IN_TEXT = /(https?:\/\/[^\s"<>]*[^\s"<>.,;:)])/g

/** Untrusted text as one line of HTML without markup. */
export function escapeHtml(text: string): string {
  return escapeLine(sanitizeLine(text))
}

/** Text as HTML with its URLs as links. */
export function linkify(text: string): string {
  // The pieces with odd indexes are the URLs.
  const pieces = sanitizeLine(text).split(URL_IN_TEXT)
  return pieces.map((piece, index) => (index % 2 === 1 ? link(piece, piece) : escapeLine(piece))).join('')
}

export function link(url: string, text: string): string {
  return `<a href="${escapeHtml(url)}">${escapeHtml(text)}</a>`
}

/** Escapes text that is already one line. */
function escapeLine(line: string): string {
  return line
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
}
