import { demo } from '../../emulator/config.js'
import { renderSummary, type SummaryFacts } from '../../src/action/summary.js'
import type { Span } from '../../src/action/timeline.js'
import { parseSnapshot } from '../../src/atlas/snapshot.js'

const HARMLESS = 'nightly'
const startedAt = Date.parse('2026-11-25T14:00:00Z')

function span(kind: Span['kind'], label: string, from: number, to: number): Span {
  return { kind, label, from: startedAt + from * 1000, to: startedAt + to * 1000 }
}

/** The summary of a failed step, with words from outside in every place where they can occur. */
export function sampleSummary(words = HARMLESS, description = words): string {
  const snapshot = parseSnapshot({
    id: '6a7f1e2d3c4b5a6978879601',
    status: words,
    description,
    createdAt: words,
    expiresAt: words,
  })
  const facts: SummaryFacts = {
    cluster: {
      baseUrl: 'https://cloud.mongodb.com',
      apiVersion: '2023-01-01',
      groupId: demo.groupId,
      clusterName: 'demo',
    },
    result: { ...(snapshot && { snapshot }), created: true },
    // With invisible characters only, these would be empty without other words.
    error: { title: `Title: ${words}`, message: `Message: ${words}`, remedy: 'Re-run the job.' },
    dryRun: false,
    history: {
      startedAt,
      endedAt: startedAt + 224_000,
      clockSkewMs: 0,
      spans: [
        span('step', 'one', 0, 65),
        span('retry', `two ${words}`, 10, 40),
        span('snapshot', 'queued', 65, 72),
        span('snapshot', 'inProgress', 72, 120),
        span('snapshot', words, 120, 224),
      ],
    },
  }
  return renderSummary(facts)
}

/** Unescaped words in a summary. */
export interface Breakout {
  /** Replaces the description in the table. */
  readonly cell?: string
  /** Replaces the name of the second-to-last bar in the chart. */
  readonly label?: string
  /** Replaces the last bar in the chart. */
  readonly bar?: string
  /** Markdown at the end. */
  readonly after?: string
}

export function brokenSummary({ cell, label, bar, after = '' }: Breakout): string {
  const replaced = (text: string, old: RegExp, by: string | undefined) => {
    if (by === undefined) return text
    const result = text.replace(old, () => by)
    if (result === text) throw new Error(`the summary has no ${old}`)
    return result
  }
  const withCell = replaced(sampleSummary(HARMLESS, 'cell'), /<code>cell<\/code>/, cell)
  const withLabel = replaced(withCell, /\S.*(?= :2026-11-25 14:01:12)/, label)
  return `${replaced(withLabel, /\S.* :2026-11-25 14:02:00.*/, bar)}\n\n${after}\n`
}
