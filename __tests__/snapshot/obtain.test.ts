import { expect, it } from '@jest/globals'
import { obtainSnapshot } from '../../src/snapshot/obtain.js'
import { never } from '../support/http-responses.js'
import { mentioning } from '../support/played.js'
import { FAST, StepHarness } from '../support/step-harness.js'

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
