import { describe, expect, it } from '@jest/globals'
import type { SnapshotPage } from '../../src/atlas/client.js'
import { isFinished, type Snapshot } from '../../src/atlas/snapshot.js'
import type { Context } from '../../src/snapshot/context.js'
import { SnapshotLists } from '../../src/snapshot/lists.js'
import { OutageTracker } from '../../src/snapshot/retry.js'
import { TITLES } from '../../src/titles.js'
import { thrownBy } from '../support/http-responses.js'
import { mentioning } from '../support/played.js'
import {
  lost,
  page,
  rejected,
  type Script,
  type Scripted,
  scriptedClient,
  snapshot,
  snapshotId,
  throttled,
} from '../support/scripted-client.js'
import { MINUTE, StepHarness, scriptedStep, TAG } from '../support/step-harness.js'

const EMPTY = page([])

/** Snapshots with the IDs `from` to `to`, inclusive. */
function range(from: number, to: number): Snapshot[] {
  return Array.from({ length: to - from + 1 }, (_, index) => snapshot({ id: snapshotId(from + index) }))
}

const toNumbers = (snapshots: readonly Snapshot[]) => snapshots.map(({ id }) => Number.parseInt(id, 16))

const read = (context: Context) => new SnapshotLists(context, TAG).read(new OutageTracker())

function run(harness: StepHarness) {
  return harness.within(60 * MINUTE, async (context) => (await read(context)).snapshots)
}

/** Reads scripted lists. The sharded list is empty by default. */
function list({ listSharded = [EMPTY], ...script }: Script) {
  const client = scriptedClient({ listSharded, ...script })
  const harness = new StepHarness({ client })
  const outcome = run(harness)
  return { harness, calls: client.calls, outcome, numbers: async () => toNumbers(await outcome) }
}

/** Pages of one snapshot each. */
const pages = (count: number, totalCount: number) =>
  Array.from({ length: count }, (_, index) => page(range(index + 1, index + 1), totalCount))

/** The calls for this many pages of the plain list, then one page of the sharded list. */
const callsFor = (count: number) => [
  ...Array.from({ length: count }, (_, index) => `list plain ${index + 1}`),
  'list sharded 1',
]

