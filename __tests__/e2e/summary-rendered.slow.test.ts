import { expect, it } from '@jest/globals'
import { renderSummaries } from '../../script/render.js'
import { playInProcess } from '../support/in-process.js'
import { describeWith } from '../support/programs.js'
import { HOSTILE_WORDS, summaryEnds } from '../support/rows/summaries.js'
import { readSummary } from '../support/summary-page.js'

describeWith(['chromium', 'cmark-gfm'], 'the summary of a step, rendered as on GitHub,', () => {
  it('shows all of its content, even words that try to break the markup', async () => {
    const summaries: string[] = []
    for (const setup of Object.values(summaryEnds))
      summaries.push((await playInProcess(setup(HOSTILE_WORDS))).result.summary)
    const shown = renderSummaries(summaries)
    expect(shown).toHaveLength(summaries.length)
    for (const [index, { text }] of shown.entries()) {
      const { headline, paragraphs, rows, command = '', chart = '' } = readSummary(summaries[index] ?? '')
      const contents = [headline, ...paragraphs, ...Object.entries(rows).flat(), command, ...listNames(chart)]
      for (const content of contents) expect(withSingleBlanks(text)).toContain(withSingleBlanks(content))
    }
  })
})

/** The names of sections and bars in the source of a chart. */
function listNames(chart: string): string[] {
  const [, ...lines] = chart.split(/^ {2}section /m)
  return lines
    .join('')
    .split('\n')
    .map((line) => line.trim().replace(/ :.*/, ''))
    .filter(Boolean)
}

/** Collapses spaces, as HTML does. */
function withSingleBlanks(text: string): string {
  return text.replace(/\s+/g, ' ').trim()
}
