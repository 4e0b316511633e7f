import { describe, expect, it } from '@jest/globals'
import type { Atlas, SomebodysSnapshot } from '../../emulator/atlas.js'
import { demo } from '../../emulator/config.js'
import type { ActionRun } from '../../script/runner.js'
import { readSummary } from '../support/summary-page.js'
import { attaching, inWords, playAll, type Scenario, until } from './scenario.js'

const HOUR = 3_600_000
const slow = { secondsToInProgress: 1000, secondsToCompleted: 2000 } as const

/** What somebody calls their snapshot, or a server writes into an error, to break out of wherever it is shown. */
const HOSTILE =
  '</code></td></table>\n\n```\n# head\n<script>x</script><img src="x" onerror="y"> [a](b) ::error::c ##[error]d section e'
const shown =
  '</code></td></table> ``` # head <script>x</script><img src="x" onerror="y"> [a](b) ::error::c # #[error]d section e'

const theirs =
  (more: Partial<SomebodysSnapshot> = {}) =>
  (atlas: Atlas) =>
    void atlas.takeSnapshot('demo', { description: HOSTILE, ...more })
const young = { takenAt: Date.now() - HOUR / 2 }

async function cancelled(run: ActionRun): Promise<void> {
  await until(() => run.outputs().length > 0)
  run.kill('SIGINT')
}

interface Row {
  readonly name: string
  readonly scenario: Scenario
  readonly headline: string
  /** What is said first. */
  readonly first: string | ReturnType<typeof expect.stringMatching>
  readonly rows: Readonly<Record<string, unknown>>
  /** Sections and names of the chart's rows. */
  readonly chart?: readonly string[]
  readonly restores: boolean
}

const ID = expect.stringMatching(/^[0-9a-f]{24}$/)
const link = 'The backups of this cluster in Atlas'
const asking = ['This step', 'Asking Atlas for a snapshot', 'In Atlas']
const status = (word: string, taken: string) => ({ Status: word, Snapshot: ID, 'Taken by this step': taken })
const later = 'To wait for it later, run this action with snapshot-id ID.'

