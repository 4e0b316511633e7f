import { describe, expect, it } from '@jest/globals'
import type { SnapshotPage } from '../../src/atlas/client.js'
import type { Snapshot } from '../../src/atlas/snapshot.js'
import { SnapshotLists } from '../../src/snapshot/lists.js'
import { READ, Retries } from '../../src/snapshot/retry.js'
import { TITLES } from '../../src/titles.js'
import {
  cluster,
  lost,
  nonAtlas,
  page,
  rejected,
  type Script,
  type Scripts,
  snapshot,
  snapshotId,
  whole,
} from '../support/scripted-client.js'
import { MINUTE, SENT, scriptedStep, TAG } from '../support/step-harness.js'

const EMPTY = page([])
const NOT_THERE = rejected(404)
const SHARDED = cluster({ clusterType: 'SHARDED' })

/** Snapshots with the IDs `from` to `to`, inclusive. */
function range(from: number, to: number): Snapshot[] {
  return Array.from({ length: to - from + 1 }, (_, index) => snapshot({ id: snapshotId(from + index) }))
}

const toNumbers = (snapshots: readonly Snapshot[]) => snapshots.map(({ id }) => Number.parseInt(id, 16))

/** Reads scripted lists this many times, and returns the last result. */
function read(script: Script, times = 1) {
  const harness = scriptedStep(script)
  const { activities, calls } = harness
  return harness.within(60 * MINUTE, async (context) => {
    let showsTag = false
    const onTag = () => {
      showsTag = true
    }
    const lists = new SnapshotLists(context, { tag: TAG, onTag })
    for (let left = times - 1; left > 0; left--) await lists.read(new Retries(context), READ)
    const listing = await lists.read(new Retries(context), READ)
    return { listing, numbers: toNumbers(listing.snapshots), showsTag, activities, calls }
  })
}

describe('the lists', () => {
  it('are the cluster, once in a step, and both lists', async () => {
    const { listing, calls } = await read({ list: page(range(1, 2)) }, 2)
    expect(listing).toStrictEqual({
      startedAt: 0,
      endedAt: 0,
      snapshots: range(1, 2),
      mayContainParts: false,
    })
    const lists = ['list plain 1', 'list sharded 1']
    expect(calls).toStrictEqual(['get cluster', ...lists, ...lists])
  })

  it.each<[string, readonly SnapshotPage[]]>([
    ['smaller than requested', [page(range(1, 2), 5), page(range(3, 4), 5), page(range(5, 5), 5)]],
    ['larger than requested', [page(range(1, 650), 650)]],
    ['until one is empty, without a count', [page(range(1, 9), null), page([], null)]],
    ['until one repeats, without a count', [page(range(1, 9), null), page(range(1, 9), null)]],
    ['that contain more than their count', [page(range(1, 20), 3)]],
    ['of which one has only invalid entries', [page(range(1, 500), 501), page([], 501, ['broken'])]],
    ['with two equal invalid entries', [page(range(1, 2), 4, ['broken', 'broken'])]],
    ['up to 200', Array.from({ length: 200 }, (_, index) => page(range(index + 1, index + 1), 200))],
  ])('include all pages %s', async (_, pages) => {
    const ids = new Set(pages.flatMap(({ snapshots }) => toNumbers(snapshots)))
    const plain = await read({ list: pages })
    expect(plain.numbers).toStrictEqual([...ids])
    expect(plain.calls).toHaveLength(pages.length + 2)
    const sharded = await read({ list: EMPTY, listSharded: pages, getCluster: SHARDED })
    expect(sharded.numbers).toStrictEqual([...ids])
    expect(sharded.activities).toStrictEqual([])
  })

  it('contain the later state of a snapshot that is on two pages', async () => {
    const completed = snapshot({ status: 'completed' })
    const { listing } = await read({ list: [page(range(1, 2), 3), page([completed, ...range(3, 3)], 3)] })
    expect(listing.snapshots[0]).toBe(completed)
  })

  it.each<[string, Scripts<SnapshotPage>]>([
    [
      'by their entries',
      Array.from({ length: 41 }, (_, at) => page(range(500 * at + 1, 500 * at + 500), null)),
    ],
    ['by their count', page([], 20_001)],
  ])('can have 20,000 entries, %s', async (_, list) => {
    await expect(read({ list })).rejects.toMatchObject({ title: TITLES.listTooLarge })
    expect((await read({ list: page(range(1, 20_000)) })).numbers).toHaveLength(20_000)
  })

  // The specification of the sharded list has no pages.
  it('end without a count if the next page does not exist', async () => {
    for (const rejection of [rejected(400), NOT_THERE])
      expect((await read({ list: [page(range(1, 20), null), rejection] })).numbers).toHaveLength(20)
  })

  it('that are rejected with another status than 400 or 404 fail at once', async () => {
    const rejection = rejected(403)
    await expect(read({ list: rejection })).rejects.toBe(rejection)
    await expect(read({ list: EMPTY, listSharded: rejection })).rejects.toBe(rejection)
    await expect(read({ list: [page(range(1, 20), null), rejection] })).rejects.toBe(rejection)
  })
})

