import { createServer } from 'node:http'
import { beforeAll, describe, expect, it } from '@jest/globals'
import { missingForRendering, renderSummaries } from '../../script/render/render.js'
import type { Gantt, Rendered } from '../../script/render/rendered.js'
import { sanitizeLine } from '../../src/action/logger.js'
import { type PlayedInProcess, playInProcess } from '../support/in-process.js'
import { listen } from '../support/listen.js'
import { joinRealms } from '../support/patch-instanceof.js'
import { describeUnlessMissing } from '../support/programs.js'
import { type Breakout, brokenSummary, sampleSummary } from '../support/sample-summary.js'
import { HARMLESS_WORDS, HOSTILE_WORDS, summaryEnds } from '../support/scenarios/summaries.js'
import { readSummary } from '../support/summary-page.js'

joinRealms()

const hostile = [
  '</td><script>alert(1)</script>',
  '</td></tr></table></details><h1>x',
  '<img src=x onerror=alert(1)>',
  '<!-- x',
  '-->',
  '"><a href=//evil.example>x',
  '&lt;b&gt;&amp;',
  '```',
  '| a | b |',
  '**b** `c` ~~d~~ _e_',
  '[x](javascript:alert(1))',
  'https://evil.example',
  'x\n\n# y\n\n- z',
  '::error::x',
  'x :crit, y, 2026-01-01 00:00:00, 1d',
  '%%{init: {"theme": "forest"}}%%',
  'section y; click q1 href "https://evil.example"',
  '#quot;#9829; #',
  'ｘ 雪 🎉\u202e\u0000\u001b[31m',
  '雪'.repeat(500),
  'section',
  'x, 9d :milestone',
]

const bar = ':2026-11-25 14:00:00.000, 5s'

