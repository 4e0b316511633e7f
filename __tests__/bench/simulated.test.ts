import { describe, expect, it } from '@jest/globals'
import { runFleet } from '../../bench/simulated/fleet.js'
import { FLEETS, measureFleets } from '../../bench/simulated/fleets.js'
import { measureWaits } from '../../bench/simulated/waits.js'

/** Some seconds of computing, and far more where a machine does much else. */
const LONG_MS = 300_000

describe('a simulated wait', () => {
  it('takes what the schedule says: a look every 2 s, and two requests to take the snapshot', async () => {
    expect(await measureWaits([20], 1)).toMatchObject([{ durationS: 20, requests: 12, fixedRequests: 12 }])
  })

  it.each([
    [160, 60, 0.65],
    [527, 60, 0.35],
    [3_600, 5, 0.12],
  ])(
    'for a snapshot of %d s, over %d phases, is late by 3 %% of it and 31 s at most, with %d of the requests of a look every 4 s',
    async (durationS, phases, share) => {
      const [wait] = await measureWaits([durationS], phases)
      expect(wait?.meanLagShare).toBeLessThan(0.03)
      expect(wait?.worstLagMs).toBeLessThan(31_000)
      expect(wait?.requestsShare).toBeLessThan(share)
    },
  )
})

describe('a simulated fleet', () => {
  const small = FLEETS.filter(({ steps, heedless }) => steps <= 100 && !heedless)

  it(
    'of one or a hundred never meets the rate limit and is late by 31 s at most, even beside another tool',
    async () => {
      expect(small).toHaveLength(8)
      for (const fleet of await measureFleets(small)) {
        expect(fleet).toMatchObject({ completed: fleet.steps, putOff: 0 })
        expect(fleet.worstLagMs).toBeLessThan(31_000)
      }
    },
    LONG_MS,
  )

  it(
    'that makes no way meets it, and each step asks more than twice as often',
    async () => {
      const kinds = FLEETS.filter(
        ({ steps, snapshots, otherTool }) => steps === 100 && snapshots === '160 s' && !otherTool,
      )
      const [heeding, heedless] = await measureFleets(kinds)
      expect(heedless).toMatchObject({ heedless: true, completed: 100 })
      expect(heedless?.putOff).toBeGreaterThan(1)
      expect(heedless?.requests).toBeGreaterThan(2 * (heeding?.requests ?? Number.NaN))
    },
    LONG_MS,
  )

  it(
    'gets every snapshot taken and waited for, though another tool eats half of a limit far too small',
    async () => {
      const waits = await runFleet({
        seed: 1,
        latencyMs: 80,
        steps: Array.from({ length: 100 }, () => ({ startMs: 0, durationS: 160 })),
        otherTool: true,
        atlas: { rateLimits: { snapshots: { capacity: 120, refillPerMinute: 50 } } },
      })
      expect(new Set(waits.map(({ ending }) => ending))).toEqual(new Set(['completed']))
    },
    LONG_MS,
  )
})
