import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from '@jest/globals'
import { projectRoot } from '../../script/root.js'
import { CLEANUP_LIMIT_MS } from '../../src/action/main.js'
import { REQUEST_TIMEOUT_MS } from '../../src/atlas/connection.js'
import { formatDuration } from '../../src/format.js'
import { MAX_PAGES } from '../../src/snapshot/list.js'
import { LIMITS, PAUSE } from '../../src/snapshot/retry.js'

it('the limits in docs/architecture.md are those in the code', () => {
  const text = readFileSync(join(projectRoot(), 'docs/architecture.md'), 'utf8')
  const [, table = ''] = text.split('| Limit | Value |\n|---|---|\n')
  const rows = [...table.matchAll(/^\| (.*) \| (.*) \|$/gm)].map(([, name = '', value]) => [name, value])
  const growth = [1, 2, 3, 4].map((failures) => Math.min(PAUSE.growthMs * failures, PAUSE.maxMs))
  const pauses = `from ${formatDuration(PAUSE.minMs)} to at most ${growth.map(formatDuration).join(', ')} … in a row`
  const longest = `a longer \`Retry-After\`, at most ${formatDuration(PAUSE.maxRetryAfterMs)}`
  expect(Object.fromEntries(rows)).toStrictEqual({
    'One request, with the whole response': formatDuration(REQUEST_TIMEOUT_MS),
    'Failures in a row of POSTs, or of lists outside a wait': formatDuration(LIMITS.outage),
    'Failures while waiting, throttling, conflicts': 'until `timeout-minutes`',
    'Rejections in a row': formatDuration(LIMITS.rejection),
    'Pause before a retry': `${pauses}, or ${longest}`,
    'Pages of a list': String(MAX_PAGES),
    'Everything after the outputs': formatDuration(CLEANUP_LIMIT_MS),
  })
})
