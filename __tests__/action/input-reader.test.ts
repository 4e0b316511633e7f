import { describe, expect, it } from '@jest/globals'
import { InvalidValue } from '../../src/action/input-parsers.js'
import { InputErrors, InputReader } from '../../src/action/input-reader.js'

const refuses = (): never => {
  throw new InvalidValue('something else')
}

function lintMessages(reader: InputReader): string {
  try {
    reader.assertNoProblems()
  } catch (error) {
    if (error instanceof InputErrors) return error.message
    throw error
  }
  return ''
}

describe('reading inputs', () => {
  it('gives values after everything was looked at', () => {
    const reader = new InputReader((name) => (name === 'description' ? '' : ` ${name}`))
    const wait = reader.withDefault('wait', (text) => text.length)
    const description = reader.optional('description', (text) => text.length)
    expect(lintMessages(reader)).toBe('')
    expect(wait()).toBe(5)
    expect(description()).toBeUndefined()
  })

  it('gives no value that is bad', () => {
    const reader = new InputReader((name) => (name === 'wait' ? '' : 'bad'))
    for (const read of [reader.withDefault('wait', refuses), reader.optional('description', refuses)])
      expect(read).toThrow('used though it is bad')
    expect(lintMessages(reader)).toBe(
      'wait is empty: give it a value, or leave it out for its default. description is "bad", but has to be something else.',
    )
  })

  it.each(['public-key', 'private-key', 'client-id', 'client-secret', 'github-token'] as const)(
    'never shows the value of %s',
    (name) => {
      const reader = new InputReader(() => '5ec2e7')
      reader.optional(name, refuses)
      expect(lintMessages(reader)).toBe(`${name} has to be something else.`)
    },
  )

  it('shows no part of a long value, which may be a secret, and no character that ends a line', () => {
    const reader = new InputReader((name) => (name === 'wait' ? 'x'.repeat(101) : `${'x'.repeat(98)}\n"`))
    reader.withDefault('wait', refuses)
    reader.withDefault('dry-run', refuses)
    const shown = lintMessages(reader)
    expect(shown).toContain('wait is 101 characters long, but')
    expect(shown).toContain(`dry-run is "${'x'.repeat(98)}\\n\\"", but`)
  })

  it.each([
    ['a user', 'https://someone@host.example/a', 'https://***@host.example/a'],
    ['a user and a password', 'https://someone:5ec2e7@host.example', 'https://***@host.example'],
    ['a password with @ and /', 'https://someone:5e@c2/e7@host.example', 'https://***@host.example'],
    ['no URL', 'someone@host.example', 'someone@host.example'],
  ])('hides the user and password of a URL with %s', (_, value, shown) => {
    const reader = new InputReader(() => value)
    reader.withDefault('base-url', refuses)
    expect(lintMessages(reader)).toBe(`base-url is "${shown}", but has to be something else.`)
  })

  it('hides them before it measures the value', () => {
    const reader = new InputReader(() => `https://someone:${'5ec2e7'.repeat(20)}@host.example`)
    reader.withDefault('base-url', refuses)
    expect(lintMessages(reader)).toBe('base-url is "https://***@host.example", but has to be something else.')
  })

  it('does not take a bug of a rule for a bad input', () => {
    const reader = new InputReader(() => 'value')
    const broken = () => {
      throw new TypeError('a bug')
    }
    expect(() => reader.withDefault('wait', broken)).toThrow(TypeError)
  })
})
