import { describe, expect, it } from '@jest/globals'
import { renderTimeAxis } from '../../src/action/time-axis.js'

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
