import { describe, expect, it } from '@jest/globals'
import { TITLES } from '../../src/titles.js'
import { play } from '../support/play-bundle.js'
import { mentioning } from '../support/played.js'
import { completed, listsAndCluster } from '../support/scenarios/row.js'

// Responses that need a real socket. Others are in the scenarios of main.test.ts.
describe('the bundle', () => {
  it.concurrent.each([
    ['was lost in a reset', 'create:reset:executed', 'create 0'],
    ['was incomplete', 'create:cut', 'create 200'],
  ])('finds the snapshot of a POST whose response %s', async (_, fault, lost) => {
    const { exitCode, log, requests, result, created } = await play({ faults: [fault] })
    expect(exitCode).toBe(0)
    expect(log).toContainEqual(mentioning('[as-TAG]', 'ID'))
    expect(requests).toStrictEqual(['create 401', lost, ...listsAndCluster, 'get 200'])
    expect(result.outputs).toMatchObject(completed)
    expect(result.stderr).toBe('')
    expect(created).toBe(1)
  })

  it.concurrent('times out while it receives a slow response to a poll', async () => {
    // Long enough for a busy machine to send the request.
    const inputs = { 'timeout-minutes': '0.08' }
    const { exitCode, errors, requests, result } = await play({ faults: ['get:drip=200'], inputs })
    expect(errors).toStrictEqual([mentioning(TITLES.timedOut, '5 s', 'ID')])
    expect(exitCode).toBe(1)
    expect(requests).toStrictEqual(['create 401', 'create 200', 'get 200'])
    expect(result.outputs).toMatchObject({ status: 'queued', created: 'true' })
  })
})
