import { expect, it } from '@jest/globals'
import { measureFleet } from '../../bench/fleet.js'
import { hours, recordedSnapshots, thousandSteps } from '../../bench/waits.js'

it.each([
  ['311 recorded snapshots', recordedSnapshots(), 3_000, 16_000, 46],
  ['60 snapshots of an hour', hours(), 10_800, 17_000, 320],
  ['1,000 snapshots beside another tool, which share a rate limit,', thousandSteps(), 120_000, 600_000, 50],
])(
  'waits for %s are completed, with few requests and short delays',
  async (_, fleet, mean, max, requests) => {
    const figures = await measureFleet(fleet)
    expect(figures.completed).toBe(fleet.durations.length)
    expect(figures.meanDelayMs).toBeLessThan(mean)
    expect(figures.maxDelayMs).toBeLessThan(max)
    expect(figures.requests).toBeLessThan(requests)
  },
)
