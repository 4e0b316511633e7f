import { describe, expect, it } from '@jest/globals'
import { parseCommand, parseOutputs, splitLines } from '../../script/commands.js'

describe('a line of the log', () => {
  it.each([
    ['plain text', undefined],
    ['::not a command', undefined],
    ['::unknown::text', undefined],
    ['::add-mask::p%25w', { name: 'add-mask', properties: {}, data: 'p%w' }],
    [
      '  ::error title=Atlas%3A no,line=1::one%0Atwo',
      { name: 'error', properties: { title: 'Atlas: no', line: '1' }, data: 'one\ntwo' },
    ],
    ['text ##[set-output name=a%5D]1', { name: 'set-output', properties: { name: 'a]' }, data: '1' }],
    ['::unknown:: ##[set-output name=a]1', undefined],
  ])('is parsed as on a runner: %j', (line, command) => {
    expect(parseCommand(line)).toEqual(command)
  })

  it('also ends at a lone carriage return', () => {
    expect(splitLines('a\r\nb\rc\n\nd')).toEqual(['a', 'b', 'c', '', 'd'])
  })
})

describe('the output file', () => {
  it('can contain both formats, in order', () => {
    expect(parseOutputs('a<<E\n1\n2\nE\nb=x=y\na<<E\n\nE\n')).toEqual([
      { name: 'a', value: '1\n2' },
      { name: 'b', value: 'x=y' },
      { name: 'a', value: '' },
    ])
  })

  it.each(['a<<E\n1\n', 'text'])('is rejected if it is invalid: %j', (text) => {
    expect(() => parseOutputs(text)).toThrow('GITHUB_OUTPUT')
  })
})
