import { describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import {
  formatSnapshotName,
  formatStatus,
  isFinished,
  parseSnapshot,
  type Snapshot,
  toJson,
} from '../../src/atlas/snapshot.js'
import { assertProperty } from '../support/assertions.js'

const id = '6a7f1e2d3c4b5a6978879601'

/** A resource of the shape that Atlas gives, completed. */
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

/** An array in an array in an array … */
function nested(depth: number): unknown {
  return JSON.parse(`${'['.repeat(depth)}${']'.repeat(depth)}`)
}

function read(value: unknown): Snapshot {
  const snapshot = parseSnapshot(value)
  if (snapshot === undefined) throw new TypeError('no snapshot')
  return snapshot
}

describe('reading a snapshot', () => {
  it('takes what is used, and keeps the resource', () => {
    expect(read(resource)).toEqual({
      id,
      status: 'completed',
      description: resource.description,
      snapshotType: 'onDemand',
      type: 'replicaSet',
      createdAt: resource.createdAt,
      expiresAt: resource.expiresAt,
      storageSizeBytes: 1582854144,
      memberIds: undefined,
      resource,
      serverTime: undefined,
    })
  })

  it('keeps when Atlas gave it, outside of the resource', () => {
    expect(parseSnapshot(resource, 1_786_329_000_000)).toEqual({
      ...read(resource),
      serverTime: 1_786_329_000_000,
    })
  })

  it('needs no more than an id and a status, be it one unknown today', () => {
    expect(read({ id, status: 'paused' })).toMatchObject({ id, status: 'paused', description: undefined })
  })

  it.each([
    ['null', null],
    ['an array', [resource]],
    ['a string', JSON.stringify(resource)],
    ['no id', { status: 'queued' }],
    ['an id of 23 digits', { ...resource, id: id.slice(1) }],
    ['an id of 25 digits', { ...resource, id: `${id}0` }],
    ['an id in upper case', { ...resource, id: id.toUpperCase() }],
    ['an id with a line end', { ...resource, id: `${id}\n` }],
    ['a number as id', { ...resource, id: 7 }],
    ['no status', { id }],
    ['an empty status', { id, status: '' }],
    ['a number as status', { id, status: 1 }],
  ])('refuses %s', (_, value) => {
    expect(parseSnapshot(value)).toBeUndefined()
  })

  it.each([
    [Number.MAX_SAFE_INTEGER, Number.MAX_SAFE_INTEGER],
    [5_000_000_000, 5_000_000_000],
    [0, 0],
    [Number.MAX_SAFE_INTEGER + 1, undefined],
    [1.5, undefined],
    ['7', undefined],
    [null, undefined],
  ])('takes the size %p as %p, exact or not at all', (storageSizeBytes, expected) => {
    expect(read({ id, status: 'completed', storageSizeBytes }).storageSizeBytes).toBe(expected)
  })

  it.each<[string, Record<string, unknown>, readonly string[] | undefined]>([
    ['snapshotIds', { snapshotIds: ['a', 'b'] }, ['a', 'b']],
    ['snapshotIds before members', { snapshotIds: ['a'], members: [{ id: 'b' }] }, ['a']],
    [
      'members where snapshotIds is empty',
      { snapshotIds: [], members: [{ id: 'b' }, { id: 'c' }] },
      ['b', 'c'],
    ],
    ['members where snapshotIds is no list of strings', { snapshotIds: [1], members: [{ id: 'b' }] }, ['b']],
    ['nothing of empty lists', { snapshotIds: [], members: [] }, undefined],
    ['nothing of members of which one has no id', { members: [{ id: 'b' }, {}] }, undefined],
    ['nothing of members that are no objects', { members: ['b'] }, undefined],
    ['nothing of members that are no list', { members: 'b' }, undefined],
  ])('takes the members from %s', (_, fields, expected) => {
    expect(read({ id, status: 'queued', ...fields }).memberIds).toEqual(expected)
  })

  it('gives a snapshot or nothing for any JSON, and never throws', () => {
    const odd = fc.record({ id: fc.constant(id), status: fc.string() }).chain((base) =>
      fc
        .record(
          {
            storageSizeBytes: fc.jsonValue(),
            snapshotIds: fc.jsonValue(),
            members: fc.oneof(fc.jsonValue(), fc.array(fc.jsonValue())),
            description: fc.jsonValue(),
            links: fc.jsonValue(),
          },
          { requiredKeys: [] },
        )
        .map((more) => ({ ...base, ...more })),
    )
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

describe('a snapshot as JSON', () => {
  it('is its resource without links', () => {
    const { links, ...rest } = resource
    expect(links).toHaveLength(1)
    expect(toJson(read(resource))).toBe(JSON.stringify(rest))
  })

  it('is empty if the resource is nested too deeply to be written', () => {
    expect(toJson(read({ id, status: 'queued', deep: nested(100_000) }))).toBe('')
  })
})

describe('a snapshot in a message', () => {
  it.each([
    ['its id and its description', resource, `${id} (${resource.description})`],
    ['its id', { id, status: 'queued' }, id],
  ])('has %s', (_, value, name) => {
    expect(formatSnapshotName(read(value))).toBe(name)
  })

  it('has 200 characters of a long description, the tag at its end among them', () => {
    const description = `${'x '.repeat(5_000)}[as-1f2e3d4c]`
    const snapshot = read({ ...resource, description })
    expect(formatSnapshotName(snapshot)).toMatch(
      new RegExp(`^${id} \\((x ){50}…( x){42} \\[as-1f2e3d4c\\]\\)$`),
    )
    expect(snapshot.description).toBe(description)
  })

  it('has 200 characters of a long status', () => {
    const snapshot = read({ id, status: 's '.repeat(2_500) })
    expect(formatStatus(snapshot)).toBe(`${'s '.repeat(50)}…${' s'.repeat(49)} `)
    expect(snapshot.status).toHaveLength(5_000)
    expect(formatStatus(read(resource))).toBe('completed')
  })
})

describe('whether Atlas is done with a snapshot', () => {
  it.each([
    ['queued', false],
    ['inProgress', false],
    ['COMPLETED', false],
    ['unheard-of', false],
    ['completed', true],
    ['failed', true],
  ])('%s: %s', (status, expected) => {
    expect(isFinished(read({ id, status }))).toBe(expected)
  })
})
