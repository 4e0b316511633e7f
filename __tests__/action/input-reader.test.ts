import { describe, expect, it } from '@jest/globals'
import type { Format } from '../../src/action/input-formats.js'
import { InputReader } from '../../src/action/input-reader.js'
import { problemWith } from '../support/assertions.js'

const reject: Format<string> = { expected: 'LIMIT', parse: () => undefined }
const length: Format<number> = { expected: '', parse: (text) => text.length }

describe('an input reader', () => {
  it('returns the values after all inputs are parsed', () => {
    const reader = new InputReader((name) => (name === 'description' ? '' : ` ${name}`))
    const wait = reader.withDefault('wait', length)
    const description = reader.optional('description', length)
    expect(reader.accept({ wait, description })).toStrictEqual({ wait: 5, description: undefined })
  })

  it('does not return invalid values', () => {
    const reader = new InputReader((name) => (name === 'wait' ? '' : 'bad'))
    const read = { wait: reader.withDefault('wait', reject), text: reader.optional('description', reject) }
    expect(read).toStrictEqual({ wait: null, text: null })
    expect(reader.accept({})).toBeUndefined()
    expect(new InputReader(() => '').accept(read)).toBeUndefined()
    expect(reader.problems).toStrictEqual([problemWith('wait'), problemWith('description', '"bad"', 'LIMIT')])
  })

  it('never shows the value of a secret', () => {
    const reader = new InputReader((name) => (name === 'github-token' ? '5ec2e7' : ''))
    expect(reader.secret('other-token', reject)).toBeUndefined()
    expect(reader.secret('github-token', reject)).toBeNull()
    expect(reader.problems).toStrictEqual([problemWith('github-token', 'LIMIT')])
    expect(JSON.stringify(reader.problems)).not.toContain('5ec2e7')
  })

  it('shows a value of at most 100 characters on one line, or the length of a longer value', () => {
    const reader = new InputReader((name) => (name === 'wait' ? 'x'.repeat(101) : `${'x'.repeat(98)}\n"`))
    reader.withDefault('wait', reject)
    reader.withDefault('dry-run', reject)
    const found = reader.problems
    expect(found).toStrictEqual([
      problemWith('wait', '101'),
      problemWith('dry-run', `"${'x'.repeat(98)}\\n\\""`),
    ])
    expect(found[0]?.message).not.toContain('xx')
  })

  it.each([
    ['https://someone@host.example/a', 'https://***@host.example/a'],
    ['https://someone:5ec2e7@host.example', 'https://***@host.example'],
    ['https://someone:5e@c2/e7@host.example', 'https://***@host.example'],
    // The limit applies after the password is removed.
    [`https://someone:${'5ec2e7'.repeat(20)}@host.example`, 'https://***@host.example'],
    ['someone@host.example', 'someone@host.example'],
  ])('hides the user and password of a URL: %s', (value, shown) => {
    const reader = new InputReader(() => value)
    reader.withDefault('base-url', reject)
    expect(reader.problems).toStrictEqual([problemWith('base-url', `"${shown}"`)])
  })
})
