import { describe, expect, it } from '@jest/globals'
import { runFleet } from '../../bench/fleet.js'
import { FLEETS, measureFleets } from '../../bench/fleets.js'
import { measureVirtualWaits } from '../../bench/virtual-waits.js'

describe('a simulated wait', () => {
  it('polls by the schedule: every 4 s at first, and two requests to create the snapshot', async () => {
    const [wait] = await measureVirtualWaits([30], 1)
    expect(wait).toMatchObject({ durationS: 30, requests: 10 })
  })

  it.each([
    [160, 60, 0.016, 42],
    [527, 60, 0.016, 84],
    [3_600, 30, 0.003, 300],
  ])(
    'for a snapshot of %d s, over %d phases, has a mean lag of at most %d of it, 17 s at most, and at most %d requests',
    async (durationS, phases, lagRatio, requests) => {
      const [wait] = await measureVirtualWaits([durationS], phases)
      expect(wait?.meanLagRatio).toBeLessThan(lagRatio)
      expect(wait?.maxLagMs).toBeLessThan(17_000)
      expect(wait?.requests).toBeLessThanOrEqual(requests)
    },
  )
})

describe('a simulated fleet', () => {
  it('of a hundred never meets the rate limit and is late by 25 s at most, even beside another tool', async () => {
    const small = FLEETS.filter(({ steps }) => steps === 100)
    expect(small).toHaveLength(4)
    for (const fleet of await measureFleets(small)) {
      expect(fleet).toMatchObject({ completed: fleet.steps, throttled: 0 })
      expect(fleet.maxLagMs).toBeLessThan(25_000)
    }
  })

  it('of a thousand at once completes every snapshot, even beside another tool', async () => {
    const large = FLEETS.filter(({ steps, otherTool }) => steps === 1_000 && otherTool)
    for (const { steps, completed } of await measureFleets(large)) expect(completed).toBe(steps)
  })

  it('completes every snapshot though another tool uses half of a rate limit that is far too small', async () => {
    const steps = await runFleet({
      seed: 1,
      latencyMs: 80,
      steps: Array.from({ length: 100 }, () => ({ startMs: 0, durationS: 160 })),
      otherTool: true,
      atlas: { rateLimits: { snapshots: { capacity: 120, refillPerMinute: 50 } } },
    })
    expect(new Set(steps.map(({ ending }) => ending))).toEqual(new Set(['completed']))
  })
})
