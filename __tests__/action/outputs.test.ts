import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals'
import { type Known, type Outputs, outputsOf, writeOutputs } from '../../src/action/outputs.js'
import { type Snapshot, snapshotOf } from '../../src/atlas/snapshot.js'
import { actionYml } from '../support/action-yml.js'
import { thrownBy } from '../support/answers.js'
import { joinRealms } from '../support/join-realms.js'
import { readOutputs } from '../support/runner-files.js'

joinRealms()

const id = '6a7f1e2d3c4b5a6978879601'
const cluster = {
  baseUrl: 'https://cloud.example',
  apiVersion: '2023-01-01',
  groupId: '5f1e2d3c4b5a69788796a5b4',
  clusterName: 'shop-prod',
} as const

function snapshot(fields: Readonly<Record<string, unknown>> = {}): Snapshot {
  const made = snapshotOf({ id, status: 'completed', type: 'replicaSet', ...fields })
  if (made === undefined) throw new TypeError('no snapshot')
  return made
}

function outputs(known: Known): Outputs {
  return outputsOf(cluster, known)
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

describe('writing the outputs', () => {
  const before = process.env['GITHUB_OUTPUT']
  let folder = ''
  let file = ''
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'outputs-'))
    file = join(folder, 'output')
    writeFileSync(file, '')
    process.env['GITHUB_OUTPUT'] = file
  })
  afterEach(() => {
    if (before === undefined) delete process.env['GITHUB_OUTPUT']
    else process.env['GITHUB_OUTPUT'] = before
    rmSync(folder, { recursive: true })
  })

  it('hands them to the runner, of which the last one of a name wins', () => {
    const written = new Map<string, string>()
    writeOutputs(outputs({ snapshot: snapshot({ status: 'queued' }) }), written)
    const last = outputs({ snapshot: snapshot({ description: 'two\nlines\nsnapshot-id=x' }) })
    writeOutputs(last, written)
    expect(readOutputs(readFileSync(file, 'utf8'))).toEqual(last)
  })

  it('says nothing twice', () => {
    const written = new Map<string, string>()
    const queued = outputs({ snapshot: snapshot({ status: 'queued' }) })
    writeOutputs(queued, written)
    writeFileSync(file, '')
    writeOutputs({ ...queued, status: 'inProgress' }, written)
    expect(readOutputs(readFileSync(file, 'utf8'))).toEqual({ status: 'inProgress' })
  })

  it('fails where the file cannot be written, and says which snapshot there is', async () => {
    rmSync(file)
    const known = { snapshot: snapshot({ status: 'queued' }) }
    expect(await thrownBy(() => writeOutputs(outputs(known), new Map()))).toMatchObject({
      name: 'Failure',
      title: 'The outputs cannot be written',
      message: expect.stringMatching(new RegExp(`^.+\\. Snapshot ${id} exists and is queued\\.$`)),
      cause: expect.any(Error),
    })
  })

  it('names no snapshot where there is none', async () => {
    process.env['GITHUB_OUTPUT'] = folder
    const error = await thrownBy(() => writeOutputs(outputs({}), new Map()))
    expect(error).toMatchObject({
      title: 'The outputs cannot be written',
      message: expect.stringContaining('EISDIR'),
    })
    expect(String(error)).not.toContain('exists and is')
  })
})
