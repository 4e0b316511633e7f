import type { SeededRandom } from '../../simulation/seeded-random.js'

/** The geometric mean of what was recorded: 160 s and 527 s. */
const MEDIAN_S = 290
/** Puts two thirds of all snapshots between those two. */
const SIGMA = 0.6

/** What Atlas takes for some snapshot, in seconds: lognormal around what was recorded, within the limits. */
export function drawDurationS(dice: SeededRandom, lowS: number, highS: number): number {
  for (;;) {
    const seconds = MEDIAN_S * drawFactor(dice, SIGMA)
    if (seconds >= lowS && seconds <= highS) return seconds
  }
}

/** A lognormal factor around 1. */
export function drawFactor(dice: SeededRandom, sigma: number): number {
  const normal = Math.sqrt(-2 * Math.log(1 - dice.fraction())) * Math.cos(2 * Math.PI * dice.fraction())
  return Math.exp(sigma * normal)
}
