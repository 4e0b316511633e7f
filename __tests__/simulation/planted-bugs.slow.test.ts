import { expect, test } from '@jest/globals'
import { invariants } from '../../simulation/invariants.js'
import { findSeed } from '../../simulation/simulate.js'
import { listPlantings } from './plantings/lists.js'
import { postPlantings } from './plantings/posts.js'
import { reportPlantings } from './plantings/reports.js'
import { waitPlantings } from './plantings/waiting.js'

const MAX_SEEDS = 10_000

const plantings = [...postPlantings, ...listPlantings, ...waitPlantings, ...reportPlantings]

test('every invariant is broken by a planted bug', () => {
  const broken = new Set(plantings.map(({ breaks }) => breaks))
  expect([...broken].sort()).toStrictEqual(invariants.map(({ name }) => name).sort())
})

test.each(plantings)('finds: $name ($breaks)', async ({ breaks, target, ...bug }) => {
  const seed = await findSeed(bug, breaks, MAX_SEEDS, target)
  process.stdout.write(`"${bug.name}": seed ${seed} violates "${breaks}"\n`)
  expect(seed).toBeDefined()
})
