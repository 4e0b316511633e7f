import { describe, expect, it } from '@jest/globals'
import { ActionError, errorMessage, toActionError, unexpectedStack } from '../src/failure.js'

describe('a failure', () => {
  it('is an error that carries its report', () => {
    const cause = new Error('deeper')
    const failure = new ActionError({ title: 'Title', message: 'Message.', remedy: 'Remedy.', cause })
    expect(failure).toBeInstanceOf(Error)
    expect(failure).toMatchObject({
      name: 'ActionError',
      title: 'Title',
      message: 'Message.',
      remedy: 'Remedy.',
    })
    expect(failure.cause).toBe(cause)
  })

  it('has no cause where there is none', () => {
    expect('cause' in new ActionError({ title: 'T', message: 'M', remedy: 'R' })).toBe(false)
  })

  it('can be told with more, and is the cause of what is told then', () => {
    const failure = new ActionError({ title: 'Title', message: 'Message.', remedy: 'Remedy.' })
    expect(failure.with('More.')).toMatchObject({
      title: 'Title',
      message: 'Message. More.',
      remedy: 'Remedy.',
      cause: failure,
    })
    expect(failure.with('More.', { title: 'T', remedy: 'R.' })).toMatchObject({ title: 'T', remedy: 'R.' })
  })
})

describe('messageOf', () => {
  it.each([
    ['an error by its message', new RangeError('too far'), 'too far'],
    ['an error without a message by its name', new TypeError(), 'TypeError'],
    ['several errors by all of theirs', new AggregateError([new Error('no'), 'neither']), 'no; neither'],
    ['the only error of a group by its own', new AggregateError([new Error('no')]), 'no'],
    ['several errors that are none by their name', new AggregateError([]), 'AggregateError'],
    ['a string as it is', 'just a string', 'just a string'],
    ['an object by its type', { message: 'not looked at' }, 'thrown value of type object'],
    ['nothing by its type', undefined, 'thrown value of type undefined'],
  ])('tells %s', (_, thrown, message) => {
    expect(errorMessage(thrown)).toBe(message)
  })
})

describe('whatever was thrown', () => {
  it('is itself where it is a failure', () => {
    const failure = new ActionError({ title: 'T', message: 'M', remedy: 'R' })
    expect(toActionError(failure)).toBe(failure)
  })

  it.each([
    ['an error', new TypeError('boom'), 'boom'],
    ['a string', 'boom', 'boom'],
    ['nothing', undefined, 'thrown value of type undefined'],
  ])('is a bug where it is %s, and says so', (_, thrown, words) => {
    const failure = toActionError(thrown)
    expect(failure).toBeInstanceOf(ActionError)
    expect(failure).toMatchObject({
      title: 'Unexpected error',
      message: `${words}. This is a bug of the action.`,
      remedy: 'Report this with the log, and look in it for a snapshot id before running this again.',
    })
    expect(failure.cause).toBe(thrown)
  })
})

describe('the trace of', () => {
  const bug = new TypeError('broken')
  const refused = new ActionError({ title: 'T', message: 'M', remedy: 'R', cause: new Error('ECONNRESET') })

  it.each([
    ['a bug', bug],
    ['a bug that was made a failure', toActionError(bug)],
    ['one that was told with more', toActionError(bug).with('More.').with('And more.')],
  ])('%s is where it was thrown', (_, thrown) => {
    expect(unexpectedStack(thrown)).toBe(bug.stack)
  })

  it.each([
    ['what was foreseen', refused],
    ['what was foreseen and told with more', refused.with('More.')],
    ['a string', 'broken'],
    ['nothing', undefined],
  ])('%s is not told', (_, thrown) => {
    expect(unexpectedStack(thrown)).toBeUndefined()
  })
})
