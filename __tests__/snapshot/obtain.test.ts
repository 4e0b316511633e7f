import { describe, expect, it } from '@jest/globals'
import { RE_RUN } from '../../src/action-error.js'
import { obtainSnapshot } from '../../src/snapshot/obtain.js'
import { never } from '../support/http-responses.js'
import { mentioning } from '../support/played.js'
import { lost, page, snapshot } from '../support/scripted-client.js'
import { FAST, MINUTE, SENT, StepHarness, scriptedStep } from '../support/step-harness.js'
import { TITLES } from '../support/titles.js'

it('a step with wait: false fails if the list shows that its snapshot has failed', async () => {
  const own = snapshot({ description: SENT, status: 'failed' })
  const harness = scriptedStep({ create: lost(), list: page([own]) })
  expect((await harness.obtainFailure({ wait: false })).title).toBe(TITLES.snapshotFailed)
  expect(harness.snapshots).toStrictEqual([`5000 ${own.id} failed`])
})

it.each(['created (status', 'Waited: '])(
  'a step succeeds although the line "%s …" has a bug',
  async (text) => {
    const harness = new StepHarness({ atlas: FAST })
    const { logger } = harness.dependencies
    const fail = (log: (message: string) => void) => (message: string) => {
      if (message.includes(text)) throw new TypeError('no')
      log(message)
    }
    const broken = { ...logger, info: fail(logger.info), notice: fail(logger.notice) }
    const dependencies = { ...harness.dependencies, logger: broken }
    const step = obtainSnapshot(harness.options(), dependencies, never)
    expect(await harness.clock.run(step)).toMatchObject({ snapshot: { status: 'completed' } })
    expect(harness.lines).toContainEqual(mentioning('warning', 'internal error: no'))
  },
)

describe('a step that must stop during its POST', () => {
  it.each([
    ['a cancellation', { cancelAt: 1_000 }, TITLES.canceled, ''],
    ['the deadline', {}, TITLES.timedOut, 'timeout-minutes'],
  ])('waits up to 1 s after %s for the response, even with wait: false', async (_, options, title, fact) => {
    const harness = new StepHarness({ faults: ['create:delay=1999'], ...options })
    expect(await harness.obtainFailure({ wait: false, timeoutMs: 1_500 })).toMatchObject({
      title,
      left: 'OWN',
      message: mentioning('reporting', 'queued'),
      remedy: mentioning(fact, RE_RUN),
    })
    expect(harness.snapshots).toStrictEqual(['1999 OWN queued'])
    expect(harness.requests).toStrictEqual(['0 create 200'])
  })

  it.each([
    ['503', 'maybe'],
    ['429:retry-after=3600', 'nothing'],
    ['400:code=UNFINISHED_ON_DEMAND_SNAPSHOT', 'nothing'],
    ['403', 'nothing'],
  ])('sends and announces no other request after the response: %s', async (effect, left) => {
    for (const [title, cancel, timeoutMs] of [
      [TITLES.canceled, { cancelAt: 500 }, MINUTE],
      [TITLES.timedOut, {}, 500],
    ] as const) {
      const harness = new StepHarness({ faults: [`create:${effect}`], latencyMs: 400, ...cancel })
      const fact = effect.includes('code') ? 'one is in progress' : `HTTP ${effect.slice(0, 3)}`
      const message = mentioning(fact)
      expect(await harness.obtainFailure({ timeoutMs })).toMatchObject({ title, left, message })
      expect(harness.requests).toHaveLength(1)
      expect(harness.phases).toStrictEqual(['0 requesting a snapshot'])
      expect(harness.lines.filter((line) => !line.startsWith('0 '))).toStrictEqual([])
      expect(harness.clock.now()).toBe(800)
    }
  })
})
