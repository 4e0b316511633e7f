import { describe, expect, it } from '@jest/globals'
import { readList } from '../../src/snapshot/list.js'
import { mentioning } from '../support/played.js'
import { cluster, type Pages, snapshot, snapshotId } from '../support/scripted-client.js'
import { MINUTE, StepHarness, scriptedStep } from '../support/step-harness.js'
import { TITLES } from '../support/titles.js'

/** This many snapshots, starting with the number. */
const entries = (count: number, first = 1) =>
  Array.from({ length: count }, (_, index) => snapshot({ id: snapshotId(first + index) }))

/** Reads the list of a cluster. */
function read(pages: Pages, isSharded = false) {
  const sharded = { getCluster: cluster({ clusterType: 'SHARDED' }), listSharded: pages }
  const harness = scriptedStep(isSharded ? sharded : { list: pages })
  return { outcome: harness.within(MINUTE, readList), calls: harness.calls }
}

describe('the list', () => {
  it.each<[string, Pages & object, number]>([
    ['that is empty', [[]], 0],
    ['that is shorter than a page', [entries(499)], 499],
    ['that fills a page', [entries(500), []], 500],
    ['of 600 snapshots', [entries(500), entries(100, 501)], 600],
  ])('%s is read up to a page that is not full', async (_, pages, count) => {
    const { outcome, calls } = read(pages)
    expect((await outcome).map(({ id }) => Number.parseInt(id, 16))).toStrictEqual(
      Array.from({ length: count }, (_, index) => index + 1),
    )
    const numbers = pages instanceof Error ? [] : pages.map((_, index) => index + 1)
    expect(calls).toStrictEqual(['get cluster', ...numbers.map((number) => `list replicaSet ${number}`)])
  })

  it('of a sharded cluster has no pages, also with more entries than a call has arguments', async () => {
    const { outcome, calls } = read([entries(130_000)], true)
    expect(await outcome).toHaveLength(130_000)
    expect(calls).toStrictEqual(['get cluster', 'list shardedCluster 1'])
  })

  it('has a maximum of pages', async () => {
    const pages = Array.from({ length: 100 }, () => entries(500))
    expect(await read([...pages.slice(1), []]).outcome).toHaveLength(49_500)
    const { outcome, calls } = read(pages)
    await expect(outcome).rejects.toMatchObject({
      ...{ meaning: 'unknown', help: { title: TITLES.unreadableList } },
      message: mentioning('demo', '100 pages'),
    })
    expect(calls.at(-1)).toBe('list replicaSet 100')
  })
})

it('a step finds its snapshot among 600, reading the list again from the first page if a later one fails', async () => {
  const faults = ['create:reset:executed', 'list:503:skip=1']
  const harness = new StepHarness({ faults, atlas: { olderSnapshots: 600 } })
  expect(await harness.obtain({ wait: false })).toMatchObject({ created: true })
  expect(harness.requests).toStrictEqual([
    '0 create 0',
    '7500 cluster 200',
    ...['7500 list 200', '7500 list 503'],
    ...['15000 list 200', '15000 list 200'],
  ])
})
