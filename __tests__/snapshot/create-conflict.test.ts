import { describe, expect, it } from '@jest/globals'
import { mentioning } from '../support/played.js'
import { conflict, losses, page, rejected, snapshot, snapshotId } from '../support/scripted-client.js'
import { FAST, firstLists, lists, polls, SENT, StepHarness, scriptedStep } from '../support/step-harness.js'

const own = snapshot({ id: snapshotId(2), description: SENT })
const nightly = (status: string) => snapshot({ status, description: 'nightly' })
/** Ends the step as soon as its snapshot is known. */
const NO_WAIT = { wait: false } as const

describe('on-conflict: wait', () => {
  it('waits for each other snapshot, reads the lists, and only then sends the POST again', async () => {
    const harness = new StepHarness({ atlas: FAST, othersAt: [0, 5_500] })
    expect(await harness.obtain(NO_WAIT)).toMatchObject({ created: true })
    expect(harness.requests).toStrictEqual([
      '0 create 400',
      ...firstLists(0),
      ...polls(2_000, 4_000, 6_000),
      ...lists(6_000),
      ...polls(8_000, 10_000, 12_000),
      ...lists(12_000),
      '12000 create 200',
    ])
    expect(harness.activities).toContainEqual('0 conflict')
  })

  // A new snapshot can be listed before Atlas finds it.
  it('sends no POST while a list shows another one in progress, although Atlas does not find it', async () => {
    const gone = rejected(404, 'SNAPSHOT_NOT_FOUND')
    const listed = page([nightly('queued')])
    const list = [listed, listed, page([])]
    const harness = scriptedStep({ create: [conflict(), own], list, get: gone })
    expect(await harness.obtain(NO_WAIT)).toMatchObject({ snapshot: own, created: true })
    expect(harness.clock.now()).toBe(4_000)
  })

  it('outlasts an outage of more than five minutes while it waits, but not after the wait', async () => {
    const list = [page([nightly('queued')]), ...losses(100)]
    const get = [...losses(40), nightly('completed')]
    const harness = scriptedStep({ create: conflict(), list, get })
    expect(await harness.obtainFailure()).toMatchObject({
      left: 'nothing',
      message: mentioning('Lost.', '5 min'),
    })
    expect(harness.clock.now()).toBeGreaterThan(500_000 + 300_000)
  })

  it.each(['GROUP_NOT_FOUND', 'CLUSTER_NOT_FOUND', 'BACKUP_CONFIG_NOT_FOUND'])(
    'does not take a 404 with %s for the end of another snapshot',
    async (code) => {
      const harness = new StepHarness({ faults: [`get:404:code=${code}`], othersAt: [0] })
      expect(await harness.obtainFailure()).toMatchObject({ message: mentioning(code) })
    },
  )

  it('starts the backoff anew after each wait', async () => {
    const ended = page([nightly('completed')])
    const harness = scriptedStep({
      create: [...Array(4).fill(conflict()), own],
      list: [page([]), page([]), page([nightly('queued')]), ended, ended],
      get: nightly('completed'),
    })
    await harness.obtain(NO_WAIT)
    // After 0, 0.5, and 1 s of backoff and the wait of 2 s, the next backoff is 0 s again.
    expect(harness.clock.now()).toBe(1_500 + 2_000)
  })
})

it('on-conflict: reuse and fail use another snapshot, or name it', async () => {
  const other = nightly('inProgress')
  const script = { create: conflict(), list: page([other]) }
  const reused = await scriptedStep(script).obtain({ ...NO_WAIT, onConflict: 'reuse' })
  expect(reused).toStrictEqual({ snapshot: other, created: false })
  expect(await scriptedStep(script).obtainFailure({ onConflict: 'fail' })).toMatchObject({
    left: 'nothing',
    message: mentioning('Conflict.', other.id),
  })
})

describe('a conflict without another snapshot to be seen', () => {
  it('is followed by POSTs if the lists hide what is in progress', async () => {
    const atlas = { ...FAST, list: { hidesUnfinished: true }, olderSnapshots: 1 }
    const harness = new StepHarness({ atlas, othersAt: [0] })
    await harness.obtain(NO_WAIT)
    expect(harness.requests).toStrictEqual([
      '0 create 400',
      ...firstLists(0),
      '0 create 400',
      ...[500, 1_500, 3_500].flatMap((at) => [...lists(at), `${at} create 400`]),
      ...lists(7_500),
      '7500 create 200',
    ])
  })

  it('is followed by no POST after a lost one, but by polls since the conflict', async () => {
    const harness = new StepHarness({
      faults: ['create:429:retry-after=300', 'create:reset:executed'],
      atlas: { list: { lagSeconds: 15 } },
    })
    await harness.obtain({ ...NO_WAIT, pollIntervalMs: undefined })
    // Since the start of the step, the interval would be 6 s.
    const polled = [306_000, 310_000, 313_000, 316_000].flatMap(lists)
    expect(harness.requests.slice(-10)).toStrictEqual(['305000 create 400', ...polled, ...polls(316_000)])
    expect(harness.atlas.snapshots()).toHaveLength(1)
  })
})
