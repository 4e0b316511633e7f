/**
 * The visible content of an article, including collapsed sections.
 *
 * @param {HTMLElement} article
 */
export function readArticle(article) {
  const folded = [...article.querySelectorAll('details')].filter((details) => !details.open)
  for (const details of folded) details.open = true
  const found = {
    text: readShown(article),
    tables: [...article.querySelectorAll('table')].map((table) =>
      [...table.rows].map((row) => [...row.cells].map(readShown)),
    ),
    links: [...article.querySelectorAll('a')].map((link) => ({
      text: link.textContent ?? '',
      href: link.getAttribute('href') ?? link.getAttribute('xlink:href') ?? '',
    })),
    images: [...article.querySelectorAll('img')].map((image) => image.getAttribute('src') ?? ''),
    codeBlocks: [...article.querySelectorAll('pre')].map((pre) => ({
      language: pre.lang,
      text: readShown(pre),
    })),
  }
  for (const details of folded) details.open = false
  return found
}

/** @param {HTMLElement} element */
function readShown(element) {
  // biome-ignore lint/performance/useDomNodeTextContent: innerText skips hidden text and keeps line breaks.
  return element.innerText.trimEnd()
}
