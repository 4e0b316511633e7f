import { TITLES } from '../../../src/titles.js'
import type { VirtualScenario } from '../in-process.js'
import { firstSnapshotId } from '../played.js'
import { createNightly, endless } from './row.js'

/** A result of a step that has its own form of job summary. */
export interface SummaryEnd {
  /** Ends the sentence that begins with "the summary of a step that". */
  readonly name: string
  /** The step, with these words wherever its summary shows text from outside. */
  readonly scenario: (words: string) => VirtualScenario
  /** Start of the headline. */
  readonly symbol: '✅' | '⏳' | '❌'
  /** Title of the error. Unset if the step succeeds or has invalid inputs. */
  readonly error?: string
  /** Status of the snapshot in the summary. Unset if there is none. */
  readonly status?: string
  /** Whether it has a chart. */
  readonly hasChart: boolean
  /** Whether it has the command that restores the snapshot. */
  readonly restores: boolean
}

export const HARMLESS_WORDS = 'nightly'
/** Text in the description of another client or in a server's error that tries to break the markup. */
export const HOSTILE_WORDS =
  '</code></td></table>\n\n```\n# head\n<script>x</script><img src="x" onerror="y"> [a](b) ::error::c ##[error]d section e'
const failing: Pick<SummaryEnd, 'symbol' | 'restores'> = { symbol: '❌', restores: false }
const MINUTES_AGO = 30

/** Every form of a job summary. */
export const summaryEnds: readonly SummaryEnd[] = [
  {
    name: 'creates a snapshot and waits for it',
    scenario: (description) => ({ inputs: { description } }),
    symbol: '✅',
    status: 'completed',
    hasChart: true,
    restores: true,
  },
  {
    name: 'does not wait',
    scenario: (description) => ({ inputs: { description, wait: 'false' } }),
    symbol: '⏳',
    status: 'queued',
    hasChart: false,
    restores: true,
  },
  {
    name: 'waits for an existing snapshot that is completed',
    scenario: (description) => ({
      before: createNightly({ description }, MINUTES_AGO),
      inputsFrom: firstSnapshotId,
    }),
    symbol: '✅',
    status: 'completed',
    hasChart: false,
    restores: true,
  },
  {
    name: 'waits for another snapshot after retries',
    scenario: (description) => ({
      before: createNightly({ description }),
      inputs: { description: `own ${description}` },
      faults: ['create:429:retry-after=5', 'create:429:retry-after=5'],
    }),
    symbol: '✅',
    status: 'completed',
    hasChart: true,
    restores: true,
  },
  {
    ...failing,
    name: 'fails because its snapshot fails',
    scenario: (description) => ({ atlas: { failSnapshots: true }, inputs: { description } }),
    error: TITLES.snapshotFailed,
    status: 'failed',
    hasChart: true,
  },
  {
    ...failing,
    name: 'times out while the status is unknown',
    scenario: (word) => ({
      atlas: { ...endless, oddStatus: { word, fromSeconds: 5, toSeconds: 10_000 } },
      inputs: { 'timeout-minutes': '2' },
    }),
    error: TITLES.timedOut,
    hasChart: true,
    restores: true,
  },
  {
    ...failing,
    name: 'fails because Atlas rejects its request',
    scenario: (detail) => ({ faults: [`create:400:code=SOMETHING:detail=${detail}`] }),
    error: TITLES.badRequest,
    hasChart: false,
  },
  {
    name: 'passes a dry run',
    scenario: (description) => ({
      before: createNightly({ description }, MINUTES_AGO),
      inputs: { 'dry-run': 'true', 'reuse-within-minutes': '60' },
    }),
    symbol: '✅',
    status: 'completed',
    hasChart: false,
    restores: false,
  },
  {
    ...failing,
    name: 'fails a dry run',
    scenario: (detail) => ({
      faults: [`cluster:400:code=SOMETHING:detail=${detail}`],
      inputs: { 'dry-run': 'true' },
    }),
    error: TITLES.badRequest,
    hasChart: false,
  },
  {
    ...failing,
    name: 'has invalid inputs',
    scenario: (words) => ({ inputs: { wait: words.slice(0, 100) } }),
    hasChart: false,
  },
]
