import { describe, expect, it } from '@jest/globals'
import { assertNotFailed } from '../../src/snapshot/failed.js'
import { snapshot } from '../support/scripted-client.js'
import { failureOf } from '../support/stage.js'

describe('a snapshot', () => {
  it.each(['queued', 'inProgress', 'completed', 'pondering'])('is no failed one when it is %s', (status) => {
    expect(() => assertNotFailed(snapshot({ status }))).not.toThrow()
  })

  it('fails the step when Atlas reports it as failed', async () => {
    const failing = async () => assertNotFailed(snapshot({ status: 'failed' }))
    expect((await failureOf(failing())).title).toBe('The snapshot failed')
  })
})
