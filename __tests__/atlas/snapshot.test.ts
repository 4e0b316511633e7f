import { describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import {
  formatSnapshot,
  formatStatus,
  parseSnapshot,
  type Snapshot,
  toJson,
} from '../../src/atlas/snapshot.js'
import { assertProperty } from '../support/assertions.js'

const id = '6a7f1e2d3c4b5a6978879601'

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

function parse(value: unknown, options?: Parameters<typeof parseSnapshot>[1]): Snapshot {
  const snapshot = parseSnapshot(value, options)
  if (snapshot === undefined) throw new TypeError('no snapshot')
  return snapshot
}

describe('parseSnapshot', () => {
  it('returns the used properties and the resource', () => {
    const { frequencyType: _, links: __, ...used } = resource
    const other = { memberIds: undefined, form: 'plain', resource, serverTime: undefined }
    expect(parse(resource)).toStrictEqual({ ...used, ...other })
  })

  it.each([
    ...['queued', 'inProgress', 'failed'].map((status) => ({ status })),
    // Its other shards might not be completed.
    { type: 'shardedCluster' },
  ])('returns no createdAt for a snapshot with %j', (fields) => {
    expect(parse({ ...resource, ...fields }).createdAt).toBeUndefined()
  })

  it.each(['Z', '+00:00', '.123Z', '-05:30'])('returns an instant with the zone %s', (zone) => {
    const [createdAt, expiresAt] = ['2026-08-10T03:28:08', '2026-08-11T03:28'].map((time) =>
      zone.startsWith('.') ? `2026-08-10T03:28:08${zone}` : `${time}${zone}`,
    )
    expect(parse({ ...resource, createdAt, expiresAt })).toMatchObject({ createdAt, expiresAt })
  })

  // JavaScript would take the first three for local time, so their age would depend on the runner.
  it.each([
    ...['2026-08-10T03:28:08', '2026-08-10 03:28', 'Aug 10, 2026', '2026-08-10', '2026-13-45T03:28:08Z'],
    ...['soon', '', 1786332488000, null],
  ])('returns no instant for %j', (value) => {
    const { createdAt, expiresAt } = parse({ ...resource, createdAt: value, expiresAt: value })
    expect([createdAt, expiresAt]).toStrictEqual([undefined, undefined])
  })

  it.each<[unknown, string | undefined, string]>([
    ['replicaSet', 'replicaSet', 'replicaSet'],
    ['shardedCluster', 'shardedCluster', 'shardedCluster'],
    ['REPLICASET', undefined, 'shardedCluster'],
    [null, undefined, 'shardedCluster'],
  ])('returns the type %j as %s, in the sharded form as %s', (type, plain, sharded) => {
    expect(parse({ ...resource, type }).type).toBe(plain)
    expect(parse({ ...resource, type }, { form: 'sharded' }).type).toBe(sharded)
  })

  it('requires only an ID and a status, which can be unknown', () => {
    expect(parse({ id, status: 'paused' })).toMatchObject({ id, status: 'paused', description: undefined })
  })

  it.each([
    ['null', null],
    ['an array', [resource]],
    ['no ID', { status: 'queued' }],
    ['an ID of 23 digits', { ...resource, id: id.slice(1) }],
    ['an ID of 25 digits', { ...resource, id: `${id}0` }],
    ['an ID in upper case', { ...resource, id: id.toUpperCase() }],
    ['an ID with a newline', { ...resource, id: `${id}\n` }],
    ['no status', { id }],
    ['an empty status', { id, status: '' }],
  ])('returns undefined for %s', (_, value) => {
    expect(parseSnapshot(value)).toBeUndefined()
  })

  it.each([
    [Number.MAX_SAFE_INTEGER, Number.MAX_SAFE_INTEGER],
    [Number.MAX_SAFE_INTEGER + 1, undefined],
    ['7', undefined],
  ])('returns the size %p as %p', (storageSizeBytes, expected) => {
    expect(parse({ id, status: 'completed', storageSizeBytes }).storageSizeBytes).toBe(expected)
  })

  it.each<[string, Record<string, unknown>, readonly string[] | undefined]>([
    ['snapshotIds', { snapshotIds: ['a', 'b'] }, ['a', 'b']],
    ['snapshotIds rather than members', { snapshotIds: ['a'], members: [{ id: 'b' }] }, ['a']],
    ['members if snapshotIds is empty', { snapshotIds: [], members: [{ id: 'b' }, { id: 'c' }] }, ['b', 'c']],
    ['members if snapshotIds contains no strings', { snapshotIds: [1], members: [{ id: 'b' }] }, ['b']],
    ['nothing for empty lists', { snapshotIds: [], members: [] }, undefined],
    ['nothing if a member has no ID', { members: [{ id: 'b' }, {}] }, undefined],
  ])('returns as members %s', (_, fields, expected) => {
    expect(parse({ id, status: 'queued', ...fields }).memberIds).toStrictEqual(expected)
  })

  it('returns a snapshot or undefined for any JSON', () => {
    const name = fc.constantFrom('storageSizeBytes', 'snapshotIds', 'members', 'description', 'links')
    const odd = fc.dictionary(name, fc.jsonValue()).map((fields) => ({ id, status: 'queued', ...fields }))
    assertProperty(
      fc.property(fc.oneof(fc.jsonValue(), odd), (value) => {
        const snapshot = parseSnapshot(value)
        if (snapshot === undefined) return
        expect(snapshot.id).toMatch(/^[0-9a-f]{24}$/)
        expect(snapshot.status).not.toBe('')
        const { links, ...rest } = Object(value)
        expect(toJson(snapshot)).toBe(JSON.stringify(rest))
        expect(Number.isSafeInteger(snapshot.storageSizeBytes ?? 0)).toBe(true)
        for (const member of snapshot.memberIds ?? []) expect(typeof member).toBe('string')
      }),
    )
  })
})

it('toJson returns an empty string if the resource is nested too deeply', () => {
  const deep: unknown = JSON.parse(`${'['.repeat(100_000)}${']'.repeat(100_000)}`)
  expect(toJson(parse({ id, status: 'queued', deep }))).toBe('')
})

describe('a snapshot in a message', () => {
  it('has its ID and its description if there is one', () => {
    expect(formatSnapshot(parse(resource))).toBe(
      `${id} (status: completed, description: ${resource.description})`,
    )
    expect(formatSnapshot(parse({ id, status: 'queued' }))).toBe(`${id} (status: queued)`)
  })

  it('has at most 200 characters of its description, including the tag at the end', () => {
    const description = `${'x '.repeat(5_000)}[as-1f2e3d4c]`
    expect(formatSnapshot(parse({ ...resource, description }))).toBe(
      `${id} (status: completed, description: ${'x '.repeat(50)}…${' x'.repeat(42)} [as-1f2e3d4c])`,
    )
  })

  it('has at most 200 characters of its status', () => {
    const status = 's '.repeat(2_500)
    expect(formatStatus(parse({ ...resource, status }))).toBe(`${'s '.repeat(50)}…${' s'.repeat(49)} `)
    expect(formatStatus(parse({ ...resource, status: 'completed' }))).toBe('completed')
  })

  it('says if only its plain form is completed', () => {
    const completed = { ...resource, type: 'shardedCluster', status: 'completed' }
    expect(formatStatus(parse(completed))).not.toBe('completed')
    expect(formatStatus(parse({ ...completed, status: 'queued' }))).toBe('queued')
    expect(formatStatus(parse(completed, { form: 'sharded' }))).toBe('completed')
  })
})
