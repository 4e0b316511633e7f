import { expect } from '@jest/globals'
import type { Atlas, OtherSnapshot } from '../../emulator/atlas.js'
import type { ActionRun } from '../../script/runner.js'
import { attaching, type Scenario, until } from './scenario.js'

/** A way for a step to end, and what its job summary then says. */
export interface End {
  readonly name: string
  readonly scenario: Scenario
  /** The same with harmless words in place of hostile ones. */
  readonly harmless?: Scenario
  readonly headline: string
  /** What is said first. */
  readonly first: string | ReturnType<typeof expect.stringMatching>
  readonly rows: Readonly<Record<string, unknown>>
  /** Sections and names of the chart's rows; unset where the chart is another one from run to run. */
  readonly chart?: readonly string[]
  readonly restores: boolean
}

/** What somebody calls their snapshot, or a server writes into an error, to break out of wherever it is shown. */
const HOSTILE =
  '</code></td></table>\n\n```\n# head\n<script>x</script><img src="x" onerror="y"> [a](b) ::error::c ##[error]d section e'
const shown =
  '</code></td></table> ``` # head <script>x</script><img src="x" onerror="y"> [a](b) ::error::c # #[error]d section e'
const HARMLESS = 'nightly'

/** One scenario with hostile words, one with harmless ones. */
function both(of: (words: string) => Scenario): Pick<End, 'scenario' | 'harmless'> {
  return { scenario: of(HOSTILE), harmless: of(HARMLESS) }
}

const slow = { secondsToInProgress: 1000, secondsToCompleted: 2000 } as const
const young = { takenAt: Date.now() - 1_800_000 }
const theirs =
  (description: string, more: Partial<OtherSnapshot> = {}) =>
  (atlas: Atlas) =>
    void atlas.createOtherSnapshot('demo', { description, ...more })

async function cancelled(run: ActionRun): Promise<void> {
  await until(() => run.outputs().length > 0)
  run.kill('SIGINT')
}

const ID = expect.stringMatching(/^[0-9a-f]{24}$/)
const link = 'The backups of this cluster in Atlas'
const asking = ['This step', 'asking Atlas', 'In Atlas']
const status = (word: string, taken: string) => ({ Status: word, Snapshot: ID, 'Taken by this step': taken })
const later = 'To wait for it later, run this action with snapshot-id ID and wait: true.'

