import { describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import { renderGantt, renderTimeAxis } from '../../src/action/gantt.js'
import type { History, Span } from '../../src/action/timeline.js'
import { REMEDIES } from '../../src/atlas/remedies.js'
import { assertProperty } from '../support/assertions.js'
import { hostileText } from '../support/hostile-text.js'

const START = Date.parse('2026-11-25T15:47:55Z')

/** A stretch in seconds since the start. */
function stretch(kind: Span['kind'], label: string, from: number, to: number): Span {
  return { kind, label, from: START + from * 1000, to: START + to * 1000 }
}

function history(seconds: number, ...spans: readonly Span[]): History {
  return { startedAt: START, endedAt: START + seconds * 1000, clockSkewMs: 0, spans }
}

/** The chart of a history that has one. */
function chart(what: History, dataAsOf?: string): string {
  const text = renderGantt(what, dataAsOf)
  if (text === undefined) throw new Error('there is no chart')
  return text
}

/** The rows and sections, without what stands above them. */
function rows(what: History, dataAsOf?: string): string[] {
  return chart(what, dataAsOf).split('\n').slice(6)
}

const taken = [
  stretch('step', 'asking Atlas', 0, 1),
  stretch('snapshot', 'queued', 1, 8),
  stretch('snapshot', 'inProgress', 8, 162),
  stretch('snapshot', 'completed', 162, 162),
]

describe('the chart of a step', () => {
  it('shows what the step did, what kept it waiting, each status, the end and the restore point', () => {
    const retry = stretch('retry', 'Atlas gave no usable answer (3 times)', 20, 50)
    expect(chart(history(162, ...taken, retry), '2026-11-25T15:49:21Z')).toBe(`gantt
  title Times in UTC
  dateFormat YYYY-MM-DD HH:mm:ss.SSS
  axisFormat %H:%M:%S
  tickInterval 30second
  todayMarker off
  section This step
  asking Atlas :2026-11-25 15:47:55.000, 2026-11-25 15:47:56.620
  section Retries
  Atlas gave no usable answer (3 times) :crit, 2026-11-25 15:48:15.000, 2026-11-25 15:48:45.000
  section In Atlas
  queued :2026-11-25 15:47:56.000, 2026-11-25 15:48:03.000
  in progress :2026-11-25 15:48:03.000, 2026-11-25 15:50:37.000
  restore point :milestone, 2026-11-25 15:49:21.000, 0ms
  completed :milestone, 2026-11-25 15:50:37.000, 0ms`)
  })

  it('shows a conflict', () => {
    const waiting = stretch('step', 'waiting for another snapshot', 1, 90)
    expect(rows(history(100, stretch('step', 'Asking', 0, 1), waiting))).toEqual([
      '  section This step',
      '  Asking :2026-11-25 15:47:55.000, 2026-11-25 15:47:56.000',
      '  waiting for another snapshot :2026-11-25 15:47:56.000, 2026-11-25 15:49:25.000',
    ])
  })

  it('shows a snapshot that goes on until now', () => {
    expect(rows(history(60, ...taken.slice(0, 1), stretch('snapshot', 'queued', 1, 60))).at(-1)).toBe(
      '  queued :2026-11-25 15:47:56.000, 2026-11-25 15:48:55.000',
    )
  })

  // At the right border Mermaid would set the word alone upon its mark.
  it('shows a failure as critical, by two words', () => {
    const failed = [...taken.slice(0, 3), stretch('snapshot', 'failed', 162, 162)]
    expect(rows(history(162, ...failed)).at(-1)).toBe(
      '  snapshot failed :crit, milestone, 2026-11-25 15:50:37.000, 0ms',
    )
  })

  it('does not pretend to know when a snapshot ended that had ended before it was seen', () => {
    const asking = stretch('step', 'asking Atlas', 0, 9)
    const retry = stretch('retry', 'Atlas gave no usable answer', 1, 8)
    const reused = stretch('snapshot', 'completed', 9, 9)
    expect(rows(history(9, asking, retry, reused)).at(-1)).toBe(
      '  completed before :milestone, 2026-11-25 15:48:04.000, 0ms',
    )
  })

  it('is left out where one thing at most took time', () => {
    expect(renderGantt(history(1))).toBeUndefined()
    expect(renderGantt(history(1, stretch('snapshot', 'completed', 1, 1)))).toBeUndefined()
    const [asking] = taken
    const withQueuedFor = (seconds: number) =>
      renderGantt(
        history(2, asking ?? stretch('step', '', 0, 1), stretch('snapshot', 'queued', 1, 1 + seconds)),
      )
    expect(withQueuedFor(0.099)).toBeUndefined()
    expect(withQueuedFor(0.1)).toBeDefined()
  })

  it.each([
    ['before the step', '2026-11-25T15:47:54Z', 0],
    ['at its start', '2026-11-25T15:47:55Z', 1],
    ['at its end', '2026-11-25T15:50:37Z', 1],
    ['after it', '2026-11-25T15:50:38Z', 0],
    ['at no time', 'soon', 0],
    ['unknown', undefined, 0],
  ])('has a restore point that is %s or not', (_, dataAsOf, expected) => {
    const found = rows(history(162, ...taken), dataAsOf).filter((row) => row.includes('restore point'))
    expect(found).toHaveLength(expected)
  })

  it('has the restore point where it was by this clock, though Atlas has another one', () => {
    const behind = { ...history(162, ...taken), clockSkewMs: -3_600_000 }
    const [row] = rows(behind, '2026-11-25T16:49:21Z').filter((line) => line.includes('restore point'))
    expect(row).toBe('  restore point :milestone, 2026-11-25 15:49:21.000, 0ms')
  })

  it('lets a very short stretch last a hundredth of the whole, so that it can be seen', () => {
    const all = rows(history(1000, stretch('snapshot', 'queued', 5, 5), ...taken))
    expect(all[3]).toBe('  queued :2026-11-25 15:48:00.000, 2026-11-25 15:48:10.000')
  })

  it.each([
    [40, 40],
    [41, 40],
    [500, 40],
  ])('of %i retries has %i rows, the first and the last ones', (many, shown) => {
    const retries = Array.from({ length: many }, (_, at) => stretch('retry', `try ${at + 1}`, at, at + 1))
    const names = rows(history(many, ...retries))
      .slice(1)
      .map((row) => row.split(' :')[0]?.trim())
    expect(names).toHaveLength(shown)
    expect([names[0], names[19], names.at(-20), names.at(-1)]).toEqual([
      ...['try 1', 'try 20'],
      ...[`try ${many - 19}`, `try ${many}`],
    ])
  })
})

describe('a name in the chart', () => {
  const rowName = (kind: Span['kind'], label: string) =>
    rows(history(9, stretch('step', 'x', 0, 1), stretch(kind, label, 1, 2)))
      .at(-1)
      ?.split(' :')[0]
      ?.trim()

  it.each([
    ['thinking', 'status thinking'],
    ['section Mine', 'status section Mine'],
    ['click', 'status click'],
    ['2026-11-25', 'status 2026-11-25'],
    ['done, 2026-01-01, 9d\n  title x', 'status done 2026-01-01 9d titl'],
    ['%%{init: {"a": 1}}%%', 'status init a 1'],
    ['```', 'status'],
    ['x'.repeat(500), `status ${'x'.repeat(23)}`],
  ])('of the unknown status %j cannot begin with one of Mermaid’s words: %j', (status, name) => {
    expect(rowName('snapshot', status)).toBe(name)
  })

  it('is never empty', () => {
    expect(rowName('retry', ' :;# ')).toBe('unknown')
  })

  it('is not too long to stand beside its bar', () => {
    expect(rowName('retry', 'x'.repeat(500))).toBe('x'.repeat(60))
    expect(rowName('retry', `${'x'.repeat(59)} y`)).toBe('x'.repeat(59))
  })

  it('is a title of this project for a retry, none of which begins with one of Mermaid’s words', () => {
    const words =
      /^(gantt|title|section|click|dateformat|axisformat|tickinterval|includes|excludes|todaymarker|weekday|weekend|topaxis|inclusiveenddates|acc\w+|\d|%|---)/i
    for (const { title } of REMEDIES) expect(title).not.toMatch(words)
  })

  it('lets no line be but those of this project, whatever a status or a label is', () => {
    const line =
      /^ {2}[\p{L}\p{N}().-][\p{L}\p{N} ().-]* :((crit|milestone|crit, milestone), )?\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{3}, (\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{3}|0ms)$/u
    const status =
      /^ {2}(queued|in progress|completed|snapshot failed|completed before|failed before|status|restore point)( |$)/
    const hostile = fc.tuple(
      fc.constantFrom('step', 'retry', 'snapshot'),
      fc.oneof(hostileText, fc.constantFrom('queued', 'completed', 'failed')),
    )
    assertProperty(
      fc.property(fc.array(hostile, { minLength: 2, maxLength: 60 }), hostileText, (labels, dataAsOf) => {
        const spans = labels.map(([kind, label], at) => stretch(kind, label, at, at + 1))
        const text = chart(history(labels.length, ...spans), dataAsOf)
        let section = ''
        for (const row of text.split('\n').slice(6)) {
          const named = /^ {2}section (This step|Retries|In Atlas)$/.exec(row)?.[1]
          section = named ?? section
          if (named !== undefined) continue
          expect(row).toMatch(line)
          if (section === 'In Atlas') expect(row).toMatch(status)
        }
        expect(text).not.toMatch(/[;#`\r\u2028\u2029"<>]/)
      }),
    )
  })
})

const SECOND = 1000
const MINUTE = 60 * SECOND
const HOUR = 60 * MINUTE

describe('the time axis of a chart', () => {
  it.each([
    ['nothing', 0, '%H:%M:%S', '1second'],
    ['6 s', 6 * SECOND, '%H:%M:%S', '1second'],
    ['a little more', 6 * SECOND + 1, '%H:%M:%S', '2second'],
    ['a minute', MINUTE, '%H:%M:%S', '10second'],
    ['3 min', 3 * MINUTE, '%H:%M:%S', '30second'],
    ['more than 3 min', 3 * MINUTE + 1, '%H:%M', '1minute'],
    ['an hour', HOUR, '%H:%M', '10minute'],
    ['7 h', 7 * HOUR, '%H:%M', '2hour'],
    ['a day', 24 * HOUR, '%b %d %H:%M', '6hour'],
    ['the longest deadline, 5 days', 120 * HOUR, '%b %d %H:%M', '1day'],
    ['weeks', 1000 * HOUR, '%b %d %H:%M', '1day'],
  ])('of %s', (_, span, format, interval) => {
    expect(renderTimeAxis(span)).toEqual([`axisFormat ${format}`, `tickInterval ${interval}`])
  })

  it('has six ticks at most, and no fewer than two where it lasts some seconds, whatever it is of', () => {
    const ms: Record<string, number> = { second: SECOND, minute: MINUTE, hour: HOUR, day: 24 * HOUR }
    for (let span = 2 * SECOND; span <= 120 * HOUR; span *= 1.01) {
      const [, count, unit] = /tickInterval (\d+)(\w+)/.exec(renderTimeAxis(span)[1] ?? '') ?? []
      const ticks = span / (Number(count) * (ms[unit ?? ''] ?? Number.NaN))
      expect(ticks).toBeGreaterThanOrEqual(2)
      expect(ticks).toBeLessThanOrEqual(6)
    }
  })
})
