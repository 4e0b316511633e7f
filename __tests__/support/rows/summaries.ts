import type { VirtualSetup } from '../in-process.js'
import { published } from './files.js'
import { createNightly, endless } from './row.js'

/** A step, with these words wherever its summary shows text from outside. */
type Setup = (words: string) => VirtualSetup

export const HARMLESS_WORDS = 'nightly'
/** Text in the description of another client or in a server's error that tries to break the markup. */
export const HOSTILE_WORDS =
  '</code></td></table>\n\n```\n# head\n<script>x</script><img src="x" onerror="y"> [a](b) ::error::c ##[error]d section e'

/**
 * Steps whose job summaries have their own form, by the end of a sentence that begins with "the summary of a step that".
 * Together, they have every part of a job summary.
 */
export const summaryEnds: Readonly<Record<string, Setup>> = {
  'waits for another snapshot after retries': (description) => ({
    before: createNightly({ description }),
    inputs: { description: `own ${description}` },
    env: published,
    faults: ['create:429:retry-after=5', 'create:429:retry-after=5'],
  }),
  'times out in Atlas for Government while the status is unknown': (word) => ({
    atlas: { ...endless, oddStatus: { word, fromSeconds: 5, toSeconds: 10_000 } },
    inputs: { 'base-url': 'https://cloud.mongodbgov.com', 'timeout-minutes': '2' },
    env: published,
  }),
  'fails because Atlas rejects its request': (detail) => ({
    faults: [`create:400:code=SOMETHING:detail=${detail}`],
  }),
  'passes a dry run': (description) => ({
    before: createNightly({ description }, 30),
    inputs: { 'dry-run': 'true', 'reuse-within-minutes': '60' },
  }),
  'has invalid inputs': (words) => ({ inputs: { wait: words.slice(0, 100) }, env: published }),
}