export const ends: readonly End[] = [
  {
    name: 'completed',
    ...both((description) => ({ atlas: { secondsToCompleted: 3 }, inputs: { description } })),
    headline: '✅ The backup of demo is ready',
    first: link,
    rows: {
      ...status('completed', 'yes'),
      Cluster: 'demo',
      'Restore point': expect.stringMatching(/^\d{4}-.*Z$/),
      'Kept until': expect.stringMatching(/^\d{4}-.*Z$/),
      Size: '1.47 GiB',
      Description: expect.stringContaining(shown),
      'This step took': expect.stringMatching(/ s$/),
    },
    chart: [...asking, 'queued', 'in progress', 'restore point', 'completed'],
    restores: true,
  },
  {
    name: 'taken without wait',
    scenario: { atlas: slow, inputs: { wait: 'false' } },
    headline: '⏳ The backup of demo is under way, and not ready yet',
    first: link,
    rows: { ...status('queued', 'yes'), 'Restore point': 'not known before it is completed' },
    restores: true,
  },
  {
    name: 'attached',
    ...both((words) => ({ before: theirs(words, young), inputsFrom: attaching })),
    headline: '✅ A backup of demo is ready, though this step did not take it',
    first: link,
    rows: {
      ...status('completed', 'no'),
      'Restore point': expect.stringMatching(/Z, (29 min 5\d s|30 min( \d+ s)?) before this step$/),
      Description: shown,
    },
    restores: true,
  },
  {
    name: 'reused',
    ...both((words) => ({ before: theirs(words, young), inputs: { 'reuse-within-minutes': '60' } })),
    headline: '✅ A backup of demo is ready, though this step did not take it',
    first: link,
    rows: { ...status('completed', 'no'), Description: shown },
    restores: true,
  },
  {
    name: 'reused in a conflict',
    scenario: {
      before: theirs(HOSTILE),
      inputs: { 'on-conflict': 'reuse' },
      atlas: { secondsToCompleted: 4 },
    },
    headline: '✅ A backup of demo is ready, though this step did not take it',
    first: link,
    rows: { ...status('completed', 'no'), Description: shown },
    restores: true,
  },
  {
    name: 'completed after a conflict and retries',
    ...both((words) => ({
      before: theirs(words),
      atlas: { secondsToInProgress: 0, secondsToCompleted: 4 },
      faults: ['create:429:retry-after=1', 'create:429:retry-after=1'],
    })),
    headline: '✅ The backup of demo is ready',
    first: link,
    rows: status('completed', 'yes'),
    chart: [
      ...['This step', 'asking Atlas', 'waiting for another snapshot', 'asking Atlas'],
      ...['Retries', 'Atlas limits the rate of requests (2 times)'],
      ...['In Atlas', 'in progress', 'restore point', 'completed'],
    ],
    restores: true,
  },
  {
    name: 'failed',
    scenario: { atlas: { failSnapshots: true, secondsToCompleted: 3 } },
    headline: '❌ No backup of demo to rely on: The snapshot failed',
    first: expect.stringMatching(/^What to do: Do not deploy on it; /),
    rows: status('failed', 'yes'),
    chart: [...asking, 'queued', 'in progress', 'snapshot failed'],
    restores: false,
  },
  {
    name: 'timed out',
    scenario: {
      atlas: { secondsToInProgress: 1, secondsToCompleted: 100 },
      inputs: { 'timeout-minutes': '0.05' },
    },
    headline: '❌ No backup of demo to rely on: The deadline has passed',
    first: `What to do: ${later} For more time, raise the input timeout-minutes.`,
    rows: { ...status('inProgress', 'yes'), 'Restore point': 'not known before it is completed' },
    chart: [...asking, 'queued', 'in progress'],
    restores: true,
  },
  {
    name: 'timed out at a hostile status',
    ...both((word) => ({
      atlas: { ...slow, oddStatus: { word, fromSeconds: 0.5, toSeconds: 100 } },
      inputs: { 'timeout-minutes': '0.03' },
    })),
    headline: '❌ No backup of demo to rely on: The deadline has passed',
    first: `What to do: ${later} For more time, raise the input timeout-minutes.`,
    rows: status(shown, 'yes'),
    chart: [...asking, 'queued', 'status code td table head scri'],
    restores: true,
  },
  {
    name: 'cancelled',
    scenario: { atlas: slow, during: cancelled },
    headline: '❌ No backup of demo to rely on: Cancelled',
    first: `What to do: ${later}`,
    rows: status('queued', 'yes'),
    restores: true,
  },
  {
    name: 'refused',
    ...both((detail) => ({ faults: [`create:400:code=SOMETHING:detail=${detail}`] })),
    headline: '❌ No backup of demo to rely on: Atlas refused the request',
    first: 'What to do: Correct the inputs by what Atlas says.',
    rows: { Cluster: 'demo' },
    restores: false,
  },
  {
    name: 'refused with a huge detail',
    scenario: { faults: [`create:400:code=SOMETHING:detail=${'<'.repeat(1_000_000)}`] },
    headline: '❌ No backup of demo to rely on: Atlas refused the request',
    first: 'What to do: Correct the inputs by what Atlas says.',
    rows: { Cluster: 'demo' },
    restores: false,
  },
  {
    name: 'dry run passed',
    ...both((words) => ({
      before: theirs(words, young),
      inputs: { 'dry-run': 'true', 'reuse-within-minutes': '60' },
    })),
    headline: '✅ Dry run for demo passed: nothing was taken',
    first: `Without dry-run this step would use snapshot ID (${shown}), whose data is as of INSTANT.`,
    rows: { ...status('completed', 'no'), Description: shown },
    restores: false,
  },
  {
    name: 'dry run failed',
    scenario: { atlas: { clusters: [{ name: 'demo', kind: 'paused' }] }, inputs: { 'dry-run': 'true' } },
    headline: '❌ Dry run for demo failed: The cluster is paused',
    first: expect.stringMatching(/^What to do: Resume the cluster in Atlas, then run this again \(https:/),
    rows: { Cluster: 'demo' },
    restores: false,
  },
  {
    name: 'bad inputs',
    ...both((words) => ({ inputs: { wait: words.slice(0, 100) } })),
    headline: '❌ No backup was taken: check the inputs of this step',
    first: expect.stringMatching(/^wait is "<\/code><\/td><\/table>.*", but has to be true or false\.$/),
    rows: {},
    restores: false,
  },
]
