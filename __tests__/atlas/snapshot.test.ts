import { describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import type { ClusterKind } from '../../src/atlas/cluster.js'
import { ParseError } from '../../src/atlas/errors.js'
import { parseSnapshot, type Snapshot, toJson, withoutCompletion } from '../../src/atlas/snapshot.js'
import { assertProperty } from '../support/assertions.js'
import { mentioning } from '../support/played.js'
import { snapshot } from '../support/scripted-client.js'

const id = '6a7f1e2d3c4b5a6978879601'

/** The snapshot, or the error of a value that is not one. */
function parse(value: unknown): Snapshot | ParseError {
  try {
    return parseSnapshot(value)
  } catch (error) {
    if (error instanceof ParseError) return error
    throw error
  }
}

/** A resource like those of Atlas. */
const resource = {
  id,
  status: 'completed',
  description: 'before the release [as-1f2e3d4c]',
  snapshotType: 'onDemand',
  type: 'replicaSet',
  frequencyType: 'ondemand',
  createdAt: '2026-08-10T03:28:08Z',
  expiresAt: '2026-08-11T03:29:24Z',
  storageSizeBytes: 1582854144,
  links: [{ rel: 'self', href: 'http://localhost:8080/' }],
}

describe('parseSnapshot', () => {
  it('returns the used properties and the resource', () => {
    const { frequencyType: _, links: __, ...used } = resource
    expect(snapshot(resource)).toStrictEqual({ ...used, serverTime: undefined, resource })
  })

  const instants = (value: unknown) => ({ createdAt: value, expiresAt: value })

  it.each(['03:28Z', '03:28:08+00:00', '03:28:08.123Z', '03:28:08-05:30'])(
    'reads instants like %s',
    (time) => {
      const fields = instants(`2026-08-10T${time}`)
      expect(snapshot({ ...resource, ...fields })).toMatchObject(fields)
    },
  )

  // JavaScript would take the first three for local time, so their age would depend on the runner.
  it.each([
    ...['2026-08-10T03:28:08', '2026-08-10 03:28', 'Aug 10, 2026', '2026-08-10', '2026-13-45T03:28:08Z'],
    ...['soon', '', 1786332488000, null],
  ])('reads no instant from %j', (value) => {
    expect(snapshot({ ...resource, ...instants(value) })).toMatchObject(instants(undefined))
  })

  const unlimited = Number.MAX_SAFE_INTEGER

  it.each<[object, object, ClusterKind?]>([
    // Before it is completed, createdAt is not the restore point.
    [{ status: 'queued' }, { createdAt: undefined }],
    [{ status: 'failed' }, { createdAt: undefined }],
    [{ type: 'REPLICASET' }, { type: 'replicaSet' }],
    [{ type: 'replicaSet' }, { type: 'replicaSet' }, 'shardedCluster'],
    [{ type: 'REPLICASET' }, { type: 'shardedCluster' }, 'shardedCluster'],
    [{ storageSizeBytes: unlimited }, { storageSizeBytes: unlimited }],
    [{ storageSizeBytes: unlimited + 1 }, { storageSizeBytes: undefined }],
    [{ storageSizeBytes: '7' }, { storageSizeBytes: undefined }],
  ])('reads %j as %p', (fields, expected, type = 'replicaSet') => {
    expect(snapshot({ ...resource, ...fields }, { type })).toMatchObject(expected)
  })

  it('requires only an ID and a status, which can be unknown', () => {
    expect(parseSnapshot({ id, status: 'paused' })).toMatchObject({
      id,
      status: 'paused',
      type: undefined,
      description: undefined,
    })
  })

  const { status } = resource

  it.each<[string, readonly unknown[]]>([
    ['JSON', [null, [{ id, status }]]],
    ['ID', [undefined, id.slice(1), `${id}0`, id.toUpperCase(), `${id}\n`].map((id) => ({ id, status }))],
    ['status', [undefined, ''].map((status) => ({ id, status }))],
  ])('throws what is wrong with a value: its %s', (fact, values) => {
    for (const value of values) expect(parse(value)).toMatchObject({ message: mentioning(fact) })
  })

  it('returns a snapshot or throws a ParseError for any JSON', () => {
    const name = fc.constantFrom('storageSizeBytes', 'description', 'links')
    const odd = fc.dictionary(name, fc.jsonValue()).map((fields) => ({ id, status: 'queued', ...fields }))
    assertProperty(
      fc.property(fc.oneof(fc.jsonValue(), odd), (value) => {
        const parsed = parse(value)
        if (parsed instanceof ParseError) return
        expect(parsed.id).toMatch(/^[0-9a-f]{24}$/)
        expect(parsed.status).not.toBe('')
        const { links, ...rest } = Object(value)
        expect(JSON.stringify(JSON.parse(toJson(parsed)))).toBe(JSON.stringify(rest))
        expect(Number.isSafeInteger(parsed.storageSizeBytes ?? 0)).toBe(true)
      }),
    )
  })
})

it('toJson shows no completion that proves nothing', () => {
  const { links: _, createdAt: __, ...rest } = resource
  const json = toJson(withoutCompletion(snapshot(resource)))
  expect(JSON.parse(json)).toStrictEqual({ ...rest, status: 'inProgress' })
})

it('toJson returns JSON in which the runner finds no command', () => {
  const description = '##[error]x \\##[warning]y ###[add-mask]1'
  const json = toJson(snapshot({ ...resource, description }))
  expect(json).not.toContain('##[')
  expect(JSON.parse(json)).toMatchObject({ description })
})
