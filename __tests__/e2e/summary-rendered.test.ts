import { createServer } from 'node:http'
import { beforeAll, describe, expect, it } from '@jest/globals'
import { missingForRendering, renderSummaries } from '../../script/render/render.js'
import type { Rendered } from '../../script/render/rendered.js'
import { plainLine } from '../../src/action/logger.js'
import { listen } from '../support/listen.js'
import { describeUnlessMissing } from './programs.js'
import { asLabel, escaped, summaryOf, type Words } from './sample-summary.js'

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
]

const bar = ':2026-11-25 14:00:00, 5s'

/** What was not escaped, and how that shows. */
const planted: readonly (readonly [string, Words, string | RegExp])[] = [
  ['a script', { cell: '</td><script>alert(1)</script>' }, 'the tag filter turned a tag into text'],
  ['a handler', { cell: '<b onclick=alert(1)>x</b>' }, 'the sanitizer took out onclick of <b>'],
  ['an address that is a script', { cell: '<a href=javascript:alert(1)>x</a>' }, 'href of <a>'],
  ['one in Markdown', { after: '[x](javascript:alert(1))' }, 'the sanitizer took out href of <a>'],
  ['a picture in SVG', { cell: '<svg onload=alert(1)></svg>' }, 'the sanitizer took out <svg>'],
  ['a form', { cell: '<form action=//evil.example><b>x</b></form>' }, 'the sanitizer took out <form>'],
  ['an allowed image', { cell: '<img src=https://evil.example/x.png>' }, /td\(img\[src\]\)/],
  ['allowed markup', { cell: '<b>x</b>' }, /td\(b\(#\)\)/],
  ['the end of a cell', { cell: '</td><td>x' }, /td td\(#\)/],
  ['the end of a table', { cell: '</table>x' }, /table\(.*\) # pre/],
  ['a comment without end', { cell: '<!-- x' }, /td\(!\)/],
  ['an empty line', { cell: 'x\n\n# y' }, /h1\(#\)/],
  ['a table in Markdown', { after: '| a |\n| - |\n| b |' }, /table\(thead/],
  ['a link that nobody wrote', { after: 'www.evil.example' }, /p\(a\[href\]\(#\)\) p\(a\[href\]\(#\)\)/],
  ['the end of the chart', { label: 'x\n```\n' }, 'Mermaid: Parse error'],
  ['a colon in the chart', { label: 'x : y' }, 'Mermaid: '],
  ['another bar', { label: `x ${bar}\ny` }, /"name":"x"/],
  ['another section', { label: `x ${bar}\nsection y\nz` }, /"sections":\["Before","y"/],
  ['a link in the chart', { label: `x ${bar}\nclick q1 href "https://evil.example"\ny` }, /evil\.example/],
  ['a word that is Mermaid’s', { label: 'section' }, /"sections":\["Snapshot"\]/],
  ['a name too long for the chart', { label: 'word '.repeat(50) }, 'cut off: word'],
  ['a name too long for its section', { label: `x ${bar}\nsection Somebody else’s\ny` }, 'runs into a bar'],
]

describeUnlessMissing(missingForRendering(), 'a job summary, rendered as on GitHub', () => {
  let plain: Rendered
  let hostiles: readonly Rendered[]
  let breakouts: readonly Rendered[]

  // All in one page, since it is the browser's start that takes time.
  beforeAll(async () => {
    const documents = [
      summaryOf(),
      ...hostile.map((words) => summaryOf({ cell: escaped(words), label: asLabel(words) })),
      ...planted.map(([, words]) => summaryOf(words)),
    ]
    const [first, ...rest] = await renderSummaries(documents)
    if (first === undefined) throw new Error('nothing was rendered')
    plain = first
    hostiles = rest.slice(0, hostile.length)
    breakouts = rest.slice(hostile.length)
  }, 60_000)

  it('has the table, the chart, the command and the link', () => {
    expect(plain.text).toMatch(/^Snapshot of demo completed\n+The data of 14:02:31 is safe\./)
    expect(plain.tables).toEqual([
      [
        ['Cluster', 'demo'],
        ['In the way', 'nightly'],
      ],
    ])
    expect(plain.gantts).toEqual([
      {
        sections: ['Before', 'Snapshot'],
        tasks: [
          task('Before', 'nightly', '14:00:00', '14:01:05', 'crit'),
          task('Snapshot', 'queued', '14:01:05', '14:01:12'),
          task('Snapshot', 'in progress', '14:01:12', '14:03:44'),
          task('Snapshot', 'completed', '14:03:44', '14:03:44', 'milestone'),
        ],
      },
    ])
    expect(plain.codeBlocks).toEqual([{ language: 'sh', text: 'atlas backups restores list demo' }])
    expect(plain.links).toEqual([{ text: 'Backups', href: 'https://cloud.mongodb.com/' }])
    expect(plain.errors).toEqual([])
  })

  it.each(hostile.map((words, index) => [words, index] as const))('takes %j for words', (words, index) => {
    const found = hostiles[index]
    expect(shapeOf(found)).toEqual(shapeOf(plain))
    expect(found?.tables[0]?.[1]).toEqual(['In the way', plainLine(words)])
  })

  describe('that does not escape', () => {
    it.each(planted.map(([name, , trace], index) => ({ name, trace, index })))(
      '$name is found out',
      ({ trace, index }) => {
        const found = breakouts[index]
        expect(shapeOf(found)).not.toEqual(shapeOf(plain))
        if (typeof trace === 'string') expect(found?.errors).toContainEqual(expect.stringContaining(trace))
        else expect(JSON.stringify(found)).toMatch(trace)
      },
    )
  })

  it('can be read on a dark page, too, which a bar that is done cannot', async () => {
    const done = summaryOf().replace(':p1', ':done, p1')
    const [dark, faint] = await renderSummaries([summaryOf(), done], 'dark')
    expect(dark?.errors).toEqual([])
    expect(faint?.errors).toEqual(['Mermaid: as light as its bar: in progress'])
  }, 60_000)

  it('is rendered without the network', async () => {
    let asked = 0
    const server = createServer((_, response) => {
      asked += 1
      response.end()
    })
    const { port, close } = await listen(server)
    try {
      const [found] = await renderSummaries([`<img src="http://127.0.0.1:${port}/x.png">`])
      expect(found?.images).toEqual([`http://127.0.0.1:${port}/x.png`])
      expect(asked).toBe(0)
    } finally {
      await close()
    }
  }, 60_000)
})

/** All but the words from outside. */
function shapeOf(rendered: Rendered | undefined) {
  if (rendered === undefined) throw new Error('not rendered')
  const { outline, links, images, codeBlocks, errors, gantts } = rendered
  const withoutNames = gantts.map(({ sections, tasks }) => ({
    sections,
    tasks: tasks.map(({ section, start, end, tags }) => ({ section, start, end, tags })),
  }))
  return { outline, links, images, codeBlocks, errors, gantts: withoutNames }
}

function task(section: string, name: string, start: string, end: string, ...tags: string[]) {
  return { section, name, start: `2026-11-25 ${start}`, end: `2026-11-25 ${end}`, tags }
}
