import { describe, expect, it } from '@jest/globals'
import { ActionError, errorMessage, toActionError, unexpectedStack } from '../src/action-error.js'
import { mentioning } from './support/played.js'
import { TITLES } from './support/titles.js'

const report = { title: 'Title', message: 'Message.', remedy: 'Remedy.', page: 'page.md' }
const bug = new TypeError('broken')

it('an ActionError can be copied with a longer message, another remedy, or another explanation, without its page', () => {
  const error = new ActionError(report)
  const same = { ...report, cause: error }
  expect(error.with({ more: 'More.' })).toMatchObject({ ...same, message: 'Message. More.' })
  expect(error.with({ remedy: 'R.' })).toMatchObject({ ...same, remedy: 'R.' })
  const explanation = { title: 'T', remedy: 'R.' }
  expect(error.with({ explanation })).toMatchObject({ ...same, ...explanation, page: undefined })
})

describe('errorMessage', () => {
  it.each([
    ['the message of an error', new RangeError('too far'), 'too far'],
    ['the name of an error without a message', new TypeError(), 'TypeError'],
    ['the messages of several errors', new AggregateError([new Error('no'), 'neither']), 'no; neither'],
    ['the name of an empty group', new AggregateError([]), 'AggregateError'],
    ['a string', 'just a string', 'just a string'],
  ])('returns %s', (_, thrown, message) => {
    expect(errorMessage(thrown)).toBe(message)
  })

  it('returns only the type of any other value', () => {
    const message = errorMessage({ message: 'secret' })
    expect(message).toStrictEqual(mentioning('object'))
    expect(message).not.toContain('secret')
    expect(errorMessage(undefined)).toStrictEqual(mentioning('undefined'))
  })
})

describe('toActionError', () => {
  it('returns an ActionError unchanged', () => {
    const error = new ActionError(report)
    expect(toActionError(error)).toBe(error)
  })

  it.each([bug, 'broken', undefined])('reports as a bug: %s', (thrown) => {
    const error = toActionError(thrown)
    expect(error).toBeInstanceOf(ActionError)
    expect(error).toMatchObject({ title: TITLES.internalError, message: mentioning(errorMessage(thrown)) })
    expect(error.cause).toBe(thrown)
  })
})

describe('unexpectedStack', () => {
  const expected = new ActionError({ ...report, cause: new Error('ECONNRESET') })

  it('returns the stack of a bug even if it was wrapped several times', () => {
    const wrapped = toActionError(bug)
    for (const thrown of [bug, wrapped, wrapped.with({ more: 'More.' }).with({ remedy: 'R.' })])
      expect(unexpectedStack(thrown)).toBe(bug.stack)
  })

  it('returns undefined for any other value', () => {
    for (const thrown of [expected, expected.with({ more: 'More.' }), 'broken', undefined])
      expect(unexpectedStack(thrown)).toBeUndefined()
  })
})
