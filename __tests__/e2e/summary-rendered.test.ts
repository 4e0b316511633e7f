import { createServer } from 'node:http'
import { beforeAll, describe, expect, it } from '@jest/globals'
import { missingForRendering, renderSummaries } from '../../script/render/render.js'
import type { Rendered } from '../../script/render/rendered.js'
import { sanitizeLine } from '../../src/action/logger.js'
import { listen } from '../support/listen.js'
import { describeUnlessMissing } from './programs.js'
import { type Breakout, brokenSummary, sampleSummary } from './sample-summary.js'

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

/** What was not escaped, and how that shows. */
const planted: readonly (readonly [string, Breakout, string | RegExp])[] = [
  ['a script', { cell: '</td><script>alert(1)</script>' }, 'the tag filter turned a tag into text'],
  ['a handler', { cell: '<b onclick=alert(1)>x</b>' }, 'the sanitizer took out onclick of <b>'],
  ['an address that is a script', { cell: '<a href=javascript:alert(1)>x</a>' }, 'href of <a>'],
  ['one in Markdown', { after: '[x](javascript:alert(1))' }, 'the sanitizer took out href of <a>'],
  ['a picture in SVG', { cell: '<svg onload=alert(1)></svg>' }, 'the sanitizer took out <svg>'],
  ['a form', { cell: '<form action=//evil.example><b>x</b></form>' }, 'the sanitizer took out <form>'],
  ['an allowed image', { cell: '<img src=https://evil.example/x.png>' }, /td\(img\[src\]\)/],
  ['allowed markup', { cell: '<b>x</b>' }, /td\(b\(#\)\)/],
  ['the end of a cell', { cell: '</td><td>x' }, /td td\(#\)/],
  ['the end of a table', { cell: '</table>x' }, /table\(.*\) # p/],
  ['a comment without end', { cell: '<!-- x' }, /td\(!\)/],
  ['an empty line', { cell: 'x\n\n# y' }, /h1\(#\)/],
  ['a table in Markdown', { after: '| a |\n| - |\n| b |' }, /table\(thead/],
  ['a link that nobody wrote', { after: 'www.evil.example' }, /p\(a\[href\]\(#\)\)"/],
  ['the end of the chart', { label: 'x\n```\n' }, 'Mermaid: Parse error'],
  ['a colon in the chart', { label: 'x :crit, y' }, /"name":"x",[^}]*"crit"/],
  ['another bar', { label: `x ${bar}\ny` }, /"name":"x"/],
  ['another section', { label: `x ${bar}\nsection y\nz` }, /"In Atlas","y"/],
  ['a link in the chart', { label: `x ${bar}\nclick task1 href "https://evil.example"\ny` }, /evil\.example/],
  ['a word that is Mermaid’s', { label: 'section' }, /"sections":\["This step","Retries","In Atlas",":/],
  ['a name too long for the chart', { label: 'word '.repeat(50) }, 'cut off: word'],
  [
    'a name too long for its section',
    { label: `x ${bar}\nsection Somebody else’s\ny ${bar}\nsection z\nz` },
    'runs into a bar',
  ],
  [
    'a name upon its mark',
    // Short enough in whatever font the machine has.
    { bar: 'x :crit, milestone, 2026-11-25 14:03:44.000, 0ms' },
    'Mermaid: runs into a mark: x',
  ],
]

describeUnlessMissing(missingForRendering(), 'a job summary, rendered as on GitHub', () => {
  let plain: Rendered
  let hostiles: readonly Rendered[]
  let breakouts: readonly Rendered[]

  // All in one page, since it is the browser's start that takes time.
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
  }, 60_000)

  it('has a chart of what the step did, what kept it waiting, and what Atlas did', () => {
    expect(plain.errors).toEqual([])
    expect(plain.gantts).toEqual([
      {
        sections: ['This step', 'Retries', 'In Atlas'],
        tasks: [
          task('This step', 'asking Atlas', '14:00:00', '14:01:05'),
          task('Retries', 'Atlas says nightly', '14:00:10', '14:00:40', 'crit'),
          task('In Atlas', 'queued', '14:01:05', '14:01:12'),
          task('In Atlas', 'in progress', '14:01:12', '14:02:00'),
          task('In Atlas', 'status nightly', '14:02:00', '14:03:44'),
        ],
      },
    ])
  })

  it.each(hostile.map((words, index) => [words, index] as const))('takes %j for words', (words, index) => {
    const found = hostiles[index]
    expect(describeShape(found)).toEqual(describeShape(plain))
    const cells = Object.fromEntries(found?.tables[0] ?? [])
    expect(cells).toMatchObject({ Status: sanitizeLine(words), Description: sanitizeLine(words) })
    expect(found?.text).toContain(`What happened: ${sanitizeLine(`Atlas says: ${words}`)}\n`)
  })

  describe('that does not escape', () => {
    it.each(planted.map(([name, , trace], index) => ({ name, trace, index })))(
      '$name is found out',
      ({ trace, index }) => {
        const found = breakouts[index]
        expect(describeShape(found)).not.toEqual(describeShape(plain))
        if (typeof trace === 'string') expect(found?.errors).toContainEqual(expect.stringContaining(trace))
        else expect(JSON.stringify(found)).toMatch(trace)
      },
    )
  })

  it('can be read on a dark page, too, which a bar that is done cannot', async () => {
    const done = sampleSummary().replace('in progress :', 'in progress :done, ')
    const [dark, faint] = await renderSummaries([sampleSummary(), done], 'dark')
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
function describeShape(rendered: Rendered | undefined) {
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
