import { describe, expect, it } from '@jest/globals'
import type { Snapshot } from '../../src/atlas/snapshot.js'
import { listSnapshots } from '../../src/snapshot/list-snapshots.js'
import { OutageTracker } from '../../src/snapshot/retry.js'
import {
  lost,
  page,
  refused,
  type Script,
  scriptedClient,
  snapshot,
  snapshotId,
  tryLater,
} from '../support/scripted-client.js'
import { catchFailure, MINUTE, StepHarness, type StepHarnessOptions } from '../support/step-harness.js'

const EMPTY = page([])

/** Snapshots with the numbers from one to another, both included. */
function range(from: number, to: number): Snapshot[] {
  return Array.from({ length: to - from + 1 }, (_, index) => snapshot({ id: snapshotId(from + index) }))
}

function listing(harness: StepHarness) {
  return harness.within(60 * MINUTE, (context) => listSnapshots(context, new OutageTracker(5 * MINUTE)))
}

function played(script: Script) {
  const client = scriptedClient(script)
  const harness = new StepHarness({ client })
  return { harness, calls: client.calls, outcome: listing(harness) }
}

const ids = (snapshots: readonly Snapshot[]) => snapshots.map(({ id }) => Number.parseInt(id, 16))

describe('listing snapshots', () => {
  it('reads the plain and the sharded list, and gives every snapshot once', async () => {
    const plain = page([snapshot({ id: snapshotId(1), status: 'queued' }), snapshot({ id: snapshotId(2) })])
    const sharded = page([
      snapshot({ id: snapshotId(3) }),
      snapshot({ id: snapshotId(1), status: 'completed' }),
    ])
    const { outcome, calls } = played({ list: [plain], listSharded: [sharded] })
    const found = await outcome
    expect(ids(found)).toEqual([3, 1, 2])
    expect(found[1]?.status).toBe('completed')
    expect(calls).toEqual(['list plain 1', 'list sharded 1'])
  })

  it('leaves the sharded list alone where the plain one is enough', async () => {
    const client = scriptedClient({ list: [page(range(1, 2)), page(range(1, 2))], listSharded: [EMPTY] })
    const harness = new StepHarness({ client })
    const enough = (atLeast: number) =>
      harness.within(MINUTE, (context) =>
        listSnapshots(context, new OutageTracker(MINUTE), (plain) => plain.length >= atLeast),
      )
    expect(ids(await enough(2))).toEqual([1, 2])
    expect(client.calls).toEqual(['list plain 1'])
    expect(ids(await enough(3))).toEqual([1, 2])
    expect(client.calls).toEqual(['list plain 1', 'list plain 1', 'list sharded 1'])
  })

  it('leaves out the members of a snapshot of the sharded list, should the plain one show them', async () => {
    const plain = page([1, 2, 3].map((number) => snapshot({ id: snapshotId(number), status: 'completed' })))
    const sharded = page([snapshot({ id: snapshotId(9), snapshotIds: [snapshotId(1), snapshotId(3)] })])
    expect(ids(await played({ list: [plain], listSharded: [sharded] }).outcome)).toEqual([9, 2])
  })

  it('takes a sharded list that comes as a whole for what it is, however long', async () => {
    for (const count of [100, 500, 650]) {
      const { outcome, calls } = played({ list: [EMPTY], listSharded: [page(range(1, count), count)] })
      expect(await outcome).toHaveLength(count)
      expect(calls).toEqual(['list plain 1', 'list sharded 1'])
    }
  })

  it('reads on where the sharded list has fewer entries than it counts, or does not count them', async () => {
    const counted = played({ list: [EMPTY], listSharded: [page(range(1, 2), 3), page(range(3, 3), 3)] })
    expect(ids(await counted.outcome)).toEqual([1, 2, 3])
    const listSharded = [page(range(1, 100), null), page(range(101, 101), null)]
    expect(await played({ list: [EMPTY], listSharded }).outcome).toHaveLength(101)
  })

  it('fails where Atlas does not understand how it is asked for a list, which is no word on what there is', async () => {
    const refusal = refused(400, 'Refused.', 'INVALID_QUERY_PARAMETER')
    await expect(played({ list: [EMPTY], listSharded: [refusal] }).outcome).rejects.toBe(refusal)
    await expect(played({ list: [refusal] }).outcome).rejects.toBe(refusal)
  })

  it("goes by Atlas's count where a page is smaller than asked for", async () => {
    const list = [page(range(1, 2), 5), page(range(3, 4), 5), page(range(5, 5), 5)]
    const { outcome, calls } = played({ list, listSharded: [EMPTY] })
    expect(ids(await outcome)).toEqual([1, 2, 3, 4, 5])
    expect(calls).toEqual(['list plain 1', 'list plain 2', 'list plain 3', 'list sharded 1'])
  })

  it('reads all again where a list ends before its count', async () => {
    const list = [page(range(1, 2), 3), page([], 3), page(range(1, 3), 3)]
    const { outcome, calls, harness } = played({ list, listSharded: [EMPTY] })
    expect(ids(await outcome)).toEqual([1, 2, 3])
    expect(calls).toEqual(['list plain 1', 'list plain 2', 'list plain 1', 'list sharded 1'])
    expect(harness.lines[0]).toMatch(
      / The list of the cluster's snapshots holds 2 of the 3 that Atlas counts\. /,
    )
  })

  it('never takes a full page for the last, whatever Atlas counts', async () => {
    for (const count of [0, 500, null]) {
      const list = [page(range(1, 500), count), page(range(501, 501), count)]
      const { outcome } = played({ list, listSharded: [EMPTY] })
      expect(await outcome).toHaveLength(501)
    }
  })

  it('goes by full pages where Atlas does not count', async () => {
    const list = [page(range(1, 500), null), page(range(501, 1_000), null), page(range(1_001, 1_001), null)]
    const { outcome, calls } = played({ list, listSharded: [page([], null)] })
    expect(await outcome).toHaveLength(1_001)
    expect(calls).toEqual(['list plain 1', 'list plain 2', 'list plain 3', 'list sharded 1'])
  })

  it('asks for no page after one that is not full, where Atlas does not count', async () => {
    const { outcome, calls } = played({ list: [page(range(1, 499), null)], listSharded: [page([], null)] })
    expect(await outcome).toHaveLength(499)
    expect(calls).toEqual(['list plain 1', 'list sharded 1'])
  })

  it('starts a list again after a pause whenever its count changes on the way', async () => {
    const list = [
      page(range(1, 2), 4),
      page(range(4, 4), 3),
      page(range(1, 2), 3),
      page(range(3, 3), null),
      page(range(7, 8), 3),
      page(range(9, 9), 3),
    ]
    const { outcome, calls, harness } = played({ list, listSharded: [EMPTY] })
    expect(ids(await outcome)).toEqual([7, 8, 9])
    expect(calls.slice(0, 6)).toEqual([1, 2, 1, 2, 1, 2].map((number) => `list plain ${number}`))
    expect(harness.clock.now()).toBe(1_500)
  })

  it.each([400, 404])('takes a %d to one of the lists for an empty list', async (status) => {
    const one = played({ list: [refused(status)], listSharded: [page(range(1, 1))] })
    expect(ids(await one.outcome)).toEqual([1])
    const other = played({ list: [page(range(2, 2))], listSharded: [refused(status)] })
    expect(ids(await other.outcome)).toEqual([2])
  })

  it('fails with the refusal of the plain list if both are refused', async () => {
    const refusal = refused(404)
    const { outcome } = played({ list: [refusal], listSharded: [refused(400)] })
    await expect(outcome).rejects.toBe(refusal)
  })

  it.each([401, 402, 403, 406, 410])('fails at once with a %d to either list', async (status) => {
    const refusal = refused(status)
    const plain = played({ list: [refusal] })
    await expect(plain.outcome).rejects.toBe(refusal)
    expect(plain.calls).toEqual(['list plain 1'])
    await expect(played({ list: [EMPTY], listSharded: [refusal] }).outcome).rejects.toBe(refusal)
  })

  it('reads all again where a page fails, since what it had read is growing old', async () => {
    const first = page(range(1, 2), 3)
    const list = [first, lost(), first, tryLater(2_000), first, page(range(3, 3), 3)]
    const { outcome, calls, harness } = played({ list, listSharded: [EMPTY] })
    expect(ids(await outcome)).toEqual([1, 2, 3])
    expect(calls.slice(0, 6)).toEqual([1, 2, 1, 2, 1, 2].map((number) => `list plain ${number}`))
    expect(harness.lines).toEqual([
      '0 info Lost. Trying again in 0.5 s.',
      '500 info Later. Trying again in 2 s.',
    ])
  })

  it('makes longer and longer pauses, up to two minutes, where Atlas puts it off again and again', async () => {
    const list = Array.from({ length: 20 }, () => tryLater(1_000))
    const { outcome, harness } = played({ list: [...list, EMPTY], listSharded: [EMPTY] })
    expect(await outcome).toEqual([])
    // Half of each backoff: 1, 1, 2, 4, 8, 16 and 32 s, then a minute each.
    expect(harness.clock.now()).toBe(844_000)
  })

  it('bears an outage over both lists for five minutes', async () => {
    const listSharded = Array.from({ length: 100 }, () => lost())
    const list = [lost(), ...Array.from({ length: 100 }, () => EMPTY)]
    const { outcome, harness } = played({ list, listSharded })
    expect((await catchFailure(outcome)).message).toBe('Lost. It has been like this for 5 min.')
    expect(harness.clock.now()).toBe(300_500)
  })
})

