import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from '@jest/globals'
import { projectRoot } from '../../script/root.js'
import { drawEffect, type Fault, faults } from '../../simulation/faults.js'
import { SeededRandom } from '../../simulation/seeded-random.js'
import { describeViolation } from '../../simulation/simulate.js'
import type { Meaning } from '../../src/atlas/errors.js'
import { findRule, RESPONSE_RULES } from '../../src/atlas/meanings.js'
import { runSimulation, SIMULATION_LIMIT_MS } from '../support/run-simulation.js'
import { plantedBugs } from './planted-bugs.js'

const inputs = {
  random: new SeededRandom(1, 'faults'),
  now: 0,
  longestRetryAfter: 5,
  lateSeconds: 1,
  beyond: 10,
} as const

type Rule = ReturnType<typeof findRule>

/** What the responses of a fault can mean, by what its author says about the POST. */
const MEANINGS: Readonly<Partial<Record<Fault['outcome'], readonly Meaning[]>>> = {
  'not-executed': ['throttled', 'conflict', 'rejected'],
  open: ['unknown', 'notAtlas'],
  lost: ['unknown', 'notAtlas'],
  fatal: ['rejected', 'untrusted'],
}

/** The rules for the responses that a fault draws. */
function drawRules(fault: Fault): Rule[] {
  return Array.from({ length: 200 }, () => drawRule(fault)).filter((rule) => rule !== undefined)
}

function drawRule(fault: Fault): Rule | undefined {
  const drawn = drawEffect(fault, inputs)
  if (drawn?.kind === 'status')
    return findRule({ ...drawn, errorCode: drawn.errorCode ?? undefined, detail: undefined, isAtlas: true })
  if (drawn?.kind !== 'html') return undefined
  return findRule({ status: drawn.status, errorCode: undefined, detail: undefined, isAtlas: false })
}

it('the simulation has a fault for each rule about a response', () => {
  const drawn = new Set(Object.values(faults).flatMap(drawRules))
  // The response of the rule with a detail is made by the emulator, for the fault `token-limit`.
  const undrawn = RESPONSE_RULES.filter((rule) => !drawn.has(rule) && rule.detail === undefined)
  expect(undrawn).toStrictEqual([])
})

it('each response of a fault means what the fault says about the POST', () => {
  const wrong = Object.entries(faults).flatMap(([name, fault]) =>
    drawRules(fault).flatMap(({ meaning }) => {
      const isRight = MEANINGS[fault.outcome]?.includes(meaning)
      return isRight ? [] : `${name} (${fault.outcome}): ${meaning}`
    }),
  )
  expect([...new Set(wrong)]).toStrictEqual([])
})

it('each planted bug changes one place of the compiled code', () => {
  const read = (file: string) => readFileSync(join(projectRoot(), 'build', 'src', `${file}.js`), 'utf8')
  const bugs = Object.values(plantedBugs).flatMap(Object.values)
  const misplaced = bugs.filter(({ file, code }) => read(file).split(code).length !== 2)
  expect(misplaced).toStrictEqual([])
})

it(
  'no run violates an invariant over 100 seeds',
  async () => {
    const { runs, violations } = await runSimulation('--seeds', '100')
    expect(violations.map(describeViolation)).toStrictEqual([])
    expect(runs).toBe(100)
  },
  SIMULATION_LIMIT_MS + 10_000,
)
