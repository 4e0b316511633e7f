import { describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import { clusterRef } from '../../simulation/options.js'
import { renderInputErrors, renderSummary, type SummaryFacts } from '../../src/action/summary.js'
import { ActionError } from '../../src/action-error.js'
import { assertProperty } from '../support/assertions.js'
import { hostileText } from '../support/hostile-text.js'
import { recent, snapshot } from '../support/scripted-client.js'
import { readSummary } from '../support/summary-page.js'

const id = '6a7f1e2d3c4b5a6978879601'
const cluster = clusterRef('shop-prod')

const startedAt = Date.parse('2026-08-10T03:26:42Z')
const endedAt = startedAt + 162_000

/** The summary of a step with this snapshot, which is completed by default. */
function render(
  fields: Readonly<Record<string, unknown>>,
  { created = true, ...more }: Partial<SummaryFacts> & { readonly created?: boolean } = {},
  serverTime?: number,
): string {
  const result = { snapshot: snapshot({ id, status: 'completed', ...fields }, { serverTime }), created }
  const facts = { cluster, result, startedAt, endedAt, bars: [], dryRun: false, ...more }
  return renderSummary(facts, undefined)
}

// The golden file has whole summaries, and the outlines of those of all rows.
describe('the summary of a step', () => {
  it('has no row for a missing field, or for the expiry of a failed snapshot', () => {
    const rows = (fields: Readonly<Record<string, unknown>>) => Object.keys(readSummary(render(fields)).rows)
    const expected = ['Project', 'Cluster', 'Snapshot', 'Status', 'Created by this step', 'Duration']
    expect(rows({ description: ' ', storageSizeBytes: 0 })).toStrictEqual(expected)
    expect(rows({ status: 'failed', expiresAt: '2026-08-17T03:26:42Z' })).toStrictEqual(expected)
  })

  it("shows the age of an existing snapshot's restore point by Atlas's clock", () => {
    // A day behind the runner's.
    const serverTime = endedAt - 86_400_000
    const age = (seconds: number, created: boolean, seenAt: number | undefined = serverTime) => {
      const createdAt = new Date(serverTime - seconds * 1000).toISOString()
      return readSummary(render({ createdAt }, { created }, seenAt)).rows['Restore point']?.split('Z')[1]
    }
    expect(age(1800, false)).toBe(', 30 min old')
    expect(age(86_401, false)).toContain('⚠️')
    expect(age(1800, true)).toBe('')
    const { createdAt } = recent
    expect(readSummary(render({ createdAt }, { created: false })).rows['Restore point']).toBe(createdAt)
  })
})

it('the summary of invalid inputs contains nothing else for any text', () => {
  assertProperty(
    fc.property(fc.array(hostileText, { maxLength: 5 }), (messages) => {
      const text = renderInputErrors(
        messages.map((message) => ({ names: 'x', message })),
        '',
      )
      expect(readSummary(text).paragraphs).toHaveLength(messages.length + 1)
    }),
  )
})

describe('untrusted text in the summary', () => {
  it('adds no element, block, or Markdown, and ends no code block', () => {
    const statuses = fc.array(hostileText, { maxLength: 6 })
    const texts = fc.record({
      description: hostileText,
      status: fc.oneof(hostileText, fc.constantFrom('queued', 'completed', 'failed')),
      createdAt: hostileText,
      expiresAt: hostileText,
      title: hostileText,
      message: hostileText,
      remedy: hostileText,
      plan: hostileText,
    })
    const ends = fc.record({ fails: fc.boolean(), dryRun: fc.boolean(), created: fc.boolean() })
    assertProperty(
      fc.property(texts, statuses, ends, (text, labels, { fails, dryRun, created }) => {
        const bars = labels.map((label, at) => {
          return { label, from: startedAt + at * 1000 }
        })
        const fields = { ...text, status: text.status || 'queued' }
        const summary = render(fields, {
          created,
          dryRun,
          error: fails ? new ActionError(text.message, text) : undefined,
          dryRunResult: dryRun && !fails ? { plan: text.plan, unverified: text.remedy } : undefined,
          bars,
        })
        // It throws an error for elements that the summary does not use.
        const { rows, links, paragraphs } = readSummary(summary)
        expect(Object.values(rows).slice(1, 3)).toStrictEqual(['shop-prod', id])
        expect(links.filter((link) => !/^https?:\/\//.test(link))).toStrictEqual([])
        expect(paragraphs.length).toBeLessThanOrEqual(6)
      }),
      { numRuns: 300 },
    )
  })

  it('cannot make the summary larger than the 1 MiB limit of GitHub', () => {
    const huge = '"'.repeat(1_000_000)
    const fields = { description: huge, status: huge, createdAt: huge, expiresAt: huge }
    const bars = [0, 1].map((at) => ({ label: huge, from: startedAt + at * 1000 }))
    const more = { error: new ActionError(huge, { title: huge, remedy: huge }), bars }
    const size = Buffer.byteLength(render(fields, more))
    expect(size).toBeLessThan(512 * 1024)
  })
})
