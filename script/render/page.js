// Runs in the browser: shows job summaries as GitHub does, and stores what they show in the page.

/** The names of elements and attributes, with `#` for text: text that became markup changes it. */
function outline(parent) {
  return [...parent.childNodes]
    .filter((node) => node instanceof Element || node.textContent.trim() !== '')
    .map((node) => {
      if (!(node instanceof Element)) return node instanceof Comment ? '!' : '#'
      return `${node.localName}[${node.getAttributeNames().sort()}](${outline(node)})`
    })
    .join(' ')
}

/** Replaces each chart's source with the chart. */
async function drawCharts(article, id) {
  const labels = []
  for (const [index, pre] of [...article.querySelectorAll('pre[lang="mermaid"]')].entries()) {
    const figure = document.createElement('div')
    pre.replaceWith(figure)
    const { svg } = await mermaid.render(`${id}-chart-${index}`, pre.textContent, figure)
    figure.innerHTML = svg
    const names = figure.querySelectorAll('.sectionTitle, [class*="taskText"]')
    labels.push(...[...names].map(({ textContent }) => textContent.trim()))
  }
  return labels
}

async function show(html, index) {
  // Parsed separately, so a summary can't affect anything outside its article.
  const { body } = new DOMParser().parseFromString(html, 'text/html')
  const article = document.createElement('article')
  article.className = 'markdown-body'
  article.append(...body.childNodes)
  document.body.append(article)
  const structure = outline(article)
  const labels = await drawCharts(article, `summary-${index}`)
  // biome-ignore lint/performance/useDomNodeTextContent: innerText has the line breaks that are shown.
  const text = article.innerText
  return { outline: structure, text, labels, height: Math.ceil(article.getBoundingClientRect().height) }
}

async function main() {
  const isDark = document.documentElement.className === 'dark'
  mermaid.initialize({ startOnLoad: false, securityLevel: 'strict', theme: isDark ? 'dark' : 'default' })
  const summaries = []
  for (const [index, html] of JSON.parse(document.getElementById('documents').textContent).entries())
    summaries.push(await show(html, index))
  return { summaries }
}

void main()
  .catch((error) => ({ failure: String(error) }))
  .then((found) => {
    const result = document.createElement('script')
    result.id = 'result'
    result.type = 'application/json'
    result.textContent = JSON.stringify(found).replaceAll('<', '\\u003c')
    document.head.append(result)
  })
