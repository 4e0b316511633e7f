import { illegibleWords } from './legible.js'

/**
 * A Gantt chart as drawn. Times have the chart's format, `YYYY-MM-DD HH:mm:ss`.
 *
 * @typedef {{ section: string, name: string, start: string, end: string, tags: string[] }} Task
 * @typedef {{ sections: string[], tasks: Task[] }} Gantt
 */

const tags = /** @type {const} */ (['active', 'done', 'crit', 'milestone'])

/**
 * Replaces each `mermaid` code block of an article with its diagram, as GitHub does.
 *
 * @param {Element} article
 * @param {string} id unique ID of the article
 * @returns {Promise<{ gantts: Gantt[], errors: string[] }>}
 */
export async function drawDiagrams(article, id) {
  /** @type {Gantt[]} */
  const gantts = []
  const errors = []
  for (const [index, pre] of [...article.querySelectorAll('pre[lang="mermaid"]')].entries()) {
    const source = pre.textContent ?? ''
    const figure = document.createElement('div')
    figure.className = 'mermaid'
    pre.replaceWith(figure)
    try {
      const { svg } = await mermaid.render(`${id}-diagram-${index}`, source, figure)
      figure.innerHTML = svg
      const { type, db } = await mermaid.mermaidAPI.getDiagramFromText(source)
      if (type === 'gantt') gantts.push(readGantt(db, figure))
      errors.push(...illegibleWords(figure).map((words) => `Mermaid: ${words}`))
    } catch (error) {
      errors.push(`Mermaid: ${error instanceof Error ? error.message : error}`)
    }
  }
  return { gantts, errors }
}

/**
 * Reads names from the picture, and times from Mermaid.
 *
 * @param {GanttDatabase} db
 * @param {Element} figure
 * @returns {Gantt}
 */
function readGantt(db, figure) {
  const shown = (/** @type {string} */ selector) =>
    [...figure.querySelectorAll(selector)].map((text) => text.textContent?.trim() ?? '')
  return {
    sections: shown('.sectionTitle'),
    tasks: db.getTasks().map((task) => ({
      section: task.section,
      name: shown(`[id="${CSS.escape(task.id)}-text"]`).join(' | '),
      start: instant(task.startTime),
      end: instant(task.endTime),
      tags: tags.filter((tag) => task[tag]),
    })),
  }
}

/** @param {Date} date */
function instant(date) {
  return date.toISOString().slice(0, 19).replace('T', ' ')
}