describe('the lists', () => {
  it('are merged, and the sharded list takes precedence', async () => {
    const plain = page([snapshot({ id: snapshotId(1), status: 'queued' }), snapshot({ id: snapshotId(2) })])
    const sharded = page([
      snapshot({ id: snapshotId(3) }),
      snapshot({ id: snapshotId(1), status: 'completed' }),
    ])
    const { outcome, numbers, calls } = list({ list: [plain], listSharded: [sharded] })
    expect(await numbers()).toStrictEqual([3, 1, 2])
    expect((await outcome)[1]?.status).toBe('completed')
    expect(calls).toStrictEqual(callsFor(1))
  })

  it.each<[string, readonly SnapshotPage[]]>([
    ['smaller than requested', [page(range(1, 2), 5), page(range(3, 4), 5), page(range(5, 5), 5)]],
    ['that are full, with a count of 0', [page(range(1, 500), 0), page([], 0)]],
    ['that are full, with their own count', [page(range(1, 500), 500), page(range(501, 501), 500)]],
    [
      'until one is empty, without a count',
      [page(range(1, 500), null), page(range(501, 501), null), page([], null)],
    ],
    [
      'although they are short, without a count',
      [page(range(1, 20), null), page(range(21, 40), null), page([], null)],
    ],
    ['that are longer than their count', [page(range(1, 20), 3), page(range(21, 40), 3), page([], 3)]],
    ['of which the second lacks the count', [page(range(1, 500), 501), page(range(501, 501), null)]],
    ['of which the last, an empty one, has another count', [page(range(1, 500), 500), page([], 0)]],
    ['of which one has only invalid entries', [page(range(1, 500), 501), page([], 501, ['broken'])]],
    ['with entries that are not snapshots', [page(range(1, 2), 4, ['', 'broken'])]],
    ['up to 200', pages(200, 200)],
  ])('include all pages %s', async (_, plain) => {
    const { outcome, calls, harness } = list({ list: plain })
    expect(await outcome).toStrictEqual(plain.flatMap(({ snapshots }) => snapshots))
    expect(calls).toStrictEqual(callsFor(plain.length))
    expect(harness.activities).toStrictEqual([])
  })

  it.each<[string, readonly SnapshotPage[]]>([
    ['as one page longer than the page size', [page(range(1, 650), 650)]],
    ['as one page of the default size', [page(range(1, 100), 100)]],
    ['in pages, by its count', [page(range(1, 2), 3), page(range(3, 3), 3)]],
    ['in pages, without a count', [page(range(1, 100), null), page(range(101, 101), null), page([], null)]],
    ['as one long page without a count', [page(range(1, 101), null)]],
  ])('include the sharded list %s', async (_, listSharded) => {
    const { outcome, calls } = list({ list: [EMPTY], listSharded })
    expect(await outcome).toStrictEqual(listSharded.flatMap(({ snapshots }) => snapshots))
    expect(calls).toStrictEqual([
      'list plain 1',
      ...listSharded.map((__, index) => `list sharded ${index + 1}`),
    ])
  })

  it.each([
    ['is not supported', rejected(400, 'Rejected.', 'INVALID_QUERY_PARAMETER')],
    ['is ignored', page(range(1, 99), null)],
  ])('include a short sharded list without a count if its second page %s', async (_, second) => {
    const { numbers } = list({ list: [EMPTY], listSharded: [page(range(1, 99), null), second] })
    expect(await numbers()).toHaveLength(99)
  })

  it.each<[string, Scripted<SnapshotPage>[], number]>([
    ['its count is reached', [page(range(1, 500), 500), rejected(404)], 500],
    ['it has no count', [page(range(1, 20), null), rejected(400)], 20],
  ])('end with a rejected page if %s', async (_, plain, count) => {
    expect(await list({ list: plain }).numbers()).toHaveLength(count)
  })

  it('are too large if their pages have more than 20,000 entries, even without a count', async () => {
    const full = Array.from({ length: 41 }, (_, index) =>
      page(range(500 * index + 1, 500 * index + 500), null),
    )
    const { outcome, calls } = list({ list: full })
    expect(await thrownBy(() => outcome)).toMatchObject({ title: TITLES.listTooLarge })
    expect(calls).toHaveLength(41)
  })

  it('are not complete if pages of the sharded list without a count have only invalid entries', async () => {
    const invalid = page([], null, ['broken'])
    const listSharded = [invalid, invalid, page(range(1, 2), 2)]
    expect(await list({ list: [EMPTY, EMPTY], listSharded }).numbers()).toStrictEqual([1, 2])
  })

  it('are not complete if one entry is there twice instead of another', async () => {
    const twice = [...range(1, 1), ...range(1, 1)]
    const { numbers, calls } = list({ list: [page(twice, 2), EMPTY, page(range(1, 2))] })
    expect(await numbers()).toStrictEqual([1, 2])
    expect(calls).toContain('list plain 2')
  })

  it('end with a repeated page if their count is reached', async () => {
    const repeated = page(range(1, 500), 500)
    expect(await list({ list: [repeated, repeated] }).numbers()).toHaveLength(500)
  })

  it('show no invalid entry of a sharded list that also has one of a replica set', async () => {
    const harness = scriptedStep({ list: [EMPTY], listSharded: [page(range(1, 1), 2, ['broken'])] })
    expect(await harness.within(MINUTE, read)).toMatchObject({ hasInvalidSharded: false })
  })

  // Only the sharded form shows the state of all shards.
  it.each([
    ['in progress if there is a sharded list', EMPTY, false],
    ['completed without a sharded list', rejected(404), true],
  ])('have the completed plain form of a sharded snapshot as %s', async (_, shardedPage, finished) => {
    const sharded = snapshot({ type: 'shardedCluster', status: 'completed' })
    const { outcome } = list({ list: [page([sharded])], listSharded: [shardedPage] })
    expect((await outcome).map(isFinished)).toStrictEqual([finished])
  })

  it.each([400, 404])('can be only one if the other ends with status %d', async (status) => {
    const plain = list({ list: [page(range(2, 2))], listSharded: [rejected(status)] })
    expect(await plain.outcome).toStrictEqual(range(2, 2))
    const sharded = list({ list: [rejected(status)], listSharded: [page(range(1, 1))] })
    expect(await sharded.numbers()).toStrictEqual([1])
    const rejection = rejected(status)
    await expect(list({ list: [rejection], listSharded: [rejected(404)] }).outcome).rejects.toBe(rejection)
  })

  it.each([rejected(400, 'Rejected.', 'INVALID_QUERY_PARAMETER'), rejected(403)])(
    'fail immediately if one ends with status $response.status $response.errorCode',
    async (rejection) => {
      const plain = list({ list: [rejection] })
      await expect(plain.outcome).rejects.toBe(rejection)
      expect(plain.calls).toStrictEqual(['list plain 1'])
      await expect(list({ list: [EMPTY], listSharded: [rejection] }).outcome).rejects.toBe(rejection)
    },
  )
})

