import { expect, it } from '@jest/globals'
import { play, type Scenario } from '../support/play-bundle.js'
import { mentioning } from '../support/played.js'
import { createNightly } from '../support/scenarios/row.js'
import { HOSTILE_WORDS } from '../support/scenarios/summaries.js'
import { readSummary } from '../support/summary-page.js'

/** One step for each structure of a summary. summaries.ts contains all forms. */
const structures: readonly (readonly [string, Scenario])[] = [
  ['with a chart and a command', { inputs: { description: HOSTILE_WORDS } }],
  [
    'with an explanation',
    { faults: [`create:400:code=SOMETHING:detail=${HOSTILE_WORDS}${'<'.repeat(1_000_000)}`] },
  ],
  [
    'of a dry run',
    {
      before: createNightly({ description: HOSTILE_WORDS }, 30),
      inputs: { 'dry-run': 'true', 'reuse-within-minutes': '60' },
    },
  ],
  ['of invalid inputs', { inputs: { wait: HOSTILE_WORDS.slice(0, 100) } }],
]

it.concurrent.each(structures)('a summary %s shows words from outside as plain text', async (_, scenario) => {
  const { summary } = (await play(scenario)).result
  // `readSummary` throws an error on other markup.
  const { paragraphs, rows } = readSummary(summary)
  expect([...paragraphs, ...Object.values(rows)].join('\n')).toStrictEqual(mentioning('</code></td></table>'))
  expect(Buffer.byteLength(summary)).toBeLessThan(100_000)
})
