import { describe, expect, it } from '@jest/globals'
import { runFleet } from '../../bench/fleet.js'
import { FLEETS, measureFleet } from '../../bench/fleets.js'
import { hours, measureWaits, recordedDurations } from '../../bench/waits.js'

describe('a simulated wait', () => {
  it.each([
    ['311 recorded durations', recordedDurations, 3_000, 16_000, 46],
    ['60 durations of an hour', hours, 10_800, 17_000, 320],
  ])('for the %s has few requests and short delays', async (_, durations, meanLagMs, maxLagMs, requests) => {
    const wait = await measureWaits(durations(), undefined)
    expect(wait.meanLagMs).toBeLessThan(meanLagMs)
    expect(wait.maxLagMs).toBeLessThan(maxLagMs)
    expect(wait.requests).toBeLessThanOrEqual(requests)
  })
})

describe('a simulated fleet', () => {
  it.each(FLEETS.filter(({ steps }) => steps === 100))(
    'of 100 steps never reaches the rate limit and has a delay below 25 s (other tool: $otherTool)',
    async (kind) => {
      const fleet = await measureFleet(kind)
      expect(fleet).toMatchObject({ completed: 100, throttled: 0 })
      expect(fleet.maxLagMs).toBeLessThan(25_000)
    },
  )

  it('of 1,000 simultaneous steps completes every snapshot within 10 minutes, even beside another tool', async () => {
    const fleet = await measureFleet({ steps: 1_000, start: 'at once', otherTool: true })
    expect(fleet.completed).toBe(1_000)
    expect(fleet.maxLagMs).toBeLessThan(600_000)
  })

  it('completes every snapshot with a tiny rate limit of which another tool uses half', async () => {
    const steps = await runFleet({
      seed: 1,
      latencyMs: 80,
      steps: Array.from({ length: 100 }, () => ({ startMs: 0, durationS: 160 })),
      otherTool: true,
      atlas: { rateLimits: { snapshots: { capacity: 120, refillPerMinute: 50 } } },
    })
    expect(new Set(steps.map(({ ending }) => ending))).toStrictEqual(new Set(['completed']))
  })
})
