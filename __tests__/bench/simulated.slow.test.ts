import { describe, expect, it } from '@jest/globals'
import { runFleet } from '../../bench/fleet.js'
import { FLEETS, measureFleets } from '../../bench/fleets.js'
import { measureVirtualWaits } from '../../bench/virtual-waits.js'

describe('a simulated wait', () => {
  it('sends two requests to create the snapshot, then polls every 4 s at first', async () => {
    const [wait] = await measureVirtualWaits([30], 1)
    expect(wait).toMatchObject({ durationS: 30, requests: 10 })
  })

  it.each([
    [160, 60, 0.016, 42],
    [527, 60, 0.016, 84],
    [3_600, 30, 0.003, 300],
  ])(
    'for a %d s snapshot, over %d phases, has a mean lag below a share of %d, a lag below 17 s, and at most %d requests',
    async (durationS, phases, lagRatio, requests) => {
      const [wait] = await measureVirtualWaits([durationS], phases)
      expect(wait?.meanLagRatio).toBeLessThan(lagRatio)
      expect(wait?.maxLagMs).toBeLessThan(17_000)
      expect(wait?.requests).toBeLessThanOrEqual(requests)
    },
  )
})

describe('a simulated fleet', () => {
  it('of 100 steps never reaches the rate limit and has a lag below 25 s, even beside another tool', async () => {
    const small = FLEETS.filter(({ steps }) => steps === 100)
    expect(small).toHaveLength(4)
    for (const fleet of await measureFleets(small)) {
      expect(fleet).toMatchObject({ completed: fleet.steps, throttled: 0 })
      expect(fleet.maxLagMs).toBeLessThan(25_000)
    }
  })

  it('of 1,000 simultaneous steps completes every snapshot, even beside another tool', async () => {
    const large = FLEETS.filter(({ steps, otherTool }) => steps === 1_000 && otherTool)
    for (const { steps, completed } of await measureFleets(large)) expect(completed).toBe(steps)
  })

  it('completes every snapshot with a tiny rate limit of which another tool uses half', async () => {
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
