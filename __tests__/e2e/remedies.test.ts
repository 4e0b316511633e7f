import { describe, expect, it } from '@jest/globals'
import type { ClusterKind } from '../../emulator/config.js'
import { readSummary } from '../support/summary-page.js'
import { playAll, type Scenario } from './scenario.js'

const DOCS = 'https://www.mongodb.com/docs/atlas'
const OVERVIEW = `(${DOCS}/backup/cloud-backup/overview/).`
const DEDICATED = `Use a dedicated cluster, M10 or larger ${OVERVIEW}`

interface Row {
  readonly name: string
  readonly scenario: Scenario
  readonly requests: readonly string[]
  /** The annotation's title, what it says beyond the refusal itself, and the remedy. */
  readonly title: string
  readonly why: string
  readonly remedy: string
}

const unknown = 'create:400:code=SOMETHING:detail=No'
const said = 'Taking a snapshot of cluster demo was refused (HTTP 400 Bad Request, SOMETHING: No).'
const vague = {
  title: 'Atlas refused the request',
  why: said,
  remedy: 'Correct the inputs by what Atlas says.',
} as const

function on(kind: ClusterKind, faults: readonly string[] = []): Scenario {
  return { atlas: { clusters: [{ name: 'demo', kind }] }, faults }
}

const obstacles = [
  {
    kind: 'm0',
    own: '400 Bad Request, INSUFFICIENT_INSTANCE_SIZE: The instance size of cluster demo does not support cloud backup',
    title: 'A cluster of this size takes no snapshots on demand',
    tells: 'The cluster tells why: its instance size is M0.',
    remedy: DEDICATED,
  },
  {
    kind: 'paused',
    own: '400 Bad Request, BACKUP_JOB_NOT_FOUND: No active backup job exists for cluster demo',
    title: 'The cluster is paused',
    tells: 'The cluster tells why: it is paused.',
    remedy: `Resume the cluster in Atlas, then run this again (${DOCS}/pause-terminate-cluster/).`,
  },
  {
    kind: 'noBackup',
    own: '404 Not Found, BACKUP_CONFIG_NOT_FOUND: No backup configuration exists for cluster demo in group 5f1e2d3c4b5a69788796a5b4',
    title: 'The cluster has no backup turned on',
    tells: 'The cluster tells why: its Cloud Backup is off.',
    remedy: `Turn on Cloud Backup in the configuration of the cluster in Atlas ${OVERVIEW}`,
  },
] as const

const explained: readonly Row[] = obstacles.flatMap(({ kind, own, title, tells, remedy }) => [
  {
    name: `a POST on a cluster that is ${kind}, refused by a code of its own`,
    scenario: on(kind),
    requests: ['create 401', `create ${own.slice(0, 3)}`, 'cluster 200'],
    title,
    why: `Taking a snapshot of cluster demo was refused (HTTP ${own}). ${tells}`,
    remedy,
  },
  {
    name: `a POST on a cluster that is ${kind}, refused by a code that nobody knows`,
    scenario: on(kind, [unknown]),
    requests: ['create 401', 'create 400', 'cluster 200'],
    title,
    why: `${said} ${tells}`,
    remedy,
  },
])

const flexSaid =
  'Reading cluster demo was refused (HTTP 400 Bad Request, CANNOT_USE_FLEX_CLUSTER_IN_CLUSTER_API: Flex cluster demo cannot be used in the Cluster API).'

const rows: readonly Row[] = [
  ...explained,
  {
    name: 'a POST on a flex cluster, which says so itself',
    scenario: on('flex'),
    requests: ['create 401', 'create 400'],
    title: 'A flex cluster takes no snapshots on demand',
    why: flexSaid.replace('Reading cluster demo', 'Taking a snapshot of cluster demo'),
    remedy: DEDICATED,
  },
  {
    name: 'a POST on a flex cluster, refused by a code that nobody knows',
    scenario: on('flex', [unknown]),
    requests: ['create 401', 'create 400', 'cluster 400'],
    title: 'A flex cluster takes no snapshots on demand',
    why: `${said} ${flexSaid}`,
    remedy: DEDICATED,
  },
  {
    name: 'a POST refused for a reason that the cluster does not know, which stands alone',
    scenario: { faults: [unknown] },
    requests: ['create 401', 'create 400', 'cluster 200'],
    ...vague,
  },
  {
    name: 'a POST on a cluster that the key may not read, where the first error stands alone',
    scenario: on('paused', [unknown, 'cluster:401:code=USER_UNAUTHORIZED']),
    requests: ['create 401', 'create 400', 'cluster 401'],
    ...vague,
  },
  {
    name: 'a POST on a cluster that cannot be read just now, where the first error stands alone',
    scenario: on('paused', [unknown, 'cluster:503']),
    requests: ['create 401', 'create 400', 'cluster 503'],
    ...vague,
  },
  {
    name: 'a POST on a cluster that answers nonsense, where the first error stands alone',
    scenario: on('paused', [unknown, 'cluster:shape']),
    requests: ['create 401', 'create 400', 'cluster 200'],
    ...vague,
  },
  {
    name: 'a POST refused by an answer that is not of Atlas, on a paused cluster of the deprecated API',
    scenario: { ...on('paused', ['create:html=404']), inputs: { 'api-version': 'v1.0' } },
    requests: ['create 401', 'create 404', 'cluster 200'],
    title: 'The cluster is paused',
    why: 'Taking a snapshot of cluster demo was refused (HTTP 404 Not Found). The cluster tells why: it is paused.',
    remedy: `Resume the cluster in Atlas, then run this again (${DOCS}/pause-terminate-cluster/).`,
  },
]

describe('the remedy of', () => {
  const played = playAll(rows)

  it.each(rows)(
    '$name',
    async ({ name, requests, title, why, remedy }) => {
      const found = await played(name)
      expect(found.errors).toEqual([`${title} | ${why} No snapshot was taken. ${remedy}`])
      expect(found.exitCode).toBe(1)
      expect(found.requests).toEqual(requests)
      expect(found.warnings).toEqual([])
      expect(found.taken).toBe(0)
      const { headline, paragraphs } = readSummary(found.result.summary)
      expect(headline).toBe(`❌ No backup of demo to rely on: ${title}`)
      expect(paragraphs.slice(0, 2)).toEqual([
        `What to do: ${remedy}`,
        `What happened: ${why} No snapshot was taken.`,
      ])
    },
    60_000,
  )

  it('a refusal links to the page of the documentation', async () => {
    const found = await played('a POST on a flex cluster, which says so itself')
    expect(readSummary(found.result.summary).links[0]).toBe(`${DOCS}/backup/cloud-backup/overview/`)
  }, 60_000)
})
