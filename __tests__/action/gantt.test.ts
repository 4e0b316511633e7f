import { describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import { renderGantt, renderTimeAxis } from '../../src/action/gantt.js'
import type { History, Span } from '../../src/action/timeline.js'
import { TITLES } from '../../src/titles.js'
import { assertProperty } from '../support/assertions.js'
import { hostileText } from '../support/hostile-text.js'

const START = Date.parse('2026-11-25T15:47:55Z')

/** A span in seconds since the start. */
function span(kind: Span['kind'], label: string, from: number, to: number): Span {
  return { kind, label, from: START + from * 1000, to: START + to * 1000 }
}

function history(seconds: number, ...spans: readonly Span[]): History {
  return { startedAt: START, endedAt: START + seconds * 1000, spans }
}

/** The sections and rows, without the header. */
function rows(what: History, restorePoint?: string): string[] {
  return renderGantt(what, restorePoint)?.split('\n').slice(6) ?? []
}

const created = [
  span('step', 'one', 0, 1),
  span('snapshot', 'queued', 1, 8),
  span('snapshot', 'inProgress', 8, 162),
  span('snapshot', 'completed', 162, 162),
]

// The golden file has whole charts.
describe('the chart of a step', () => {
  it('has a mark with another name if the snapshot had finished before the step', () => {
    const before = [span('step', 'one', 0, 9), span('retry', 'two', 1, 8)]
    const mark = (status: string) => rows(history(9, ...before, span('snapshot', status, 9, 9))).at(-1)
    expect(mark('completed')).toBe('  completed earlier :milestone, 2026-11-25 15:48:04.000, 0ms')
    expect(mark('failed')).toBe('  failed earlier :crit, milestone, 2026-11-25 15:48:04.000, 0ms')
    expect(rows(history(162, ...created)).at(-1)).toMatch(/^ {2}completed :/)
  })

  it('is left out unless at least two spans took time', () => {
    const withQueuedFor = (seconds: number) =>
      renderGantt(history(2, span('step', 'one', 0, 1), span('snapshot', 'queued', 1, 1 + seconds)))
    expect(withQueuedFor(0.099)).toBeUndefined()
    expect(withQueuedFor(0.1)).toBeDefined()
  })

  it.each([
    ['before the step', '2026-11-25T15:47:54Z', 0],
    ['at its start', '2026-11-25T15:47:55Z', 1],
    ['at its end', '2026-11-25T15:50:37Z', 1],
    ['after it', '2026-11-25T15:50:38Z', 0],
    ['that is not a time', 'soon', 0],
  ])('has a mark for a restore point %s, or none', (_, restorePoint, expected) => {
    const shown = rows(history(162, ...created), restorePoint)
    expect(shown.filter((row) => row.startsWith('  restore point :milestone'))).toHaveLength(expected)
  })

  it('shows a very short span with 1% of the width', () => {
    const all = rows(history(1000, span('snapshot', 'queued', 5, 5), ...created))
    expect(all).toContain('  queued :2026-11-25 15:48:00.000, 2026-11-25 15:48:10.000')
  })

  it('shows the first and the last 20 retries', () => {
    const retries = Array.from({ length: 41 }, (_, at) => span('retry', `try ${at + 1}`, at, at + 1))
    const shown = rows(history(41, ...retries)).join('\n')
    expect(shown.match(/ try \d+/g)).toHaveLength(40)
    expect(shown).not.toContain(' try 21 ')
  })
})

/** Keywords of Mermaid. */
const KEYWORD =
  /^(gantt|title|section|click|dateformat|axisformat|tickinterval|includes|excludes|todaymarker|weekday|weekend|topaxis|inclusiveenddates|acctitle|accdescr|\d|%|---)/i

describe('a name in the chart', () => {
  it.each([
    // An unknown status can be a keyword of Mermaid.
    ['snapshot', 'click', 'status click'],
    ['snapshot', 'done, 2026-01-01, 9d\n  title x', 'status done 2026-01-01 9d titl'],
    ['snapshot', '%%{init: {"a": 1}}%%', 'status init a 1'],
    ['snapshot', '```', 'status'],
    ['snapshot', 'x'.repeat(500), `status ${'x'.repeat(23)}`],
    ['retry', ' :;# ', 'unknown'],
    // It must fit beside its bar.
    ['retry', 'x'.repeat(500), 'x'.repeat(60)],
    ['retry', `${'x'.repeat(59)} y`, 'x'.repeat(59)],
  ] as const)('of a %s with the label %j is %j', (kind, label, name) => {
    const row = rows(history(9, span('step', 'x', 0, 1), span(kind, label, 1, 2))).at(-1)
    expect(row).toMatch(new RegExp(`^ {2}${name} :`))
  })

  it('of a retry is an error title, which does not start with a Mermaid keyword', () => {
    for (const title of Object.values(TITLES)) expect(title).not.toMatch(KEYWORD)
  })

  it('adds no line for any status or label', () => {
    const line =
      /^ {2}[\p{L}\p{N}().-][\p{L}\p{N} ().-]* :((crit|milestone|crit, milestone), )?\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{3}, (\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{3}|0ms)$/u
    const hostile = fc.tuple(
      fc.constantFrom('step', 'retry', 'snapshot'),
      fc.oneof(hostileText, fc.constantFrom('queued', 'completed', 'failed')),
    )
    assertProperty(
      fc.property(fc.array(hostile, { minLength: 2, maxLength: 60 }), hostileText, (labels, restorePoint) => {
        const spans = labels.map(([kind, label], at) => span(kind, label, at, at + 1))
        const lines = rows(history(labels.length, ...spans), restorePoint)
        const sections = lines.filter((row) => !line.test(row))
        expect(sections).toHaveLength(new Set(labels.map(([kind]) => kind)).size)
        for (const section of sections) expect(section).toMatch(/^ {2}section [^:]+$/)
        const statuses = lines.slice(lines.lastIndexOf(sections.at(-1) ?? '') + 1)
        const isShown = labels.some(([kind]) => kind === 'snapshot')
        for (const row of isShown ? statuses : []) expect(row.trim()).not.toMatch(KEYWORD)
        expect(lines.join('')).not.toMatch(/[;#`\r\u2028\u2029"<>]/)
      }),
    )
  })
})

it.each([
  ['6 s', 6_000, '%H:%M:%S', '1second'],
  ['3 min', 180_000, '%H:%M:%S', '30second'],
  ['more than 3 min', 180_001, '%H:%M', '1minute'],
  ['a day', 86_400_000, '%b %d %H:%M', '6hour'],
  ['weeks', 3_600_000_000, '%b %d %H:%M', '1day'],
])('the time axis of a chart of %s', (_, span, format, interval) => {
  expect(renderTimeAxis(span)).toStrictEqual([`axisFormat ${format}`, `tickInterval ${interval}`])
})
