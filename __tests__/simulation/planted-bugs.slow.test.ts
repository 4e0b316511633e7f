import { expect, test } from '@jest/globals'
import { invariants } from '../../simulation/invariants.js'
import { findSeed } from '../../simulation/simulate.js'
import { plantedBugs } from './planted-bugs.js'

const MAX_SEEDS = 10_000

test('every invariant is broken by a planted bug', () => {
  const broken = new Set(plantedBugs.map(({ breaks }) => breaks))
  expect([...broken].sort()).toStrictEqual(invariants.map(({ name }) => name).sort())
})

test.each(plantedBugs)('finds: $name ($breaks)', async ({ breaks, target, ...bug }) => {
  const seed = await findSeed(bug, breaks, MAX_SEEDS, target)
  process.stdout.write(`"${bug.name}": seed ${seed} violates "${breaks}"\n`)
  expect(seed).toBeDefined()
})