/** Unescaped text, and how the check reports it. */
const planted: readonly (readonly [string, Breakout, string | RegExp])[] = [
  ['a script', { cell: '</td><script>alert(1)</script>' }, 'tag'],
  ['a handler', { cell: '<b onclick=alert(1)>x</b>' }, 'onclick of <b>'],
  ['a link to a script', { cell: '<a href=javascript:alert(1)>x</a>' }, 'href of <a>'],
  ['a script in Markdown', { after: '[x](javascript:alert(1))' }, 'href of <a>'],
  ['a picture in SVG', { cell: '<svg onload=alert(1)></svg>' }, '<svg>'],
  ['a form', { cell: '<form action=//evil.example><b>x</b></form>' }, '<form>'],
  ['an allowed image', { cell: '<img src=https://evil.example/x.png>' }, /td\(img\[src\]\)/],
  ['allowed markup', { cell: '<b>x</b>' }, /td\(b\(#\)\)/],
  ['the end of a cell', { cell: '</td><td>x' }, /td td\(#\)/],
  ['the end of a table', { cell: '</table>x' }, /table\(.*\) # p/],
  ['a comment without end', { cell: '<!-- x' }, /td\(!\)/],
  ['an empty line', { cell: 'x\n\n# y' }, /h1\(#\)/],
  ['a table in Markdown', { after: '| a |\n| - |\n| b |' }, /table\(thead/],
  ['an automatic link', { after: 'www.evil.example' }, /p\(a\[href\]\(#\)\)"/],
  ['the end of the chart', { label: 'x\n```\n' }, 'Parse error'],
  ['a colon in the chart', { label: 'x :crit, y' }, /"name":"x",[^}]*"crit"/],
  ['another bar', { label: `x ${bar}\ny` }, /"name":"x"/],
  ['another section', { label: `x ${bar}\nsection y\nz` }, /"sections":\[("[^"]*",){3}"y"\]/],
  ['a link in the chart', { label: `x ${bar}\nclick task1 href "https://evil.example"\ny` }, /evil\.example/],
  ['a keyword of Mermaid', { label: 'section' }, /"sections":\[("[^"]*",){3}":/],
  ['a name too long for the chart', { label: 'word '.repeat(50) }, 'word word'],
  [
    'a name too long for its section',
    { label: `x ${bar}\nsection Another client’s\ny ${bar}\nsection z\nz` },
    'Another client’s',
  ],
  [
    'a name that overlaps its milestone',
    // Short enough in any font.
    { bar: 'x :crit, milestone, 2026-11-25 14:03:44.000, 0ms' },
    ': x',
  ],
]

describeUnlessMissing(missingForRendering(), 'a job summary, rendered as on GitHub', () => {
  let plain: Rendered
  let hostiles: readonly Rendered[]
  let breakouts: readonly Rendered[]

  // One call for all, because starting the browser takes time.
  beforeAll(async () => {
    const documents = [
      sampleSummary(),
      ...hostile.map((words) => sampleSummary(words)),
      ...planted.map(([, breakout]) => brokenSummary(breakout)),
    ]
    const [first, ...rest] = await renderSummaries(documents)
    if (first === undefined) throw new Error('nothing was rendered')
    plain = first
    hostiles = rest.slice(0, hostile.length)
    breakouts = rest.slice(hostile.length)
  })

  it('has a chart of the step, its retries, and the snapshot', () => {
    expect(plain.errors).toStrictEqual([])
    const [{ sections, tasks } = { sections: [], tasks: [] }, ...more] = plain.gantts
    expect(more).toStrictEqual([])
    expect(
      tasks.map((task) => [sections.indexOf(task.section), task.start, task.end, ...task.tags]),
    ).toStrictEqual([
      [0, '2026-11-25 14:00:00', '2026-11-25 14:01:05'],
      [1, '2026-11-25 14:00:10', '2026-11-25 14:00:40', 'crit'],
      [2, '2026-11-25 14:01:05', '2026-11-25 14:01:12'],
      [2, '2026-11-25 14:01:12', '2026-11-25 14:02:00'],
      [2, '2026-11-25 14:02:00', '2026-11-25 14:03:44'],
    ])
  })

  it.each(hostile.map((words, index) => [words, index] as const))('shows %j as text', (words, index) => {
    const found = hostiles[index]
    expect(describeShape(found)).toStrictEqual(describeShape(plain))
    const cells = (found?.tables[0] ?? []).flat()
    // Expiry and description, and the status if it is not truncated.
    const isTruncated = sanitizeLine(words).length > 200
    expect(cells.filter((cell) => cell === sanitizeLine(words))).toHaveLength(isTruncated ? 2 : 3)
    expect(found?.text).toContain(`${sanitizeLine(`Message: ${words}`)}\n`)
  })

  describe('with unescaped text', () => {
    it.each(planted.map(([name, , trace], index) => ({ name, trace, index })))(
      'is detected: $name',
      ({ trace, index }) => {
        const found = breakouts[index]
        expect(describeShape(found)).not.toStrictEqual(describeShape(plain))
        if (typeof trace === 'string') expect(found?.errors).toContainEqual(expect.stringContaining(trace))
        else expect(JSON.stringify(found)).toMatch(trace)
      },
    )
  })

  it('is readable on a dark page, unlike a bar that is done', async () => {
    const done = sampleSummary().replace(' :2026-11-25 14:01:12', ' :done, 2026-11-25 14:01:12')
    const [dark, faint] = await renderSummaries([sampleSummary(), done], 'dark')
    expect(dark?.errors).toStrictEqual([])
    const name = plain.gantts[0]?.tasks[3]?.name
    expect(faint?.errors).toStrictEqual([expect.stringMatching(`: ${name}$`)])
  })

  it('is rendered without the network', async () => {
    let requests = 0
    const server = createServer((_, response) => {
      requests += 1
      response.end()
    })
    const { port, close } = await listen(server)
    try {
      const [found] = await renderSummaries([`<img src="http://127.0.0.1:${port}/x.png">`])
      expect(found?.images).toStrictEqual([`http://127.0.0.1:${port}/x.png`])
      expect(requests).toBe(0)
    } finally {
      await close()
    }
  })
})

describeUnlessMissing(missingForRendering(), 'the summary of a step, rendered as on GitHub,', () => {
  const runs: PlayedInProcess[] = []
  let light: readonly Rendered[]
  let dark: readonly Rendered[]

  beforeAll(async () => {
    for (const words of [HARMLESS_WORDS, HOSTILE_WORDS])
      for (const { scenario } of summaryEnds) runs.push(await playInProcess(scenario(words)))
    const summaries = runs.map(({ result }) => result.summary)
    light = await renderSummaries(summaries)
    dark = await renderSummaries(summaries, 'dark')
  })

  const ends = summaryEnds.map(({ name }, index) => ({ name, index, hostile: index + summaryEnds.length }))

  it.each(ends)('that $name shows all of its content', ({ index, hostile }) => {
    for (const at of [index, hostile]) {
      const page = readSummary(runs[at]?.result.summary ?? '')
      const { text = '', tables, links, images, codeBlocks, gantts, errors } = light[at] ?? {}
      expect(errors).toStrictEqual([])
      expect(images).toStrictEqual([])
      const lines = text.split('\n').map(withSingleBlanks)
      expect(lines[0]).toBe(withSingleBlanks(page.headline))
      expect(lines).toStrictEqual(expect.arrayContaining(page.paragraphs.map(withSingleBlanks)))
      expect(tables?.flat(2).map(withSingleBlanks)).toStrictEqual(
        Object.entries(page.rows).flat().map(withSingleBlanks),
      )
      expect(links?.map(({ href }) => href)).toStrictEqual(page.links)
      expect(codeBlocks).toStrictEqual(
        page.command === undefined ? [] : [{ language: 'sh', text: page.command }],
      )
      expect(gantts?.map(listNames)).toStrictEqual(page.chart === undefined ? [] : [parseNames(page.chart)])
    }
  })

  it.each(ends)('that $name has the same structure with hostile words', ({ index, hostile }) => {
    expect(light[hostile]?.outline).toBe(light[index]?.outline)
  })

  it('shows the restore point at the time in created-at, between queued and completed', () => {
    const { 'created-at': createdAt = '' } = runs[0]?.result.outputs ?? {}
    const [queued, inProgress, restorePoint, completed] = light[0]?.gantts[0]?.tasks.slice(1) ?? []
    expect(restorePoint?.start).toBe(createdAt.replace('T', ' ').replace('Z', ''))
    expect(queued?.end).toBe(inProgress?.start)
    expect(inProgress?.end).toBe(completed?.start)
  })

  it('is readable on a dark page', () => {
    expect(dark.map(({ errors }) => errors)).toStrictEqual(runs.map(() => []))
  })
})

/** Everything except the words from outside. */
function describeShape(rendered: Rendered | undefined) {
  if (rendered === undefined) throw new Error('not rendered')
  const { outline, links, images, codeBlocks, errors, gantts } = rendered
  const withoutNames = gantts.map(({ sections, tasks }) => ({
    sections,
    tasks: tasks.map(({ section, start, end, tags }) => ({ section, start, end, tags })),
  }))
  return { outline, links, images, codeBlocks, errors, gantts: withoutNames }
}

/** The names of sections and bars in the source of a chart. */
function parseNames(chart: string): string[] {
  const lines = chart.split('\n')
  const start = lines.findIndex((line) => line.startsWith('  section '))
  return lines.slice(start).map((line) => line.trim().replace(/^section | :.*/g, ''))
}

/** The names of sections and bars in a rendered chart. */
function listNames({ sections, tasks }: Gantt): string[] {
  return sections.flatMap((section) => [
    section,
    ...tasks.filter((task) => task.section === section).map(({ name }) => name),
  ])
}

/** Collapses spaces, as HTML does. */
function withSingleBlanks(text: string): string {
  return text.replace(/\s+/g, ' ').trim()
}
