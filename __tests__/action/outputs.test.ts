import { mkdirSync, rmSync } from 'node:fs'
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals'
import { OutputRecorder, type Outputs, type PartialResult, toOutputs } from '../../src/action/outputs.js'
import { parseSnapshot, type Snapshot } from '../../src/atlas/snapshot.js'
import type { SnapshotOptions } from '../../src/snapshot/options.js'
import { actionYml } from '../support/action-yml.js'
import { thrownBy } from '../support/answers.js'
import { joinRealms } from '../support/patch-instanceof.js'
import { OutputFile } from '../support/runner-files.js'
import { clusterRef, snapshot, snapshotId } from '../support/scripted-client.js'
import { StepHarness } from '../support/step-harness.js'

const id = '6a7f1e2d3c4b5a6978879601'

function withId(fields: Readonly<Record<string, unknown>> = {}): Snapshot {
  const made = parseSnapshot({ id, status: 'completed', type: 'replicaSet', ...fields })
  if (made === undefined) throw new TypeError('no snapshot')
  return made
}

function outputs(known: PartialResult): Outputs {
  return toOutputs(clusterRef, known)
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
    const known = { snapshot: withId({ ...resource, links: [1] }), created: true, snapshotIds: [id] }
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
      expect(outputs({ snapshot: withId({ status, createdAt }) })).toMatchObject({
        status,
        'created-at': '',
      })
    expect(outputs({ snapshot: withId({ createdAt }) })['created-at']).toBe(createdAt)
    expect(outputs({ snapshot: withId() })['created-at']).toBe('')
  })

  it('say that the snapshot was not taken by this step', () => {
    expect(outputs({ snapshot: withId(), created: false }).created).toBe('false')
  })

  it('have the one id of a replica set before the end, and none of a sharded cluster yet', () => {
    expect(outputs({ snapshot: withId() })['snapshot-ids']).toBe(`["${id}"]`)
    expect(outputs({ snapshot: withId({ type: 'shardedCluster' }) })['snapshot-ids']).toBe('[]')
    const members = { snapshot: withId({ type: 'shardedCluster' }), snapshotIds: ['a', 'b'] }
    expect(outputs(members)['snapshot-ids']).toBe('["a","b"]')
  })

  it('have a duration of whole seconds, 0 without a wait', () => {
    expect(outputs({ snapshot: withId() })['duration-seconds']).toBe('0')
    expect(outputs({ snapshot: withId(), durationMs: 1499 })['duration-seconds']).toBe('1')
  })

  it('have a size of 0 as 0', () => {
    expect(outputs({ snapshot: withId({ storageSizeBytes: 0 }) })['storage-size-bytes']).toBe('0')
  })
})

joinRealms()

const seen = (status: string) => ({ snapshot: snapshot({ status }), created: true })

describe('what a step has found', () => {
  const file = new OutputFile()
  beforeEach(() => file.start())
  afterEach(() => file.stop())

  /** An output recorder on a harness, which keeps its warnings. */
  function rig(more: Partial<SnapshotOptions> = {}) {
    const harness = new StepHarness()
    return {
      harness,
      violations: new OutputRecorder(harness.options(more), harness.clock, harness.dependencies.logger),
    }
  }

  it('is handed on as soon as it is seen, and then as often as its status is another', () => {
    const { violations } = rig()
    violations.recordSnapshot(seen('queued'))
    expect(file.news()).toMatchObject({ 'snapshot-id': snapshotId(1), status: 'queued', created: 'true' })
    violations.recordSnapshot({ ...seen('queued'), snapshot: snapshot({ description: 'no news' }) })
    expect(file.news()).toEqual({})
    violations.recordSnapshot(seen('inProgress'))
    expect(file.news()).toMatchObject({ status: 'inProgress' })
  })

  it('is handed on with what is known at the end', () => {
    const { violations } = rig()
    violations.recordSnapshot(seen('completed'))
    file.news()
    violations.write({ durationMs: 7_000 })
    expect(file.news()).toEqual({ 'duration-seconds': '7' })
  })

  it.each([
    [true, '9'],
    [false, '0'],
  ])('of a step that failed lasted from when its id was known, where it waits: %s', async (wait, seconds) => {
    const { violations, harness } = rig({ wait })
    await harness.clock.advance(5_000)
    violations.recordSnapshot(seen('queued'))
    await harness.clock.advance(9_000)
    violations.writeOnFailure()
    expect(file.news()).toMatchObject({ 'duration-seconds': seconds })
  })

  it('is handed on with several lines as it is', () => {
    const { violations } = rig()
    const description = 'two\nlines\nsnapshot-id=x'
    violations.recordSnapshot({ snapshot: snapshot({ description }), created: true })
    expect(file.news()).toMatchObject({ 'snapshot-id': snapshotId(1), description })
  })

  it('is a warning if it cannot be written after the step has failed', () => {
    const { violations, harness } = rig()
    rmSync(file.path)
    violations.writeOnFailure()
    expect(harness.lines).toEqual([expect.stringMatching(/^0 warning /)])
  })

  it('fails the step if it cannot be written, which is said once and names the snapshot', async () => {
    const { violations, harness } = rig()
    rmSync(file.path)
    expect(await thrownBy(() => violations.recordSnapshot(seen('queued')))).toMatchObject({
      title: 'The outputs cannot be written',
      message: expect.stringMatching(new RegExp(`^.+\\. Snapshot ${snapshotId(1)} exists and is queued\\.$`)),
      remedy: `Look at the runner's disk and at its file GITHUB_OUTPUT. Then run this again with snapshot-id ${snapshotId(1)}.`,
      cause: expect.any(Error),
    })
    violations.writeOnFailure()
    expect(harness.lines).toEqual([])
  })

  it('names no snapshot if there is none', async () => {
    const { violations } = rig()
    rmSync(file.path)
    mkdirSync(file.path)
    const error = await thrownBy(() => violations.write({}))
    expect(error).toMatchObject({
      message: expect.stringContaining('EISDIR'),
      remedy: "Look at the runner's disk and at its file GITHUB_OUTPUT.",
    })
    expect(String(error)).not.toContain('exists and is')
  })
})
