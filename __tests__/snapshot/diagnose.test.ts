import { describe, expect, it } from '@jest/globals'
import { StepHarness } from '../support/step-harness.js'

const REFUSED =
  'Taking a snapshot of cluster demo was refused (HTTP 400 Bad Request, SOMETHING: Unexpected error).'
const NONE = 'No snapshot was taken.'

/** A POST that Atlas refuses without saying why, on a cluster of some kind. */
function refusedOn(kind: 'm0' | 'paused' | 'noBackup' | 'replicaSet', ...faults: string[]) {
  return new StepHarness({
    atlas: { clusters: [{ name: 'demo', kind }] },
    faults: ['create:400:code=SOMETHING', ...faults],
  })
}

describe('a refusal that leaves open why', () => {
  it.each([
    ['m0', 'A cluster of this size takes no snapshots on demand', 'its instance size is M0', 'M10 or larger'],
    ['paused', 'The cluster is paused', 'it is paused', 'Resume the cluster'],
    ['noBackup', 'The cluster has no backup turned on', 'its Cloud Backup is off', 'Turn on Cloud Backup'],
  ] as const)('is explained by the cluster: %s', async (kind, title, reason, remedy) => {
    const harness = refusedOn(kind)
    const failure = await harness.obtainFailure()
    expect(failure.title).toBe(title)
    expect(failure.message).toBe(`${REFUSED} The cluster tells why: ${reason}. ${NONE}`)
    expect(failure.remedy).toContain(remedy)
    expect(harness.requests).toEqual(['0 create 401', '0 create 400', '0 cluster 200'])
  })

  it('is explained by a code that has more than one reason, too', async () => {
    const harness = new StepHarness({
      atlas: { clusters: [{ name: 'demo', kind: 'paused' }] },
      faults: ['create:400:code=BACKUP_JOB_NOT_FOUND'],
    })
    expect((await harness.obtainFailure()).title).toBe('The cluster is paused')
  })

  it('is explained by Atlas itself where the cluster is a flex one', async () => {
    const harness = new StepHarness({
      atlas: { clusters: [{ name: 'demo', kind: 'flex' }] },
      faults: ['create:400:code=SOMETHING'],
    })
    const failure = await harness.obtainFailure()
    expect(failure.title).toBe('A flex cluster takes no snapshots on demand')
    expect(failure.message).toContain(REFUSED)
    expect(failure.message).toContain('CANNOT_USE_FLEX_CLUSTER_IN_CLUSTER_API')
  })

  it('is explained by Atlas itself where there is no such cluster any more', async () => {
    const failure = await refusedOn('replicaSet', 'cluster:404:code=CLUSTER_NOT_FOUND').obtainFailure()
    expect(failure.title).toBe('Cluster not found')
    expect(failure.message).toContain(`${REFUSED} Reading cluster demo was refused (HTTP 404 Not Found`)
  })

  it('stands alone where nothing is wrong with the cluster', async () => {
    expect(await refusedOn('replicaSet').obtainFailure()).toEqual({
      title: 'Atlas refused the request',
      message: `${REFUSED} ${NONE}`,
      remedy: 'Correct the inputs by what Atlas says.',
    })
  })

  it.each([
    'cluster:401:code=USER_UNAUTHORIZED',
    'cluster:403',
    'cluster:503',
    'cluster:429',
    'cluster:reset',
    'cluster:shape',
    'cluster:404',
    'cluster:400:code=SOMETHING',
  ])('stands alone where the cluster cannot be read: %s', async (fault) => {
    const harness = refusedOn('m0', fault)
    expect((await harness.obtainFailure()).message).toBe(`${REFUSED} ${NONE}`)
    expect(harness.requests.filter((request) => request.includes('cluster'))).toHaveLength(1)
  })

  it('stands alone where the deadline passes before the cluster has answered', async () => {
    const harness = refusedOn('m0', 'cluster:hang')
    const failure = await harness.obtainFailure({ timeoutMs: 5_000 })
    expect(failure.message).toBe(`${REFUSED} ${NONE}`)
    expect(harness.clock.now()).toBe(5_000)
  })
})

describe('a refusal that is plain', () => {
  it.each([
    'create:403:code=IP_ADDRESS_NOT_ON_ACCESS_LIST',
    'create:402',
    'create:401:code=USER_UNAUTHORIZED',
  ])('needs no look at the cluster: %s', async (fault) => {
    const harness = new StepHarness({ atlas: { clusters: [{ name: 'demo', kind: 'm0' }] }, faults: [fault] })
    await harness.obtainFailure()
    expect(harness.requests).not.toContainEqual(expect.stringContaining('cluster'))
  })
})