describe('the lists are read again from the start', () => {
  const first = page(range(1, 2), 4)
  const last = page(range(3, 4), 4)

  it.each<[string, Script['list'] & {}, string]>([
    ['after an error on any page', [first, lost()], 'Title: Lost.'],
    ['if the count changes', [first, page(range(3, 3), 3)], TITLES.listKeepsChanging],
    [
      'if the count changes on a page with only known entries',
      [page(range(1, 500), 500), page(range(500, 500), 501)],
      TITLES.listKeepsChanging,
    ],
    // Another entry might have moved to an earlier page.
    ['if an entry appears twice', [first, page(range(2, 3), 4)], TITLES.listKeepsChanging],
    [
      'if an entry appears twice without a count',
      [page(range(1, 2), null), page(range(2, 3), null)],
      TITLES.listKeepsChanging,
    ],
    ['if a page repeats', [first, first], TITLES.listUnreadable],
    [
      'if a page has only known entries',
      [page(range(1, 2), 6), page(range(3, 4), 6), page(range(2, 3), 6)],
      TITLES.listKeepsChanging,
    ],
    [
      'if a full page without a count repeats',
      [page(range(1, 500), null), page(range(1, 500), null)],
      TITLES.listUnreadable,
    ],
    [
      'if a page without a count repeats one with only invalid entries',
      [page([], null, ['', 'broken']), page([], null, ['broken', ''])],
      TITLES.listUnreadable,
    ],
    [
      'if a page has the same invalid entries as an earlier one',
      [page([], 3, ['broken']), page([], 3, ['']), page([], 3, ['broken'])],
      TITLES.listUnreadable,
    ],
    ['if they end before their count', [first, page([], 4)], TITLES.listUnreadable],
    ['if a page is rejected before their count', [first, rejected(404)], TITLES.listUnreadable],
    [
      'if an entry with the tag is not a snapshot',
      [page(range(1, 1), 2, [`before deploy ${TAG}`])],
      TITLES.listUnreadable,
    ],
  ])('%s', async (_, bad, reason) => {
    const { numbers, harness, calls } = list({ list: [...bad, first, last] })
    expect(await numbers()).toStrictEqual([1, 2, 3, 4])
    expect(harness.activities).toStrictEqual([`0 retry ${reason} 500`])
    expect(calls).toHaveLength(bad.length + 3)
    expect(calls.slice(-3)).toStrictEqual(callsFor(2))
  })

  it('after an error on a later page, even if the list is then rejected', async () => {
    const { numbers } = list({ list: [first, lost(), rejected(404), first, last] })
    expect(await numbers()).toStrictEqual([1, 2, 3, 4])
  })

  it('not if a later page is rejected with another status than 400 or 404', async () => {
    const rejection = rejected(403)
    await expect(list({ list: [page(range(1, 20), null), rejection] }).outcome).rejects.toBe(rejection)
  })

  it('if one that existed before is rejected', async () => {
    const harness = scriptedStep({ list: [page(range(1, 1)), rejected(404), page(range(1, 1))] })
    await harness.within(MINUTE, async (context) => {
      const lists = new SnapshotLists(context)
      await lists.read(new OutageTracker())
      expect(toNumbers((await lists.read(new OutageTracker())).snapshots)).toStrictEqual([1])
    })
    expect(harness.activities).toStrictEqual([`0 retry ${TITLES.listUnreadable} 500`])
  })

  it('if the sharded list is truncated and does not support pages', async () => {
    const short = page(range(1, 2), 3)
    const noPages = rejected(400, 'Rejected.', 'INVALID_QUERY_PARAMETER')
    const { numbers, harness } = list({
      list: [EMPTY, EMPTY],
      listSharded: [short, noPages, page(range(1, 3), 3)],
    })
    expect(await numbers()).toStrictEqual([1, 2, 3])
    expect(harness.activities).toStrictEqual([`0 retry ${TITLES.listUnreadable} 500`])
  })

  it('after delays of up to two minutes if Atlas throttles them', async () => {
    const delays = Array.from({ length: 20 }, () => throttled(1_000))
    const { outcome, harness } = list({ list: [...delays, EMPTY] })
    expect(await outcome).toStrictEqual([])
    // Half of each backoff: 1, 1, 2, 4, 8, 16 and 32 s, then a minute each.
    expect(harness.clock.now()).toBe(844_000)
  })

  it('until an outage of both lists has lasted five minutes', async () => {
    const errors = Array.from({ length: 100 }, () => lost())
    const { outcome, harness } = list({ list: [lost(), ...errors.map(() => EMPTY)], listSharded: errors })
    expect(await thrownBy(() => outcome)).toMatchObject({ message: mentioning('Lost.', '5 min') })
    expect(harness.clock.now()).toBe(300_500)
  })
})
