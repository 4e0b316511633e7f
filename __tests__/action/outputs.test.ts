import { describe, expect, it } from '@jest/globals'
import { type Outputs, type PartialResult, toOutputs } from '../../src/action/outputs.js'
import { parseSnapshot, type Snapshot } from '../../src/atlas/snapshot.js'
import { actionYml } from '../support/action-yml.js'
import { cluster } from '../support/cluster.js'

const id = '6a7f1e2d3c4b5a6978879601'

function snapshot(fields: Readonly<Record<string, unknown>> = {}): Snapshot {
  const made = parseSnapshot({ id, status: 'completed', type: 'replicaSet', ...fields })
  if (made === undefined) throw new TypeError('no snapshot')
  return made
}

function outputs(known: PartialResult): Outputs {
  return toOutputs(cluster, known)
}

describe('the outputs', () => {
  it('are those of action.yml', () => {
    expect(Object.keys(outputs({}))).toEqual(actionYml().outputs)
  })

  it('are empty while nothing is known but the cluster', () => {
    const { url, 'snapshot-ids': ids, ...rest } = outputs({})
    expect(url).toBe('https://cloud.example/v2/5f1e2d3c4b5a69788796a5b4#/clusters/backup/shop-prod')
    expect(ids).toBe('[]')
    expect(new Set(Object.values(rest))).toEqual(new Set(['']))
  })

  it('are all of a completed snapshot', () => {
    const resource = {
      description: 'nightly [as-1f2e3d4c]',
      createdAt: '2026-08-10T03:28:08Z',
      expiresAt: '2026-08-11T03:29:24Z',
      storageSizeBytes: 5_000_000_001,
    }
    const known = { snapshot: snapshot({ ...resource, links: [1] }), created: true, snapshotIds: [id] }
    expect(outputs({ ...known, durationMs: 161_500 })).toEqual({
      'snapshot-id': id,
      status: 'completed',
      created: 'true',
      type: 'replicaSet',
      'snapshot-ids': `["${id}"]`,
      description: 'nightly [as-1f2e3d4c]',
      'created-at': '2026-08-10T03:28:08Z',
      'expires-at': '2026-08-11T03:29:24Z',
      'storage-size-bytes': '5000000001',
      'duration-seconds': '162',
      url: 'https://cloud.example/v2/5f1e2d3c4b5a69788796a5b4#/clusters/backup/shop-prod',
      snapshot: JSON.stringify({ id, status: 'completed', type: 'replicaSet', ...resource }),
    })
  })

  it('have a point in time only once the snapshot is completed', () => {
    const createdAt = '2026-08-10T03:28:08Z'
    for (const status of ['queued', 'inProgress', 'failed'])
      expect(outputs({ snapshot: snapshot({ status, createdAt }) })).toMatchObject({
        status,
        'created-at': '',
      })
    expect(outputs({ snapshot: snapshot({ createdAt }) })['created-at']).toBe(createdAt)
    expect(outputs({ snapshot: snapshot() })['created-at']).toBe('')
  })

  it('say that the snapshot was not taken by this step', () => {
    expect(outputs({ snapshot: snapshot(), created: false }).created).toBe('false')
  })

  it('have the one id of a replica set before the end, and none of a sharded cluster yet', () => {
    expect(outputs({ snapshot: snapshot() })['snapshot-ids']).toBe(`["${id}"]`)
    expect(outputs({ snapshot: snapshot({ type: 'shardedCluster' }) })['snapshot-ids']).toBe('[]')
    const members = { snapshot: snapshot({ type: 'shardedCluster' }), snapshotIds: ['a', 'b'] }
    expect(outputs(members)['snapshot-ids']).toBe('["a","b"]')
  })

  it('have a duration of whole seconds, 0 without a wait', () => {
    expect(outputs({ snapshot: snapshot() })['duration-seconds']).toBe('0')
    expect(outputs({ snapshot: snapshot(), durationMs: 1499 })['duration-seconds']).toBe('1')
  })

  it('have a size of 0 as 0', () => {
    expect(outputs({ snapshot: snapshot({ storageSizeBytes: 0 }) })['storage-size-bytes']).toBe('0')
  })
})
