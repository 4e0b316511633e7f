import { describe, expect, it } from '@jest/globals'
import { type Table, toMarkdown, toText } from '../../bench/tables.js'

const table: Table = {
  region: 'example',
  title: 'Over `node -e 0`',
  head: ['', 'ms', '`ratio`'],
  rows: [
    ['this action', '50', '2.00'],
    ['baseline', '7', '10.00'],
  ],
}

describe('a table of figures', () => {
  it('aligns its numbers to the right on a page', () => {
    expect(toMarkdown(table)).toBe(
      '|  | ms | `ratio` |\n| --- | --: | --: |\n| this action | 50 | 2.00 |\n| baseline | 7 | 10.00 |',
    )
  })

  it('aligns its columns in a terminal', () => {
    expect(toText(table)).toBe(
      'Over node -e 0\n             ms  ratio\nthis action  50   2.00\nbaseline      7  10.00\n',
    )
  })
})
