import { describe, expect, it } from '@jest/globals'
import { TITLES } from '../../src/titles.js'
import {
  cluster,
  conflict,
  losses,
  lost,
  nonAtlas,
  page,
  rejected,
  type Script,
  snapshot,
  snapshotId,
  throttled,
} from '../support/scripted-client.js'
import { MINUTE, type StepHarness, scriptedStep, TAG } from '../support/step-harness.js'

const none = page([])
const nightly = (status: string) => page([snapshot({ status, description: 'nightly' })])
const finished = nightly('completed')
const own = snapshot({ id: snapshotId(2), description: TAG })
const LONG = `${'before deploy '.repeat(6)}${TAG}`
/** A part of a sharded snapshot, in the plain list. */
const part = (id: number) => page([snapshot({ id: snapshotId(id), description: TAG })])
const whole = snapshot({
  id: snapshotId(2),
  description: TAG,
  type: 'shardedCluster',
  snapshotIds: [snapshotId(1), snapshotId(3)],
})
const unreadable = [rejected(401)]

/** A step that sees other snapshots finish. */
function harnessWith(script: Script): StepHarness {
  return scriptedStep({ get: finished.snapshots, ...script })
}

describe('a step waits for its own snapshot and sends no other POST if the lists show it only later', () => {
  it.each<[string, Script]>([
    [
      'after a list that could not be read completely',
      {
        list: [page([own]), none, none, ...Array(3).fill(page([own]))],
        listSharded: [lost(), ...Array(5).fill(none)],
        getCluster: unreadable,
      },
    ],
    [
      'after an invalid entry with its tag',
      {
        list: [page([], 1, [`x ${TAG}`]), none, none, ...Array(3).fill(page([own]))],
        getCluster: unreadable,
      },
    ],
    [
      'after a list with a truncated description',
      {
        list: [page([{ ...own, description: LONG.slice(0, 64) }]), none, page([own])],
        getCluster: unreadable,
      },
    ],
    [
      'in a cluster of an unknown type',
      {
        list: [part(1), part(1)],
        listSharded: [none, page([whole])],
        getCluster: [cluster({ clusterType: 'NEW' })],
      },
    ],
  ])('%s', async (_, script) => {
    const found = await harnessWith({ create: [lost()], ...script }).createSnapshot({ description: LONG })
    // A part has another ID.
    expect(found).toMatchObject({ snapshot: { id: own.id }, created: true })
  })
})

describe('a conflict with another snapshot', () => {
  it('is followed by a POST even if that one also caused the conflict before', async () => {
    const harness = harnessWith({
      create: [lost(), conflict(), conflict(), own],
      list: [none, none, finished, finished],
    })
    expect(await harness.createSnapshot()).toMatchObject({ snapshot: own, created: true })
  })

  it('is followed by POSTs for a minute, counted from the first one if the lists respond late', async () => {
    const harness = harnessWith({
      create: [conflict(), conflict(), own],
      list: [...losses(9), finished, finished],
    })
    expect(await harness.createSnapshot()).toMatchObject({ snapshot: own, created: true })
    expect(harness.clock.now()).toBeGreaterThan(MINUTE)
  })
})

describe('a snapshot to reuse', () => {
  const old = {
    id: snapshotId(7),
    status: 'completed',
    createdAt: '2026-08-10T03:20:00Z',
    expiresAt: '2026-09-10T03:20:00Z',
  }
  const reusable = snapshot(
    { ...old, description: 'old' },
    { serverTime: Date.parse('2026-08-10T03:26:42Z') },
  )
  const reuse = { reuseWithinMs: 60 * MINUTE }

  it('that no longer exists explains no conflict', async () => {
    const harness = harnessWith({
      create: [conflict()],
      list: [page([reusable]), none],
      get: [rejected(404, 'Gone.', 'SNAPSHOT_NOT_FOUND')],
    })
    const { message, left } = await harness.createFailure({ ...reuse, onConflict: 'fail' })
    expect(message).not.toContain(reusable.id)
    expect(left).toBe('maybe')
    expect(harness.lines).not.toContainEqual(expect.stringContaining('no longer in progress'))
  })

  it('that failed when it was read explains the conflict', async () => {
    const harness = harnessWith({
      create: [conflict(), rejected(403)],
      list: [nightly('inProgress')],
      get: [snapshot({ status: 'failed', description: 'nightly' })],
    })
    expect(await harness.createFailure({ onConflict: 'reuse' })).toMatchObject({ left: 'nothing' })
  })

  it('is not used if it expires earlier than listed', async () => {
    const harness = harnessWith({
      create: [rejected(403)],
      list: [page([{ ...reusable, expiresAt: '2026-09-10T03:20:00Z' }])],
      get: [{ ...reusable, expiresAt: '2026-08-11T03:20:00Z' }],
    })
    expect(await harness.createFailure(reuse)).toMatchObject({ left: 'nothing' })
  })

  it('is used as listed if it cannot be read for five minutes', async () => {
    const harness = harnessWith({
      create: [conflict()],
      list: [nightly('inProgress')],
      get: losses(100),
    })
    expect(await harness.createSnapshot({ onConflict: 'reuse' })).toMatchObject({ created: false, seenAt: 0 })
  })

  it('is not used if a proxy responds before the first POST', async () => {
    const harness = harnessWith({ list: [page([reusable])], get: [nonAtlas()] })
    expect(await harness.createFailure(reuse)).toMatchObject({ left: 'nothing' })
    expect(harness.clock.now()).toBe(0)
  })
})

it('a cluster that cannot be read for five minutes does not shorten the next retries', async () => {
  const harness = harnessWith({
    create: [lost()],
    list: [page([own]), lost(), page([own])],
    getCluster: losses(100),
  })
  expect(await harness.createSnapshot()).toMatchObject({ snapshot: own, created: true })
})

describe('a truncated description', () => {
  const description = `${'a'.repeat(70)} ${TAG}`
  const truncated = (fields = {}, options = {}) =>
    snapshot({ id: snapshotId(9), description: 'a'.repeat(64), ...fields }, options)
  const afterSeconds = (seconds: number) => ({
    serverTime: Date.parse('2026-08-10T03:26:42Z') + seconds * 1_000,
  })

  it.each([{ status: 'completed' }, { snapshotType: 'scheduled' }])(
    'in the response to a POST is not from this step if the snapshot has %j',
    async (fields) => {
      const harness = harnessWith({ create: [truncated(fields)], list: [none, none] })
      expect(await harness.createFailure({ description })).toMatchObject({
        title: TITLES.mismatchedResponse,
        left: 'maybe',
      })
    },
  )

  it('in a list is not from this step if it is older than the first POST that Atlas might have executed', async () => {
    const created = snapshot({ description })
    const older = { status: 'completed', createdAt: '2026-08-10T03:26:44Z' }
    const harness = harnessWith({
      create: [throttled(6_000), lost(), created],
      list: [6, 6, 11].map((seconds) => page([truncated(older, afterSeconds(seconds))])),
    })
    expect(await harness.createSnapshot({ description })).toMatchObject({ snapshot: created })
  })
})
