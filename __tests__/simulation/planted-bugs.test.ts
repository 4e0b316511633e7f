import { expect, test } from '@jest/globals'
import { invariants } from '../../simulation/invariants.js'
import { findSeed } from '../../simulation/simulate.js'
import { plantings } from './planted-bugs.js'

const FIRST_SEED = 1
const MAX_SEEDS = 10_000

test.each(plantings)(
  'finds: $bug.name',
  async ({ bug, breaks }) => {
    expect(invariants.map(({ name }) => name)).toContain(breaks)
    const seed = await findSeed(bug, breaks, FIRST_SEED, MAX_SEEDS)
    process.stdout.write(`Planted "${bug.name}": seed ${seed} breaks "${breaks}"\n`)
    expect(seed).toBeDefined()
  },
  60_000,
)