describe('the whole snapshots', () => {
  const both = { list: page(range(1, 2)), listSharded: page([whole(3, 1)]) }
  const unreadable = { ...both, getCluster: rejected(401) }
  const newType = cluster({ clusterType: 'NEW' })

  const withoutSharded = { ...unreadable, listSharded: NOT_THERE }
  const emptySharded = { ...unreadable, listSharded: EMPTY }
  const invalidSharded = { ...unreadable, listSharded: page([], 1, ['x']) }

  it.each<[string, Script, readonly number[]]>([
    ['of a replica set are those of the plain list', { list: page(range(1, 2)) }, [1, 2]],
    ['of a replica set are no parts of an old sharded one', both, [2]],
    ['of a replica set are no old sharded ones', { list: page([...range(1, 1), whole(3, 4)]) }, [1]],
    ['of a sharded cluster are those of the sharded list', { ...both, getCluster: SHARDED }, [3]],
    ['are in the sharded list if it has an entry', unreadable, [3]],
    ['are in a sharded list with an invalid entry', invalidSharded, []],
    ['are in the sharded list without a plain one', { ...unreadable, list: NOT_THERE }, [3]],
    ['are none in an empty sharded list alone', { ...emptySharded, list: rejected(400) }, []],
  ])('%s', async (_, script, expected) => {
    const { listing, numbers } = await read(script)
    expect(numbers).toStrictEqual(expected)
    expect(listing.mayContainParts).toBe(false)
  })

  it.each<[string, Script]>([
    ['if no other has entries', emptySharded],
    ['without a sharded one', withoutSharded],
    ['of a new type', { ...both, listSharded: EMPTY, getCluster: newType }],
  ])('are in the plain list %s, and can be parts', async (_, script) => {
    const { listing, numbers } = await read(script)
    expect(numbers).toStrictEqual([1, 2])
    expect(listing.mayContainParts).toBe(true)
  })

  it.each<[string, Script, readonly number[]]>([
    ['of a replica set stay known parts', both, [2]],
    ['of a cluster that cannot be read stay those of the sharded list', unreadable, []],
  ])('%s although a later sharded list lacks the entry', async (_, script, expected) => {
    const { numbers } = await read({ ...script, listSharded: [both.listSharded, EMPTY] }, 2)
    expect(numbers).toStrictEqual(expected)
  })

  it.each<[string, Script]>([
    ['a replica set has no plain list', { list: NOT_THERE }],
    ['a sharded cluster has none', { list: EMPTY, listSharded: NOT_THERE, getCluster: SHARDED }],
    ['there is no list', { ...unreadable, list: NOT_THERE, listSharded: rejected(400) }],
  ])('cannot be read if %s', async (_, script) => {
    await expect(read(script)).rejects.toMatchObject({ meaning: 'rejected' })
  })

  it('do not need the end of the other list', async () => {
    const [complete, cut] = [page(range(1, 2)), page(range(8, 8), 2)]
    for (const script of [
      { list: complete, listSharded: cut },
      { list: cut, listSharded: complete, getCluster: SHARDED },
    ])
      expect(await read(script)).toMatchObject({ numbers: [1, 2], activities: [] })
  })
})

