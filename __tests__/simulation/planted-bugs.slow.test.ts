import { expect, test } from '@jest/globals'
import { invariants } from '../../simulation/invariants.js'
import { findSeed } from '../../simulation/simulate.js'
import { listFlawPlantings } from './plantings/list-flaws.js'
import { listPlantings } from './plantings/lists.js'
import { postFlawPlantings } from './plantings/post-flaws.js'
import { postPlantings } from './plantings/posts.js'
import { reportPlantings } from './plantings/reports.js'
import { waitPlantings } from './plantings/waiting.js'

const MAX_SEEDS = 10_000

const plantings = [
  ...postPlantings,
  ...listPlantings,
  ...waitPlantings,
  ...reportPlantings,
  ...listFlawPlantings,
  ...postFlawPlantings,
]

test('every invariant is broken by a planted bug', () => {
  const broken = new Set(plantings.map(({ breaks }) => breaks))
  expect([...broken].sort()).toStrictEqual(invariants.map(({ name }) => name).sort())
})

test.each(plantings)('finds: $bug.name ($breaks)', async ({ bug, breaks, target }) => {
  const seed = await findSeed(bug, breaks, MAX_SEEDS, target)
  process.stdout.write(`"${bug.name}": seed ${seed} violates "${breaks}"\n`)
  expect(seed).toBeDefined()
})
