import { expect, it } from '@jest/globals'
import { obtainSnapshot } from '../../src/snapshot/obtain.js'
import { never } from '../support/http-responses.js'
import { mentioning } from '../support/played.js'
import { lost, snapshot } from '../support/scripted-client.js'
import { FAST, SENT, StepHarness, scriptedStep } from '../support/step-harness.js'
import { TITLES } from '../support/titles.js'

it('a step with wait: false fails if the list shows that its snapshot has failed', async () => {
  const own = snapshot({ description: SENT, status: 'failed' })
  const harness = scriptedStep({ create: lost(), list: [[own]] })
  expect((await harness.obtainFailure({ wait: false })).title).toBe(TITLES.snapshotFailed)
  expect(harness.snapshots).toStrictEqual([`7500 ${own.id} failed`])
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
