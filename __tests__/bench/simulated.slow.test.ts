import { expect, it } from '@jest/globals'
import { measureFleet } from '../../bench/fleet.js'
import { fleets } from '../../bench/waits.js'

it.each([
  ['Recorded snapshots', 3_000, 16_000, 46],
  ['60 snapshots of 1 hour', 10_800, 17_000, 320],
  ['25 in one project', 5_000, 10_000, 46],
  ['100 in one project', 15_000, 60_000, 60],
] as const)(
  'waits of %s are completed, with few requests and short delays',
  async (name, mean, max, requests) => {
    const fleet = fleets()[name]
    const figures = await measureFleet(fleet)
    expect(figures.completed).toBe(fleet.durations.length)
    expect(figures.meanDelayMs).toBeLessThan(mean)
    expect(figures.maxDelayMs).toBeLessThan(max)
    expect(figures.requests).toBeLessThan(requests)
  },
)
