import { describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import { type Bar, renderChart } from '../../src/action/chart.js'
import { assertProperty } from '../support/assertions.js'
import { hostileText } from '../support/hostile-text.js'

const START = Date.parse('2026-11-25T15:47:55Z')

/** A bar that begins some seconds after the start. */
function bar(label: string, seconds: number): Bar {
  return { label, from: START + seconds * 1000 }
}

/** The sections and rows, without the header. */
function rows(bars: readonly Bar[], seconds: number, restorePoint?: string): string[] {
  return (
    renderChart(bars, START + seconds * 1000, restorePoint)
      ?.split('\n')
      .slice(6) ?? []
  )
}

const created = [
  bar('requesting a snapshot', 0),
  bar('queued', 1),
  bar('inProgress', 8),
  bar('completed', 162),
]

// The golden file has whole charts.
describe('the chart of a step', () => {
  it('is left out unless at least two bars took time', () => {
    expect(rows(created.slice(0, 2), 1.099)).toStrictEqual([])
    expect(rows(created.slice(0, 2), 1.1)).not.toStrictEqual([])
  })

  it.each([
    ['before the step', '2026-11-25T15:47:54Z', 0],
    ['at its start', '2026-11-25T15:47:55Z', 1],
    ['at its end', '2026-11-25T15:50:37Z', 1],
    ['after it', '2026-11-25T15:50:38Z', 0],
    ['that is not a time', 'soon', 0],
  ])('has a mark for a restore point %s, or none', (_, restorePoint, expected) => {
    const shown = rows(created, 162, restorePoint)
    expect(shown.filter((row) => row.startsWith('  restore point :milestone'))).toHaveLength(expected)
  })

  it('ends with a red mark if the snapshot failed', () => {
    const failed = [...created.slice(0, 3), bar('failed', 162)]
    expect(rows(failed, 162).at(-1)).toBe('  snapshot failed :crit, milestone, 2026-11-25 15:50:37.000, 0ms')
  })

  it.each([
    [6, '%H:%M:%S', '1second'],
    [180, '%H:%M:%S', '30second'],
    [180.001, '%H:%M', '1minute'],
    [21_600, '%H:%M', '1hour'],
    [86_400, '%b %d %H:%M', '4hour'],
    [432_000, '%b %d %H:%M', '1day'],
  ])('has at most 6 ticks for %s seconds', (seconds, format, interval) => {
    const chart = renderChart(created.slice(0, 2), START + seconds * 1000)
    expect(chart).toContain(`  axisFormat ${format}\n  tickInterval ${interval}\n`)
  })

  it('shows a very short bar with 1% of the width', () => {
    const last = bar('queued', 1000)
    expect(rows([...created, last], 1000).at(-1)).toBe(
      '  queued :2026-11-25 16:04:35.000, 2026-11-25 16:04:45.000',
    )
  })

  it('has one row for each bar and milestone, without markup or keywords of Mermaid, for any status', () => {
    const row =
      /^ {2}(queued|in progress|completed|snapshot failed|restore point|status[\w ().-]{0,34}) :((crit, )?milestone, )?\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{3}, (\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{3}|0ms)$/
    const status = fc.oneof(hostileText, fc.constantFrom('queued', 'completed', 'failed'))
    assertProperty(
      fc.property(fc.array(status, { minLength: 1, maxLength: 9 }), hostileText, (labels, restorePoint) => {
        const bars = ['requesting', ...labels].map((label, at) => bar(label, at))
        const [first, request, section, ...shown] = rows(bars, bars.length, restorePoint)
        expect([first, section]).toStrictEqual(['  section This step', '  section In Atlas'])
        expect(request).toMatch(/^ {2}requesting :/)
        expect(shown.filter((line) => !row.test(line))).toStrictEqual([])
        expect(shown.filter((line) => !line.startsWith('  restore point'))).toHaveLength(labels.length)
      }),
    )
  })
})