const ends: readonly Row[] = [
  {
    name: 'completed',
    scenario: { atlas: { secondsToCompleted: 3 }, inputs: { description: HOSTILE } },
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
    chart: [...asking, 'queued', 'in progress', 'completed', 'restore point'],
    restores: true,
  },
  {
    name: 'taken without wait',
    scenario: { atlas: slow, inputs: { wait: 'false' } },
    headline: '⏳ The backup of demo is under way, and not ready yet',
    first: link,
    rows: { ...status('queued', 'yes'), 'Restore point': 'not known before it is completed' },
    chart: [...asking, 'queued'],
    restores: true,
  },
  {
    name: 'attached',
    scenario: { before: theirs(young), inputsFrom: attaching },
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
    scenario: { before: theirs(young), inputs: { 'reuse-within-minutes': '60' } },
    headline: '✅ A backup of demo is ready, though this step did not take it',
    first: link,
    rows: { ...status('completed', 'no'), Description: shown },
    chart: [...asking, 'completed before'],
    restores: true,
  },
  {
    name: 'reused in a conflict',
    scenario: { before: theirs(), inputs: { 'on-conflict': 'reuse' }, atlas: { secondsToCompleted: 4 } },
    headline: '✅ A backup of demo is ready, though this step did not take it',
    first: link,
    rows: { ...status('completed', 'no'), Description: shown },
    restores: true,
  },
  {
    name: 'completed after a conflict and a retry',
    scenario: {
      before: theirs(),
      atlas: { secondsToInProgress: 0, secondsToCompleted: 4 },
      faults: ['take:429:retry-after=1'],
    },
    headline: '✅ The backup of demo is ready',
    first: link,
    rows: status('completed', 'yes'),
    chart: [
      ...['This step', 'Asking Atlas for a snapshot', 'Waiting for snapshot ID of somebody else'],
      ...['Asking Atlas for a snapshot', 'Retries', 'Atlas limits the rate of requests'],
      ...['In Atlas', 'in progress', 'completed', 'restore point'],
    ],
    restores: true,
  },
  {
    name: 'failed',
    scenario: { atlas: { failSnapshots: true, secondsToCompleted: 3 } },
    headline: '❌ No backup of demo to rely on: The snapshot failed',
    first: expect.stringMatching(/^What to do: Do not deploy on it; /),
    rows: status('failed', 'yes'),
    chart: [...asking, 'queued', 'in progress', 'failed'],
    restores: false,
  },
  {
    name: 'timed out at a hostile status',
    scenario: {
      atlas: { oddStatus: { word: HOSTILE, fromSeconds: 0, toSeconds: 100 } },
      inputs: { 'timeout-minutes': '0.03' },
    },
    headline: '❌ No backup of demo to rely on: The deadline has passed',
    first: `What to do: ${later} For more time, raise timeout-minutes.`,
    rows: status(shown, 'yes'),
    chart: [...asking, 'status code td table head script x script img src x onerror y a (b) error c erro'],
    restores: true,
  },
  {
    name: 'cancelled',
    scenario: { atlas: slow, during: cancelled },
    headline: '❌ No backup of demo to rely on: Cancelled',
    first: `What to do: ${later}`,
    rows: status('queued', 'yes'),
    chart: [...asking, 'queued'],
    restores: true,
  },
  {
    name: 'refused with a hostile detail',
    scenario: { faults: [`take:400:code=SOMETHING:detail=${HOSTILE}`] },
    headline: '❌ No backup of demo to rely on: Atlas refused the request',
    first: 'What to do: Correct the inputs by what Atlas says, and run this again.',
    rows: { Cluster: 'demo' },
    restores: false,
  },
  {
    name: 'refused with a huge detail',
    scenario: { faults: [`take:400:code=SOMETHING:detail=${'<'.repeat(1_000_000)}`] },
    headline: '❌ No backup of demo to rely on: Atlas refused the request',
    first: 'What to do: Correct the inputs by what Atlas says, and run this again.',
    rows: { Cluster: 'demo' },
    restores: false,
  },
  {
    name: 'dry run passed beside a hostile snapshot',
    scenario: { before: theirs(young), inputs: { 'dry-run': 'true', 'reuse-within-minutes': '60' } },
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
    scenario: { inputs: { wait: HOSTILE } },
    headline: '❌ No backup was taken: check the inputs of this step',
    first: expect.stringMatching(/^wait is "<\/code><\/td><\/table>.*…", but has to be true or false\.$/),
    rows: {},
    restores: false,
  },
]

describe('the summary of a step', () => {
  const played = playAll(ends)

  it.each(ends)(
    '$name',
    async ({ name, headline, first, rows, chart, restores }) => {
      const { result, exitCode } = await played(name)
      expect(exitCode).toBe(headline.startsWith('❌') ? 1 : 0)
      expect(Buffer.byteLength(result.summary)).toBeLessThan(100_000)
      // One that holds anything that is not the summary's own, or two of them, cannot be read.
      const page = readSummary(result.summary)
      expect(page.headline).toBe(headline)
      expect(inWords(page.paragraphs[0] ?? '')).toEqual(first)
      expect(page.rows).toEqual(expect.objectContaining(rows))
      if (chart !== undefined) expect(namesIn(page.chart)).toEqual(chart)
      expect(page.command !== undefined).toBe(restores)
      if (restores)
        expect(inWords(page.command ?? '')).toBe(`atlas backups restores start automated \\
  --projectId ${demo.groupId} \\
  --clusterName demo \\
  --snapshotId ID \\
  --targetProjectId ${demo.groupId} \\
  --targetClusterName demo`)
      for (const url of page.links) expect(url).toMatch(/^https?:\/\//)
    },
    60_000,
  )

  it('leaves out the chart where nothing happened that could be drawn', async () => {
    for (const name of ['attached', 'refused with a hostile detail', 'dry run failed', 'bad inputs'])
      expect(readSummary((await played(name)).result.summary).chart).toBeUndefined()
  }, 60_000)
})

/** The names of sections and rows, from the fifth line on. */
function namesIn(chart = ''): string[] {
  return inWords(chart)
    .split('\n')
    .slice(5)
    .map((row) =>
      row
        .trim()
        .replace(/^section /, '')
        .replace(/ :.*/, ''),
    )
}
