import { beforeAll, expect, it } from '@jest/globals'
import { missingForRendering, type Rendered, renderSummaries } from '../../script/render/render.js'
import { playInProcess } from '../support/in-process.js'
import { joinRealms } from '../support/patch-instanceof.js'
import { describeUnlessMissing } from '../support/programs.js'
import { HARMLESS_WORDS, HOSTILE_WORDS, summaryEnds } from '../support/scenarios/summaries.js'
import { readSummary } from '../support/summary-page.js'

joinRealms()

describeUnlessMissing(missingForRendering(), 'the summary of a step, rendered as on GitHub,', () => {
  const summaries: string[] = []
  let shown: readonly Rendered[]

  // One call for all, because starting the browser takes time.
  beforeAll(async () => {
    for (const words of [HARMLESS_WORDS, HOSTILE_WORDS])
      for (const { scenario } of summaryEnds)
        summaries.push((await playInProcess(scenario(words))).result.summary)
    shown = await renderSummaries(summaries)
  })

  const ends = summaryEnds.map(({ name }, index) => ({ name, index, hostile: index + summaryEnds.length }))

  it.each(ends)('that $name shows all of its content', ({ index, hostile }) => {
    for (const at of [index, hostile]) {
      const { headline, paragraphs, rows, command = '', chart } = readSummary(summaries[at] ?? '')
      const { text = '', labels } = shown[at] ?? {}
      const contents = [headline, ...paragraphs, ...Object.entries(rows).flat(), command]
      for (const content of contents) expect(withSingleBlanks(text)).toContain(withSingleBlanks(content))
      expect(labels?.toSorted()).toStrictEqual(listNames(chart ?? '').toSorted())
    }
  })

  it.each(ends)('that $name has the same structure with hostile words', ({ index, hostile }) => {
    expect(shown[hostile]?.outline).toBe(shown[index]?.outline)
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
