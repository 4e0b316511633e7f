import { describe, expect, it } from '@jest/globals'
import { Failure, messageOf } from '../src/failure.js'

describe('a failure', () => {
  it('is an error that carries its report', () => {
    const cause = new Error('deeper')
    const failure = new Failure({ title: 'Title', message: 'Message.', remedy: 'Remedy.', cause })
    expect(failure).toBeInstanceOf(Error)
    expect(failure).toMatchObject({ name: 'Failure', title: 'Title', message: 'Message.', remedy: 'Remedy.' })
    expect(failure.cause).toBe(cause)
  })

  it('has no cause where there is none', () => {
    expect('cause' in new Failure({ title: 'T', message: 'M', remedy: 'R' })).toBe(false)
  })
})

describe('messageOf', () => {
  it.each([
    ['an error by its message', new RangeError('too far'), 'too far'],
    ['an error without a message by its name', new TypeError(), 'TypeError'],
    ['a string as it is', 'just a string', 'just a string'],
    ['an object by its type', { message: 'not looked at' }, 'thrown value of type object'],
    ['nothing by its type', undefined, 'thrown value of type undefined'],
  ])('tells %s', (_, thrown, message) => {
    expect(messageOf(thrown)).toBe(message)
  })
})
