import type { VirtualSetup } from '../in-process.js'
import { published } from './files.js'
import { createNightly, endless } from './row.js'

/** A result of a step that has its own form of job summary. */
export interface SummaryEnd {
  /** Ends the sentence that begins with "the summary of a step that". */
  readonly name: string
  /** The step, with these words wherever its summary shows text from outside. */
  readonly setup: (words: string) => VirtualSetup
}

export const HARMLESS_WORDS = 'nightly'
/** Text in the description of another client or in a server's error that tries to break the markup. */
export const HOSTILE_WORDS =
  '</code></td></table>\n\n```\n# head\n<script>x</script><img src="x" onerror="y"> [a](b) ::error::c ##[error]d section e'

/** Together, they have every part of a job summary. */
export const summaryEnds: readonly SummaryEnd[] = [
  {
    name: 'waits for another snapshot after retries',
    setup: (description) => ({
      before: createNightly({ description }),
      inputs: { description: `own ${description}` },
      faults: ['create:429:retry-after=5', 'create:429:retry-after=5'],
    }),
  },
  {
    name: 'times out in Atlas for Government while the status is unknown',
    setup: (word) => ({
      atlas: { ...endless, oddStatus: { word, fromSeconds: 5, toSeconds: 10_000 } },
      inputs: { 'base-url': 'https://cloud.mongodbgov.com', 'timeout-minutes': '2' },
      env: published,
    }),
  },
  {
    name: 'fails because Atlas rejects its request',
    setup: (detail) => ({ faults: [`create:400:code=SOMETHING:detail=${detail}`] }),
  },
  {
    name: 'passes a dry run',
    setup: (description) => ({
      before: createNightly({ description }, 30),
      inputs: { 'dry-run': 'true', 'reuse-within-minutes': '60' },
    }),
  },
  {
    name: 'has invalid inputs',
    setup: (words) => ({ inputs: { wait: words.slice(0, 100) }, env: published }),
  },
]