describe('a list that does not end', () => {
  const ENDLESS = "The list of the cluster's snapshots does not end: its pages repeat, or are too many."
  /** 100 000 entries and more, one a page. */
  const pages = (count: number, totalCount: number) =>
    Array.from({ length: count }, (_, index) => page(range(index + 1, index + 1), totalCount))

  it.each([
    ['the same page again', [page(range(1, 2), 6), page(range(1, 2), 6)]],
    ['one of entries known from another', [page(range(1, 2), 6), page(range(3, 4), 6), page(range(2, 3), 6)]],
    ['the same full page, without a count', [page(range(1, 500), null), page(range(1, 500), null)]],
  ])('is read again from the start after %s', async (_, repeating) => {
    const good = [page(range(1, 2), 4), page(range(3, 4), 4)]
    const { outcome, harness, calls } = played({ list: [...repeating, ...good], listSharded: [EMPTY] })
    expect(ids(await outcome)).toEqual([1, 2, 3, 4])
    expect(harness.lines).toEqual([`0 info ${ENDLESS} Trying again in 0.5 s.`])
    expect(calls).toHaveLength(repeating.length + 3)
  })

  it('is read again where an entry comes twice, since another may have been passed over', async () => {
    const moved = [page(range(1, 2), 4), page(range(2, 3), 4)]
    const still = [page(range(0, 1), 4), page(range(2, 3), 4)]
    const { outcome, harness } = played({ list: [...moved, ...still], listSharded: [EMPTY] })
    expect(ids(await outcome)).toEqual([0, 1, 2, 3])
    expect(harness.lines).toEqual([
      "0 info The list of the cluster's snapshots changed while its pages were read. Trying again in 0.5 s.",
    ])
  })

  it('ends after 200 pages', async () => {
    const { outcome, harness } = played({ list: [...pages(200, 200), EMPTY], listSharded: [EMPTY] })
    expect(await outcome).toHaveLength(200)
    expect(harness.lines).toEqual([])
  })

  it('has too many pages after 200', async () => {
    const { outcome, harness } = played({ list: [...pages(200, 1_000), EMPTY], listSharded: [EMPTY] })
    expect(await outcome).toEqual([])
    expect(harness.lines).toEqual([`0 info ${ENDLESS} Trying again in 0.5 s.`])
  })

  it('fails as an outage does after five minutes', async () => {
    const list = Array.from({ length: 100 }, () => page(range(1, 2), 6))
    const { outcome } = played({ list })
    expect(await catchFailure(outcome)).toMatchObject({
      title: "The list of the cluster's snapshots cannot be read",
      message: `${ENDLESS} It has been like this for 5 min.`,
      remedy: 'Check base-url and the proxies between the runner and Atlas.',
    })
  })
})

