import { describe, expect, it } from '@jest/globals'
import type { AtlasError } from '../../src/atlas/errors.js'
import { StopReason } from '../../src/snapshot/deadline.js'
import { interruptedError, interruptedWaitError, NOT_FOUND_REPORT } from '../../src/snapshot/reports.js'
import { TITLES } from '../../src/titles.js'
import { mentioning } from '../support/played.js'
import {
  lost,
  nonAtlas,
  notExecuted,
  rejected,
  snapshot,
  snapshotId,
  throttled,
} from '../support/scripted-client.js'

const canceled = new StopReason('canceled', 'stopped by SIGINT')
const timedOut = new StopReason('deadline', 'stopped after 1 h')
/** The remedy of each error that the scripts throw. */
const LAST_REMEDY = 'Do something.'

describe('the error of a step that was stopped', () => {
  const report = { phase: 'searching', message: 'This is left.', remedy: 'Do this.' }

  it.each<[string, (() => AtlasError) | undefined, boolean]>([
    ['a request that was not sent', notExecuted, true],
    ['a request without a response', lost, true],
    ['a page of a proxy', nonAtlas, true],
    ['no request', undefined, false],
    ['a throttled request', throttled, false],
    ['a rejection', () => rejected(403), false],
  ])(
    'at the deadline includes the remedy of the last error only for the network: %s',
    (_, createError, included) => {
      const lastError = createError?.()
      const error = interruptedError(timedOut, { ...report, lastError })
      expect(error).toMatchObject({
        title: TITLES.timedOut,
        message: mentioning('Stopped after 1 h', 'searching', lastError?.message ?? '', 'This is left.'),
        remedy: mentioning('Do this.', 'timeout-minutes'),
        cause: timedOut,
      })
      expect(error.remedy.includes(LAST_REMEDY)).toBe(included)
    },
  )

  it('after a cancellation has only its own remedy', () => {
    expect(interruptedError(canceled, { ...report, lastError: lost() })).toMatchObject({
      title: TITLES.canceled,
      message: mentioning('Stopped by SIGINT', 'searching', 'This is left.'),
      remedy: 'Do this.',
      cause: canceled,
    })
  })
})

describe('the error of a step that was stopped while it waited', () => {
  const stopped = (status: string, lastError?: AtlasError) =>
    interruptedWaitError({ snapshot: snapshot({ status }), agoMs: 3_000 }, 'reading', timedOut, lastError)

  it('has a remedy even if the snapshot failed', () => {
    expect(stopped('failed').remedy).toContain('job')
  })

  it('explains how to wait only for a snapshot in progress', () => {
    expect(stopped('queued', lost())).toMatchObject({
      message: mentioning(snapshotId(1), '3 s', 'queued', 'Lost.'),
      remedy: mentioning(`snapshot-id: ${snapshotId(1)}`, 'wait: true'),
    })
    const { message, remedy } = stopped('completed', lost())
    expect(message).toStrictEqual(mentioning(snapshotId(1), 'completed'))
    expect(message).toContain('Lost.')
    expect(remedy).not.toContain('snapshot-id')
  })

  it.each(['queued', 'completed'])('warns of a %s snapshot that Atlas did not find', (status) => {
    const { message, remedy } = stopped(status, rejected(404))
    expect(message).toStrictEqual(mentioning('Rejected with 404.', NOT_FOUND_REPORT))
    expect(remedy).not.toMatch(/snapshot-id|outputs/)
    expect(stopped(status).message).not.toContain(NOT_FOUND_REPORT)
  })
})
