import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from '@jest/globals'
import { readResults } from '../../bench/results.js'
import { updatePerformancePage } from '../../bench/tables.js'
import { readPages, replaceTables } from '../../script/docs.js'
import { readMetadata } from '../../script/metadata.js'
import { projectRoot } from '../../script/root.js'

const metadata = readMetadata()

describe('a page with a generated part', () => {
  it.each(readPages())('is what action.yml and the remedies make: $name', ({ current, wanted }) => {
    expect(current).toBe(wanted)
  })
})

describe('docs/performance.md', () => {
  it('has the figures of bench/results.json', () => {
    const { current, wanted } = updatePerformancePage(readResults())
    expect(current).toBe(wanted)
  })
})

describe('action.yml', () => {
  it('holds no expression, since the runner evaluates those in descriptions, too, and then cannot load it', () => {
    expect(readFileSync(join(projectRoot(), 'action.yml'), 'utf8')).not.toContain('${{')
  })
})

describe('the tables', () => {
  const readme = '<!-- inputs:start --><!-- inputs:end --><!-- outputs:start --><!-- outputs:end -->'
  const action = (description: string) =>
    `inputs: { one: { description: ${JSON.stringify(description)}, default: 'a|b' } }\noutputs: {}\n`

  it('escape what would end a cell or start a tag', () => {
    const made = replaceTables(readme, readMetadata(action('x | y\nz <b> `<c>`')))
    expect(made).toContain('| `one` | `a\\|b` | x \\| y z &lt;b> `<c>` |')
  })

  it('fail without a description, naming the input', () => {
    expect(() => readMetadata(action(' '))).toThrow('action.yml: input one has no description')
  })

  it('fail without their markers', () => {
    expect(() => replaceTables('# Read me', metadata)).toThrow('<!-- inputs:start -->')
  })
})
