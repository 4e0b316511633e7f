// Runs in the browser: shows job summaries as GitHub does, and stores what they show in the page.

/** Replaces each chart's source with the chart. */
async function drawCharts(article, id) {
  for (const pre of article.querySelectorAll('pre[lang="mermaid"]')) {
    const figure = document.createElement('div')
    pre.replaceWith(figure)
    const { svg } = await mermaid.render(`${id}-chart`, pre.textContent, figure)
    figure.innerHTML = svg
  }
}

async function show(html, index) {
  const article = document.createElement('article')
  article.className = 'markdown-body'
  // Parsed on its own, so the markup of a summary can't leave its article.
  article.innerHTML = html
  document.body.append(article)
  await drawCharts(article, `summary-${index}`)
  // biome-ignore lint/performance/useDomNodeTextContent: innerText has the line breaks that are shown.
  const text = article.innerText
  return { text, height: Math.floor(article.getBoundingClientRect().height) }
}

async function main() {
  const isDark = document.documentElement.className === 'dark'
  mermaid.initialize({ startOnLoad: false, securityLevel: 'strict', theme: isDark ? 'dark' : 'default' })
  const summaries = []
  for (const [index, html] of JSON.parse(document.getElementById('documents').textContent).entries())
    summaries.push(await show(html, index))
  const result = document.createElement('script')
  result.id = 'result'
  result.type = 'application/json'
  result.textContent = JSON.stringify(summaries).replaceAll('<', '\\u003c')
  document.head.append(result)
}

void main().catch((error) => document.body.append(String(error)))
