import { describe, expect, it } from '@jest/globals'
import type { SnapshotPage } from '../../src/atlas/client.js'
import { readList } from '../../src/snapshot/list.js'
import { mentioning } from '../support/played.js'
import { cluster, page, rejected, type Scripts, snapshot, snapshotId } from '../support/scripted-client.js'
import { MINUTE, StepHarness, scriptedStep } from '../support/step-harness.js'
import { TITLES } from '../support/titles.js'

const numbered = (...numbers: readonly number[]) =>
  numbers.map((number) => snapshot({ id: snapshotId(number) }))
const full = numbered(...Array.from({ length: 500 }, (_, index) => index + 1))

/** Reads the list of a cluster. */
function read(pages: Scripts<SnapshotPage>, isSharded = false) {
  const sharded = { getCluster: cluster({ clusterType: 'SHARDED' }), listSharded: pages }
  const harness = scriptedStep(isSharded ? sharded : { list: pages })
  const outcome = harness.within(MINUTE, (context) => readList(context, context.deadline.signal))
  return { outcome, calls: harness.calls }
}

describe('the list', () => {
  it.each<[string, SnapshotPage[], number[]]>([
    ['that is empty', [page([])], []],
    ['on one page', [page(numbered(1, 2))], [1, 2]],
    ['on two pages', [page(numbered(1, 2), 3), page(numbered(3), 3)], [1, 2, 3]],
    ['whose pages overlap', [page(numbered(1, 2), 3), page(numbered(2, 3), 3)], [1, 2, 3]],
    ['without a count', [page(numbered(1), null)], [1]],
    ['with more entries than its count', [page(numbered(1, 2), 1)], [1, 2]],
  ])('%s is read to its end', async (_, pages, expected) => {
    for (const isSharded of [false, true]) {
      const { outcome, calls } = read(pages, isSharded)
      expect((await outcome).map(({ id }) => Number.parseInt(id, 16))).toStrictEqual(expected)
      const list = isSharded ? 'list shardedCluster' : 'list replicaSet'
      expect(calls).toStrictEqual(['get cluster', ...pages.map((_, index) => `${list} ${index + 1}`)])
    }
  })

  // The specification of the sharded list has no pages.
  it('without a count ends with a page that is not full, and the sharded one with its first page', async () => {
    const pages = [page(full, null), page(numbered(501), null)]
    expect(await read(pages).outcome).toHaveLength(501)
    expect(await read(pages, true).outcome).toHaveLength(500)
    expect(await read([page(full, null), page([], null)]).outcome).toHaveLength(500)
    expect(await read([page(full.slice(1), null)]).outcome).toHaveLength(499)
  })

  const changed = { message: mentioning('its count changed'), remedy: mentioning('created and deleted') }
  const partial = { message: mentioning('no further snapshot'), remedy: mentioning('proxies') }

  it.each<[string, object, readonly SnapshotPage[]]>([
    ['changes its count', changed, [page(numbered(1, 2), 3), page(numbered(3), 4)]],
    ['loses its count', changed, [page(numbered(1, 2), 3), page(numbered(3), null)]],
    ['ends before its count', partial, [page(numbered(1, 2), 3), page([], 3)]],
    ['repeats a page', partial, [page(numbered(1, 2), 3), page(numbered(1, 2), 3)]],
    ['repeats an entry without a count', partial, [page(full, null), page(full.slice(0, 1), null)]],
  ])('that %s is not read', async (_, report, pages) => {
    const error = { meaning: 'unknown', title: TITLES.listUnreadable, ...report }
    await expect(read(pages).outcome).rejects.toMatchObject(error)
  })

  it('with an entry that is not a snapshot is not read, because it might be that of the step', async () => {
    const pages = [page(numbered(1, 2), 4), page([...numbered(3), 'it has no status'], 4)]
    await expect(read(pages).outcome).rejects.toMatchObject({
      meaning: 'unknown',
      title: TITLES.listUnreadable,
      message: mentioning('entry 4', 'it has no status'),
    })
  })

  it('has 100 pages at most, with or without a count', async () => {
    const entries = numbered(...Array.from({ length: 50_000 }, (_, index) => index + 1))
    for (const count of [null, 999_999]) {
      const pages = Array.from({ length: 100 }, (_, at) =>
        page(entries.slice(at * 500, at * 500 + 500), count),
      )
      const { outcome, calls } = read(pages)
      await expect(outcome).rejects.toMatchObject({ remedy: mentioning('base-url') })
      expect(calls.at(-1)).toBe('list replicaSet 100')
      const ending = [...pages.slice(0, 99), page(entries.slice(-1), count)]
      if (count === null) expect(await read(ending).outcome).toHaveLength(49_501)
    }
  })

  it('of which a later page is rejected is not read', async () => {
    const { outcome } = read([page(full, null), rejected(400)])
    await expect(outcome).rejects.toMatchObject({ meaning: 'rejected' })
  })

  it('has the later state of an entry on two pages', async () => {
    const completed = snapshot({ status: 'completed' })
    const [entry] = await read([page(numbered(1), 2), page([completed, ...numbered(2)], 2)]).outcome
    expect(entry?.status).toBe('completed')
  })
})

it('a step reads the list again from the first page if a later one fails, and the cluster once', async () => {
  const faults = ['create:reset:executed', 'list:503:skip=1']
  const harness = new StepHarness({ faults, atlas: { olderSnapshots: 3, list: { pageLimit: 2 } } })
  expect(await harness.obtain({ wait: false })).toMatchObject({ created: true })
  expect(harness.requests).toStrictEqual([
    '0 create 0',
    '5000 cluster 200',
    ...['5000 list 200', '5000 list 503'],
    ...['5500 list 200', '5500 list 200'],
  ])
})