describe('listing the snapshots of the emulated Atlas', () => {
  const listed = async (
    options: StepHarnessOptions,
    setUp: (harness: StepHarness) => void = () => undefined,
  ) => {
    const harness = new StepHarness(options)
    setUp(harness)
    const found = await listing(harness)
    return { harness, found }
  }

  it.each(['newest', 'oldest', 'shuffled'] as const)(
    'reads past 600 older snapshots, %s first',
    async (order) => {
      const { harness, found } = await listed({ atlas: { olderSnapshots: 600, list: { order } } }, (before) =>
        before.createOtherSnapshot(),
      )
      expect(new Set(found.map(({ id }) => id))).toEqual(
        new Set(harness.atlas.snapshots('demo').map(({ id }) => id)),
      )
      expect(found.filter(({ description }) => description === 'nightly')).toHaveLength(1)
      expect(harness.requests).toEqual([
        '0 list 1 401',
        '0 list 1 200',
        '0 list 2 200',
        '0 list sharded 1 200',
      ])
    },
  )

  it('misses none of 600 though the list shrinks while it is paged', async () => {
    const { harness, found } = await listed({ atlas: { olderSnapshots: 600, list: { shrinks: 1 } } })
    const left = harness.atlas.snapshots('demo').filter(({ deleted }) => !deleted)
    expect(left).toHaveLength(599)
    expect(new Set(found.map(({ id }) => id))).toEqual(new Set(left.map(({ id }) => id)))
    expect(harness.requests).toEqual([
      '0 list 1 401',
      '0 list 1 200',
      '0 list 2 200',
      '500 list 1 200',
      '500 list 2 200',
      '500 list sharded 1 200',
    ])
  })

  it.each(['demo', 'sharded'])(
    'of %s gets by with one list where Atlas refuses the other',
    async (cluster) => {
      const atlas = { list: { ofOtherKind: 'refused' as const } }
      const { found } = await listed({ cluster, atlas }, (harness) => harness.createOtherSnapshot())
      expect(found).toHaveLength(1)
    },
  )

  it('gives each snapshot once where both lists have it', async () => {
    const atlas = { list: { ofOtherKind: 'same' as const } }
    const { found } = await listed({ atlas }, (harness) => harness.createOtherSnapshot())
    expect(found).toHaveLength(1)
  })
})
