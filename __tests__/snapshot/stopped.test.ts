import { describe, expect, it } from '@jest/globals'
import { StopReason } from '../../src/snapshot/deadline.js'
import { interrupted, interruptedWithSnapshot } from '../../src/snapshot/stopped.js'
import {
  conflict,
  idOf,
  lost,
  notSent,
  refused,
  snapshot,
  tryLater,
  untrusted,
} from '../support/scripted-client.js'

const cancelled = () => new StopReason('cancelled', 'the step was cancelled')

describe('the failure of a step that had to stop', () => {
  const left = { phase: 'looking', message: 'This is left.', remedy: 'Do this.' }

  it('says that the deadline passed, and how to get more time', () => {
    const reason = new StopReason('deadline', 'the deadline of 1 h has passed')
    const failure = interrupted(reason, left)
    expect(failure).toMatchObject({
      title: 'The deadline has passed',
      message: 'The deadline of 1 h has passed while looking. This is left.',
      remedy: 'Do this. For more time, raise the input timeout-minutes.',
    })
    expect(failure.cause).toBe(reason)
  })

  it('says that the step was cancelled, and offers no more time', () => {
    const reason = cancelled()
    const failure = interrupted(reason, left)
    expect(failure).toMatchObject({
      title: 'Cancelled',
      message: 'The step was cancelled while looking. This is left.',
      remedy: 'Do this.',
    })
    expect(failure.cause).toBe(reason)
  })
})

describe('what stood in the way when a step has to stop', () => {
  const left = { phase: 'waiting', message: 'Left.', remedy: 'Then this.' }
  const deadline = new StopReason('deadline', 'the deadline of 1 h has passed')

  it.each([
    ['nothing was sent', notSent()],
    ['no answer came', lost()],
  ])('is named at the deadline where %s', (_, lastError) => {
    const { remedy } = interrupted(deadline, { ...left, lastError })
    expect(remedy).toBe('Then this. Do something. For more time, raise the input timeout-minutes.')
  })

  it.each([
    ['no lastError', undefined],
    ['what Atlas put off', tryLater()],
    ['a conflict', conflict()],
    ['a refusal', refused(403)],
    ['what must not be trusted', untrusted(true)],
  ])('is not named at the deadline after %s', (_, lastError) => {
    const { remedy } = interrupted(deadline, { ...left, lastError })
    expect(remedy).toBe('Then this. For more time, raise the input timeout-minutes.')
  })

  it('is not named after a cancellation, which is reason enough', () => {
    expect(interrupted(cancelled(), { ...left, lastError: lost() }).remedy).toBe('Then this.')
  })
})

describe('what is left when a step has to stop', () => {
  it('names the last lastError, and what to do about it', () => {
    const reason = new StopReason('deadline', 'the deadline of 1 h has passed')
    expect(interruptedWithSnapshot(snapshot(), 'waiting', reason, lost())).toMatchObject({
      title: 'The deadline has passed',
      message: `The deadline of 1 h has passed while waiting. Snapshot ${idOf(1)} was queued when last seen; it goes on in Atlas, and nothing was deleted. Lost.`,
      remedy: `To wait for it later, run this action with snapshot-id ${idOf(1)} and wait: true. Do something. For more time, raise the input timeout-minutes.`,
    })
    expect(interruptedWithSnapshot(snapshot(), 'waiting', reason, lost()).cause).toBe(reason)
  })

  it('has no remedy for what Atlas itself put off', () => {
    const reason = new StopReason('deadline', 'the deadline of 1 h has passed')
    expect(interruptedWithSnapshot(snapshot(), 'waiting', reason, tryLater())).toMatchObject({
      message: `The deadline of 1 h has passed while waiting. Snapshot ${idOf(1)} was queued when last seen; it goes on in Atlas, and nothing was deleted. Later.`,
      remedy: `To wait for it later, run this action with snapshot-id ${idOf(1)} and wait: true. For more time, raise the input timeout-minutes.`,
    })
  })

  it('is a snapshot that is completed, whatever the lastError: there is nothing to wait for', () => {
    const completed = snapshot({ status: 'completed' })
    const reason = new StopReason('cancelled', 'the step was cancelled')
    expect(interruptedWithSnapshot(completed, 'reading its members', reason, lost())).toMatchObject({
      title: 'Cancelled',
      message: `The step was cancelled while reading its members. Snapshot ${idOf(1)} is completed and stays in Atlas.`,
      remedy: 'Its id is in the outputs.',
    })
  })
})
