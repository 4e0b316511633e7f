import { describe, expect, it } from '@jest/globals'
import type { Atlas, OtherSnapshot } from '../../emulator/atlas.js'
import { demo } from '../../emulator/config.js'
import { readSummary } from '../support/summary-page.js'
import { attaching, type Played, playAll, type Scenario } from './scenario.js'

const HOUR = 3_600_000
const DOCS = 'https://www.mongodb.com/docs/atlas'
const EARLIER = '6a7f1e2d3c4b5a6978879601'
const looked = ['cluster 401', 'cluster 200', 'list 200', 'list-sharded 200']
const here = 'Cluster demo is there: M10, backup on, not paused.'
const name = 'octo-org/shop@7b1c9f0 Deploy run 19650281743.1'
const take = `take a snapshot (${name}) to be kept for 7 days`
const wait = 'and wait until it is completed'
const unproven =
  'That the API key demouser may create snapshots stays unproven: only creating one could show it.'
const tookNothing = 'This was a dry run: nothing was taken.'
const conflicting =
  'Snapshot ID (theirs), which this step did not take, is queued, and Atlas takes no other one on demand until it ends.'

const theirs =
  (more: Partial<OtherSnapshot> = {}) =>
  (atlas: Atlas) =>
    void atlas.createOtherSnapshot('demo', { description: 'theirs', ...more })
const dry = (more: Readonly<Record<string, string>> = {}) => ({ 'dry-run': 'true', ...more })
/** Long enough for a snapshot to stay queued. */
const slow = { secondsToInProgress: 1000, secondsToCompleted: 2000 } as const

interface Passing {
  readonly name: string
  readonly scenario: Scenario
  readonly requests: readonly string[]
  readonly would: string
  /** Whether the notice says that the right to create is unproven. */
  readonly isUnproven?: boolean
  readonly log?: readonly string[]
  readonly warnings?: readonly string[]
  /** The outputs `status` and `created`, where the step would use what is there. */
  readonly found?: readonly [status: string, created: string]
}

const passing: readonly Passing[] = [
  {
    name: 'where nothing is in the way',
    scenario: { inputs: dry() },
    requests: looked,
    would: `${take} ${wait}`,
    log: [here, 'The snapshots of the cluster can be read: 0 by now.'],
  },
  {
    name: 'where the step would not wait',
    scenario: { inputs: dry({ wait: 'false', 'retention-days': '1', description: 'mine' }) },
    requests: looked,
    would: 'take a snapshot (mine) to be kept for 1 day and go on without waiting for it',
  },
  {
    name: 'on a sharded cluster',
    scenario: { inputs: dry({ 'cluster-name': 'sharded' }) },
    requests: looked,
    would: `${take} ${wait}`,
    log: ['Cluster sharded is there: M10, backup on, not paused.'],
  },
  {
    name: 'with the deprecated API',
    scenario: { inputs: dry({ 'api-version': 'v1.0' }) },
    requests: looked,
    would: `${take} ${wait}`,
    log: [here],
  },
  {
    name: 'where it would wait for a conflict',
    scenario: { atlas: slow, before: theirs(), inputs: dry() },
    requests: looked,
    would: `wait until snapshot ID ends, ${take} ${wait}`,
    warnings: [conflicting],
  },
  {
    name: 'where it would reuse what is in the way',
    scenario: { atlas: slow, before: theirs(), inputs: dry({ 'on-conflict': 'reuse' }) },
    requests: looked,
    would: `use snapshot ID ${wait}`,
    warnings: [conflicting],
  },
  {
    name: 'where it would reuse a completed one',
    scenario: {
      before: theirs({ takenAt: Date.now() - HOUR / 2 }),
      inputs: dry({ 'reuse-within-minutes': '60' }),
    },
    requests: looked,
    would: 'use snapshot ID (theirs), whose data is as of INSTANT',
    found: ['completed', 'false'],
  },
  {
    name: 'where what is completed is too old to be reused',
    scenario: {
      before: theirs({ takenAt: Date.now() - 2 * HOUR }),
      inputs: dry({ 'reuse-within-minutes': '60' }),
    },
    requests: looked,
    would: `${take} ${wait}`,
  },
  {
    name: 'where the snapshot of snapshot-id is completed',
    scenario: { before: theirs({ takenAt: Date.now() - HOUR }), inputs: dry(), inputsFrom: attaching },
    requests: ['get 401', 'get 200'],
    would: 'attach to snapshot ID (theirs), completed',
    isUnproven: false,
    log: ['Snapshot ID (theirs) is completed.'],
    found: ['completed', 'false'],
  },
  {
    name: 'where the snapshot of snapshot-id is under way',
    scenario: { atlas: slow, before: theirs(), inputs: dry(), inputsFrom: attaching },
    requests: ['get 401', 'get 200'],
    would: `attach to snapshot ID (theirs), queued, ${wait}`,
    isUnproven: false,
    log: ['Snapshot ID (theirs) is queued.'],
    found: ['queued', 'false'],
  },
  {
    name: 'with a key that may not read the cluster, with a warning',
    scenario: { faults: ['cluster:401:code=USER_UNAUTHORIZED:times=always'], inputs: dry() },
    requests: ['cluster 401', 'cluster 401', 'list 200', 'list-sharded 200'],
    would: `${take} ${wait}`,
    warnings: [
      'The API key demouser may not read the cluster itself, so that its size, its backup and whether it is paused stay unchecked (the role "Project Read Only" would let it).',
    ],
  },
  {
    name: 'though Atlas answers only the second time',
    scenario: { faults: ['cluster:503', 'list:429:retry-after=1'], inputs: dry() },
    requests: ['cluster 401', 'cluster 503', 'cluster 200', 'list 429', 'list 200', 'list-sharded 200'],
    would: `${take} ${wait}`,
  },
]

