import { describe, expect, it } from '@jest/globals'
import { type Table, toMarkdown, toText } from '../../bench/tables.js'

const table: Table = {
  region: 'example',
  title: 'Over `node -e 0`',
  head: ['', 'ms', '`ratio`'],
  rows: [
    ['this action', '50', '2.00'],
    ['floor', '7', '10.00'],
  ],
}

describe('a table of figures', () => {
  it('has its numbers to the right on a page', () => {
    expect(toMarkdown(table)).toBe(
      '|  | ms | `ratio` |\n| --- | --: | --: |\n| this action | 50 | 2.00 |\n| floor | 7 | 10.00 |',
    )
  })

  it('has its columns one under the other in a terminal', () => {
    expect(toText(table)).toBe(
      'Over node -e 0\n             ms  ratio\nthis action  50   2.00\nfloor         7  10.00\n',
    )
  })
})
