// Runs in the browser: shows the documents of the page as GitHub would, and stores the visible content in the page.
import { drawDiagrams } from './diagrams.js'
import { renderOutline } from './outline.js'
import { readArticle } from './read.js'
import { sanitize } from './sanitize.js'

/**
 * @param {string} fragment HTML
 * @param {number} index
 */
async function show(fragment, index) {
  // Parsed separately, so a document can't affect anything outside its article.
  const { body } = new DOMParser().parseFromString(fragment, 'text/html')
  const outline = renderOutline(body)
  const removed = sanitize(body)
  const article = document.createElement('article')
  article.append(...body.childNodes)
  document.body.append(article)
  const html = article.innerHTML
  const { gantts, errors } = await drawDiagrams(article, `article-${index}`)
  return {
    ...readArticle(article),
    html,
    outline,
    gantts,
    height: Math.ceil(article.getBoundingClientRect().height),
    errors: [...removed.map((what) => `the sanitizer removed ${what}`), ...errors],
  }
}

async function main() {
  const isDark = document.documentElement.className === 'dark'
  mermaid.initialize({ startOnLoad: false, securityLevel: 'strict', theme: isDark ? 'dark' : 'default' })
  const documents = JSON.parse(document.getElementById('documents')?.textContent ?? '')
  const articles = []
  for (const [index, html] of documents.entries()) articles.push(await show(html, index))
  return { articles }
}

const found = await main().catch((error) => ({ failure: String(error) }))
const result = document.createElement('script')
result.id = 'result'
result.type = 'application/json'
result.textContent = JSON.stringify(found).replaceAll('<', '\\u003c')
document.head.append(result)