interface Failing {
  readonly name: string
  readonly scenario: Scenario
  readonly requests: readonly string[]
  readonly error: string
  readonly found?: readonly [status: string, created: string]
}

/** A cluster that takes no snapshots. */
function unfit(
  kind: 'm0' | 'paused' | 'noBackup' | 'flex',
  title: string,
  why: string,
  remedy: string,
): Failing {
  return {
    name: `on a cluster that is ${kind}`,
    scenario: { atlas: { clusters: [{ name: 'demo', kind }] }, inputs: dry() },
    requests: ['cluster 401', kind === 'flex' ? 'cluster 400' : 'cluster 200'],
    error: `${title} | ${why} ${tookNothing} ${remedy}`,
  }
}

const failing: readonly Failing[] = [
  unfit(
    'm0',
    'A cluster of this size takes no snapshots on demand',
    'Cluster demo: its instance size is M0.',
    `Use a dedicated cluster, M10 or larger (${DOCS}/backup/cloud-backup/overview/).`,
  ),
  unfit(
    'paused',
    'The cluster is paused',
    'Cluster demo: it is paused.',
    `Resume the cluster in Atlas, then run this again (${DOCS}/pause-terminate-cluster/).`,
  ),
  unfit(
    'noBackup',
    'The cluster has no backup turned on',
    'Cluster demo: its Cloud Backup is off.',
    `Turn on Cloud Backup in the configuration of the cluster in Atlas (${DOCS}/backup/cloud-backup/overview/).`,
  ),
  unfit(
    'flex',
    'A flex cluster takes no snapshots on demand',
    'Reading cluster demo was refused (HTTP 400 Bad Request, CANNOT_USE_FLEX_CLUSTER_IN_CLUSTER_API: Flex cluster demo cannot be used in the Cluster API).',
    `Use a dedicated cluster, M10 or larger (${DOCS}/backup/cloud-backup/overview/).`,
  ),
  {
    name: 'on a cluster that is not there',
    scenario: { atlas: { clusters: [] }, inputs: dry() },
    requests: ['cluster 401', 'cluster 404'],
    error: `Cluster not found | Reading cluster demo was refused (HTTP 404 Not Found, CLUSTER_NOT_FOUND: No cluster named demo exists in group ${demo.groupId}). ${tookNothing} Check cluster-name (it is case-sensitive) and that group-id names the project that holds the cluster.`,
  },
  {
    name: 'with a wrong key',
    scenario: { inputs: dry({ 'private-key': 'not-the-key' }) },
    requests: ['cluster 401', 'cluster 401'],
    error: `Atlas does not accept the API key | Reading cluster demo was refused (HTTP 401 Unauthorized, UNEXPECTED_ERROR: You are not authorized for this resource). ${tookNothing} Check that public-key and private-key are the two halves of one API key that still exists, and that base-url is the Atlas it belongs to (${DOCS}/configure-api-access/).`,
  },
  {
    name: 'with a key that may read nothing',
    scenario: { faults: ['any:401:code=USER_UNAUTHORIZED:detail=Not you:times=always'], inputs: dry() },
    requests: ['cluster 401', 'cluster 401', 'list 401'],
    error: `The API key lacks the role | Listing the snapshots of cluster demo was refused (HTTP 401 Unauthorized, USER_UNAUTHORIZED: Not you). ${tookNothing} Give the API key the project role "Project Backup Creator" ("Project Backup Manager" in projects that do not have it yet) in the project that group-id names (${DOCS}/reference/user-roles/).`,
  },
  {
    name: 'where on-conflict: fail would fail',
    scenario: { atlas: slow, before: theirs(), inputs: dry({ 'on-conflict': 'fail' }) },
    requests: looked,
    error: `Another snapshot of this cluster is unfinished | ${conflicting} ${tookNothing} Wait until the other snapshot ends, or set on-conflict to wait or reuse.`,
  },
  {
    name: 'where the snapshot of snapshot-id is unknown',
    scenario: { inputs: dry({ 'snapshot-id': EARLIER }) },
    requests: ['get 401', 'get 404'],
    error: `Snapshot not found | Reading snapshot ID was refused (HTTP 404 Not Found, SNAPSHOT_NOT_FOUND: No snapshot with ID ID exists for cluster demo). ${tookNothing} Look at the backups of the cluster in Atlas: the snapshot was deleted, has expired, or belongs to another cluster.`,
  },
  {
    name: 'where the snapshot of snapshot-id failed',
    scenario: {
      before: theirs({ takenAt: Date.now() - HOUR, fails: true }),
      inputs: dry(),
      inputsFrom: attaching,
    },
    requests: ['get 401', 'get 200'],
    error: `The snapshot failed | Atlas reports snapshot ID as failed, so there is no backup to go back to. ${tookNothing} Do not deploy on it; look at the cluster's backup page and at the project's alerts in Atlas, then run again the step or job that took it, or give another snapshot-id.`,
    found: ['failed', 'false'],
  },
  {
    name: 'at its deadline',
    scenario: { faults: ['cluster:hang'], inputs: dry({ 'timeout-minutes': '0.03' }) },
    requests: ['cluster 401', 'cluster 0'],
    error: `The deadline has passed | The deadline of 2 s has passed while checking what the step could do. ${tookNothing} Run this again. For more time, raise the input timeout-minutes.`,
  },
]