describe('the lists are read again from the start', () => {
  const first = page(range(1, 2), 4)
  const last = page(range(3, 4), 4)

  it.each<[string, readonly (SnapshotPage | Error)[], string]>([
    ['after an error on any page', [first, lost()], lost().title],
    ['after a page of a proxy', [first, nonAtlas()], nonAtlas().title],
    ['if the count changes', [first, page(range(3, 3), 3)], TITLES.listKeepsChanging],
    ['if it changes without entries', [page(range(1, 1), 2), page([], 1)], TITLES.listKeepsChanging],
    ['if the count disappears', [first, page(range(3, 3), null)], TITLES.listKeepsChanging],
    ['if a page repeats', [first, first], TITLES.listUnreadable],
    ['if an invalid page repeats', [page([], 2, ['x']), page([], 2, ['x'])], TITLES.listUnreadable],
    ['if they end before their count', [first, page([], 4)], TITLES.listUnreadable],
    [
      'if one entry is there twice',
      [page([...range(1, 1), ...range(1, 1)], 2), page([], 2)],
      TITLES.listUnreadable,
    ],
    ['if a page is rejected before their count', [first, NOT_THERE], TITLES.listUnreadable],
  ])('%s', async (_, bad, reason) => {
    const { numbers, activities, calls } = await read({ list: [...bad, first, last] })
    expect(numbers).toStrictEqual([1, 2, 3, 4])
    expect(activities).toStrictEqual([`0 retry ${reason} 500`])
    expect(calls.slice(-3)).toStrictEqual(['list plain 1', 'list plain 2', 'list sharded 1'])
    expect(calls.filter((call) => call === 'get cluster')).toHaveLength(1)
  })

  it.each<[string, Script]>([
    ['that has responded before is rejected', { list: [EMPTY, NOT_THERE, page(range(1, 1))] }],
    [
      'of an unreadable cluster ends too early',
      { list: page(range(1, 1)), listSharded: [EMPTY, page([], 1), EMPTY], getCluster: rejected(401) },
    ],
    [
      'of an unreadable cluster with sharded snapshots lacks an entry',
      {
        list: [page(range(2, 2)), page([], 1), EMPTY],
        listSharded: page([whole(1, 2)]),
        getCluster: rejected(401),
      },
    ],
  ])('if one %s', async (_, script) => {
    const { numbers, activities } = await read(script, 2)
    expect(numbers).toStrictEqual([1])
    expect(activities).toStrictEqual([`0 retry ${TITLES.listUnreadable} 500`])
  })

  it('if the cluster does not respond', async () => {
    const getCluster = [lost(), nonAtlas(), SHARDED]
    const { numbers } = await read({ list: EMPTY, listSharded: page(range(1, 1)), getCluster })
    expect(numbers).toStrictEqual([1])
  })
})

describe('the tag is seen', () => {
  const own = snapshot({ description: SENT })

  it.each<[string, Script, boolean]>([
    ['in any place of a description', { list: page([{ ...own, description: `copy of ${TAG}` }]) }, true],
    ['in an invalid entry', { list: page([], 1, [`{ description: "${SENT}" }`]) }, true],
    ['in a list that does not count', { list: EMPTY, listSharded: page([own]) }, true],
    ['on a page of lists that failed', { list: [page([own], 2), lost(), EMPTY] }, true],
    ['not in other texts', { list: page([{ ...own, description: '[as-0a1b2c3e]' }], 2, ['[as-']) }, false],
  ])('%s', async (_, script, expected) => {
    expect((await read(script)).showsTag).toBe(expected)
  })
})
