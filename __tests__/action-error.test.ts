import { describe, expect, it } from '@jest/globals'
import { ActionError, bugStack, errorMessage, toActionError } from '../src/action-error.js'
import { mentioning } from './support/played.js'
import { TITLES } from './support/titles.js'

const help = { title: 'Title', remedy: 'Remedy.', page: 'page.md' }
const bug = new TypeError('broken')

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
    const error = new ActionError('Message.', help)
    expect(toActionError(error)).toBe(error)
  })

  it.each([bug, 'broken', undefined])('reports as a bug: %s', (thrown) => {
    const error = toActionError(thrown)
    expect(error).toBeInstanceOf(ActionError)
    expect(error).toMatchObject({
      help: { title: TITLES.internalError },
      message: mentioning(errorMessage(thrown)),
    })
    expect(error.cause).toBe(thrown)
  })
})

describe('bugStack', () => {
  const wrap = (error: ActionError) => new ActionError('More.', error.help, { cause: error })

  it('returns the stack of a bug even if it was wrapped several times', () => {
    const error = toActionError(bug)
    for (const thrown of [bug, error, wrap(wrap(error))]) expect(bugStack(thrown)).toBe(bug.stack)
  })

  it('returns undefined for any other value', () => {
    const expected = new ActionError('Message.', help, { cause: new Error('ECONNRESET') })
    for (const thrown of [expected, wrap(expected), 'broken', undefined])
      expect(bugStack(thrown)).toBeUndefined()
  })
})