/** A dry run says nothing that is not so, and sends nothing that changes anything. */
function expectNothingTaken({ requests, result, taken }: Played, found: readonly string[] = ['', '']): void {
  expect(requests.filter((request) => request.startsWith('create'))).toEqual([])
  expect(taken).toBe(0)
  const { status, created, 'snapshot-id': id } = result.outputs
  expect([status, created]).toEqual(found)
  expect(id).toMatch(found[0] === '' ? /^$/ : /^[0-9a-f]{24}$/)
  expect(result.stderr).toBe('')
}

describe('a dry run', () => {
  const played = playAll([...passing, ...failing])

  it.each(passing)(
    'passes $name, and says what the step would do',
    async ({ name, requests, would, isUnproven = true, log = [], warnings = [], found }) => {
      const run = await played(name)
      expect(run.errors).toEqual([])
      expect(run.exitCode).toBe(0)
      expect(run.requests).toEqual(requests)
      expect(run.notices).toEqual([
        `Atlas snapshot | Dry run passed. Without dry-run this step would ${would}.${isUnproven ? ` ${unproven}` : ''}`,
      ])
      expect(run.warnings).toEqual(warnings.map((warning) => `Atlas snapshot | ${warning}`))
      expect(run.log[0]).toBe(
        'Dry run: this step takes nothing, and checks whether it could do what follows.',
      )
      for (const line of log) expect(run.log).toContain(line)
      expectNothingTaken(run, found)
      const { headline, paragraphs, command } = readSummary(run.result.summary)
      expect(headline).toMatch(/^✅ Dry run for \w+ passed: nothing was taken$/)
      expect(paragraphs.includes(unproven)).toBe(isUnproven)
      expect(command).toBeUndefined()
    },
    60_000,
  )

  it.each(failing)(
    'fails $name',
    async ({ name, requests, error, found }) => {
      const run = await played(name)
      expect(run.errors).toEqual([error])
      expect(run.exitCode).toBe(1)
      expect(run.requests).toEqual(requests)
      expect(run.notices).toEqual([])
      expectNothingTaken(run, found)
      const { headline, paragraphs } = readSummary(run.result.summary)
      expect(headline).toBe(`❌ Dry run for demo failed: ${error.split(' | ')[0]}`)
      expect(paragraphs[0]).toMatch(/^What to do: /)
    },
    60_000,
  )
})
