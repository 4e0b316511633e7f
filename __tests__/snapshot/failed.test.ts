import { describe, expect, it } from '@jest/globals'
import { assertNotFailed } from '../../src/snapshot/failed.js'
import { snapshot } from '../support/scripted-client.js'
import { failureOf } from '../support/stage.js'

const AGAIN = 'run this again'
const GIVEN = 'run again the step or job that took it, or give another snapshot-id'

describe('a snapshot', () => {
  it.each(['queued', 'inProgress', 'completed', 'pondering'])('is no failed one when it is %s', (status) => {
    expect(() => assertNotFailed({ snapshot: snapshot({ status }), created: true })).not.toThrow()
  })

  it('fails the step when Atlas reports it as failed', async () => {
    const failed = { snapshot: snapshot({ status: 'failed' }), created: true }
    const failing = async () => assertNotFailed(failed)
    expect((await failureOf(failing())).title).toBe('The snapshot failed')
  })

  it.each([
    ['was given, and so would fail every time', { created: false, fromInput: true }, GIVEN],
    ['the step took', { created: true }, AGAIN],
    ['the step used in place of its own', { created: false }, AGAIN],
  ])('that failed and that %s is told with what helps', async (_, sighting, next) => {
    const failing = async () => assertNotFailed({ snapshot: snapshot({ status: 'failed' }), ...sighting })
    expect((await failureOf(failing())).remedy).toBe(
      `Do not deploy on it; look at the cluster's backup page and at the project's alerts in Atlas, then ${next}.`,
    )
  })
})
