/**
 * The shape of a tree without its words: names of elements with those of their attributes, `#` for text, `!` for a
 * comment. Two summaries that differ in words only have the same outline, so a word that became markup shows.
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
