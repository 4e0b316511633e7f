/**
 * The structure of a tree without its text: names of elements and attributes, `#` for text, `!` for a comment.
 * Summaries that differ only in text have the same outline, so it reveals text that became markup.
 *
 * @param {Node} parent
 * @returns {string} such as `h3(#) table(tbody(tr(th(#) td(#)))) p(a[href](#))`
 */
export function renderOutline(parent) {
  return [...parent.childNodes].flatMap((node) => renderPart(node) ?? []).join(' ')
}

/** @param {Node} node */
function renderPart(node) {
  if (node instanceof Comment) return '!'
  if (!(node instanceof Element)) return node.textContent?.trim() === '' ? undefined : '#'
  const names = node.getAttributeNames().sort()
  const inside = renderOutline(node)
  return node.localName + (names.length > 0 ? `[${names.join(' ')}]` : '') + (inside && `(${inside})`)
}
