import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from '@jest/globals'
import { projectRoot } from '../../script/root.js'
import { formatDuration } from '../../src/format.js'

const read = (path: string) => readFileSync(join(projectRoot(), path), 'utf8')
const names = readdirSync(join(projectRoot(), 'src'), { recursive: true, encoding: 'utf8' })
const code = names.flatMap((name) => (name.endsWith('.ts') ? read(join('src', name)) : [])).join('\n')

/** The value of a constant, which is a number or a product. Most constants are private to their file. */
function constant(name: string): number {
  const [, product = 'missing'] = new RegExp(`const ${name} = ([\\d_* ]+)$`, 'm').exec(code) ?? []
  return product.split('*').reduce((value, factor) => value * Number(factor.replaceAll('_', '')), 1)
}

const time = (name: string) => formatDuration(constant(name))

it('the limits in docs/architecture.md are those in the code', () => {
  const [, table = ''] = read('docs/architecture.md').split('| Limit | Value |\n|---|---|\n')
  const rows = [...table.matchAll(/^\| (.*) \| (.*) \|$/gm)].map(([, name = '', value]) => [name, value])
  const growth = [1, 2, 3, 4].map((failures) => constant('DELAY_GROWTH_MS') * failures)
  const pauses = growth.map((ms) => formatDuration(Math.min(ms, constant('MAX_DELAY_MS')))).join(', ')
  const longest = `a longer \`Retry-After\`, at most ${time('MAX_RETRY_AFTER_MS')}`
  expect(Object.fromEntries(rows)).toStrictEqual({
    'One request, with the whole response': time('REQUEST_TIMEOUT_MS'),
    'Failures in a row of POSTs, or of lists outside a wait': time('OUTAGE_MS'),
    'Failures while waiting, throttling, conflicts': 'until `timeout-minutes`',
    'Rejections in a row': time('REJECTION_MS'),
    'Pause before a retry': `from ${time('MIN_DELAY_MS')} to at most ${pauses} … in a row, or ${longest}`,
    'Pages of a list': String(constant('MAX_PAGES')),
    'Everything after the outputs': time('CLEANUP_LIMIT_MS'),
  })
})
