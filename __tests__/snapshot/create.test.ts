import { describe, expect, it } from '@jest/globals'
import type { AtlasOptions } from '../../emulator/atlas.js'
import { REQUEST } from '../../simulation/options.js'
import type { SnapshotPage } from '../../src/atlas/client.js'
import { RESPONSES } from '../../src/atlas/responses.js'
import { retryAfterTooLong } from '../../src/snapshot/reports.js'
import { mentioning } from '../support/played.js'
import {
  conflict,
  lost,
  nonAtlas,
  page,
  rejected,
  type Script,
  snapshot,
  snapshotId,
  throttled,
} from '../support/scripted-client.js'
import {
  FAST,
  firstList,
  MINUTE,
  SENT,
  StepHarness,
  type StepHarnessOptions,
  scriptedStep,
  TAG,
} from '../support/step-harness.js'
import { TITLES } from '../support/titles.js'

// The rows have the POSTs after which a step fails, the list that it cannot read, and the snapshot that it reuses.

/** Ends the step as soon as its snapshot is known. */
const NO_WAIT = { wait: false } as const
const REUSE = { ...NO_WAIT, reuseWithinMs: 60 * MINUTE } as const
const CONFLICT = 'create:400:code=UNFINISHED_ON_DEMAND_SNAPSHOT'
const own = snapshot({ id: snapshotId(2), description: SENT })

/** The requests of a step until it knows its snapshot, or fails. */
async function play(options: StepHarnessOptions, overrides: Parameters<StepHarness['obtain']>[0] = NO_WAIT) {
  const harness = new StepHarness(options)
  const { created } = await harness.obtain(overrides)
  return { requests: harness.requests, created, snapshots: harness.atlas.snapshots().length }
}

describe('1. with reuse-within-minutes, a step', () => {
  it.each([
    ['the cluster is rejected', { getCluster: rejected(403) }],
    ['the list is rejected', { list: rejected(404) }],
    ['a proxy responds instead of Atlas', { list: nonAtlas() }],
  ])('fails at once if %s', async (_, script) => {
    const harness = scriptedStep(script)
    expect(await harness.obtainFailure(REUSE)).toMatchObject({ left: 'nothing' })
    expect(harness.clock.now()).toBe(0)
  })
})

describe('2. a POST', () => {
  it('that Atlas accepts creates the requested snapshot, and nothing else is read', async () => {
    const harness = new StepHarness()
    const options = { ...NO_WAIT, request: { ...REQUEST, retentionInDays: 3 } }
    expect(await harness.obtain(options)).toMatchObject({ created: true })
    expect(harness.requests).toStrictEqual(['0 create 200'])
    expect(harness.atlas.snapshots()).toMatchObject([{ description: SENT, retentionInDays: 3 }])
  })

  it('whose response says completed proves no end', async () => {
    const create = { ...own, status: 'completed', createdAt: '2026-08-10T03:00:00Z' }
    const { snapshot } = await scriptedStep({ create }).obtain(NO_WAIT)
    expect(snapshot).toMatchObject({ status: 'inProgress', createdAt: undefined })
  })
})

describe('3. after a failed POST, a step', () => {
  it.each([
    ['5 s later', 'create:502', 5_000],
    ['after Retry-After if that is longer', 'create:503:retry-after=7', 7_000],
    ['after the backoff if it was not executed', 'create:429', 500],
    ['after all of Retry-After', 'create:429:retry-after=600', 600_000],
  ])('that the list does not show, sends another one right after the list, %s', async (_, fault, at) => {
    const { requests } = await play({ faults: [fault] })
    expect(requests.slice(1)).toStrictEqual([...firstList(at), `${at} create 200`])
  })

  it.each([
    ['a redirect', 'redirect=https://portal.example/', 'maybe'],
    ['a missing role', '401:code=USER_UNAUTHORIZED', 'nothing'],
    ['a proxy that refuses', 'html=407', 'nothing'],
    ['a Retry-After beyond the deadline', '429:retry-after=3600', 'nothing'],
  ])('that no other can follow, fails at once without the list: %s', async (_, effect, left) => {
    const harness = new StepHarness({ faults: [`create:${effect}`] })
    expect(await harness.obtainFailure()).toMatchObject({ left })
    expect(harness.requests).toHaveLength(1)
    expect(harness.clock.now()).toBe(0)
  })

  it('whose Retry-After ends 1 ms before the deadline, reads the list for the last time', async () => {
    const harness = scriptedStep({ create: throttled(3_599_999), list: page([]) })
    expect(await harness.obtainFailure()).toMatchObject({ title: TITLES.timedOut, left: 'nothing' })
    expect(harness.calls.at(-1)).toBe('list replicaSet 1')
    expect(harness.lines).toContainEqual(mentioning('Reading the list', 'in 59 min 58 s'))
  })

  it.each(['html=403', '503:retry-after=3600'])(
    'that no other can follow but might have been executed, reads the list after 5 s: %s',
    async (effect) => {
      expect(await play({ faults: [`create:${effect}:executed`] })).toMatchObject({ created: true })
      const harness = new StepHarness({ faults: [`create:${effect}`] })
      expect(await harness.obtainFailure()).toMatchObject({ left: 'maybe' })
      expect(harness.requests.slice(1)).toStrictEqual(firstList(5_000))
      expect(harness.clock.now()).toBe(5_000)
    },
  )

  it('that is rejected after a lost one, reads the list 5 s later', async () => {
    const faults = ['create:reset:executed', 'create:402']
    const found = await play({ faults, atlas: { list: { lagSeconds: 6 } } })
    expect(found).toMatchObject({ created: true, snapshots: 1 })
    expect(found.requests.at(-1)).toBe('10000 list 200')
  })

  const REJECTED = ['create:reset', 'create:402'] as const

  it.each<[string, readonly string[], number, number]>([
    ['the list does not show it', [], MINUTE, 10],
    ['the list is not answered for a minute', ['list:503:skip=1:times=always'], 60 * MINUTE, 70],
    ['the list is throttled for longer', ['list:429:retry-after=90:skip=1:times=always'], 60 * MINUTE, 70],
    ['the deadline comes first', ['list:429:skip=1:times=always'], 30_000, 30],
  ])(
    'that is rejected after a lost one, reports that rejection if %s',
    async (_, faults, timeoutMs, seconds) => {
      const harness = new StepHarness({ faults: [...REJECTED, ...faults] })
      expect(await harness.obtainFailure({ timeoutMs })).toMatchObject({
        title: RESPONSES.paymentRequired.title,
        left: 'maybe',
        remedy: RESPONSES.paymentRequired.remedy,
      })
      expect(Math.round(harness.clock.now() / 1000)).toBe(seconds)
      const status = faults[0]?.split(':')[1]
      if (status !== undefined) expect(harness.lines.at(-1)).toStrictEqual(mentioning(`HTTP ${status}`))
    },
  )

  it('that is rejected after a lost one, reports a cancellation with that rejection', async () => {
    const faults = [...REJECTED, 'list:503:skip=1:times=always']
    const failure = await new StepHarness({ faults, cancelAt: 20_000 }).obtainFailure()
    expect(failure).toMatchObject({ title: TITLES.canceled, message: mentioning('HTTP 402') })
  })

  it.each([
    ['rejected', 'cluster:403:times=2', 'list:401:code=USER_UNAUTHORIZED'],
    ['refused by a proxy', 'cluster:html=407', 'list:html=407'],
    ['answered by a proxy', 'cluster:html=403', 'list:html=404'],
    ['not answered', 'cluster:503', 'list:reset'],
  ])('finds its snapshot although the list is first %s', async (_, ...faults) => {
    const found = await play({ faults: ['create:reset:executed', ...faults] })
    expect(found).toMatchObject({ created: true, snapshots: 1 })
  })
})

// On a busy machine, a response can come before the timer of the deadline.
it('a POST without Retry-After that fails at the deadline was asked for no wait', () =>
  new StepHarness().within(0, async ({ deadline }) => {
    for (const error of [lost(), throttled(0)]) expect(retryAfterTooLong(error, deadline)).toBeUndefined()
    expect(retryAfterTooLong(throttled(1), deadline)?.message).toStrictEqual(mentioning('requires a wait'))
  }))

describe('4. the list decides, so a step', () => {
  it.each<[string, AtlasOptions]>([
    ['6 s', { list: { lagSeconds: 6 } }],
    ['30 s', { list: { lagSeconds: 30 } }],
    ['its end after 99 s', { secondsToCompleted: 99, list: { hidesUnfinished: true } }],
    ['its end after 540 s', { secondsToCompleted: 540, list: { hidesUnfinished: true } }],
  ])('finds its own snapshot if the list shows it only after %s, even with fail', async (_, atlas) => {
    for (const onConflict of ['wait', 'fail'] as const) {
      const options = { ...NO_WAIT, onConflict, pollIntervalMs: undefined }
      const found = await play({ faults: ['create:reset:executed'], atlas }, options)
      expect(found).toMatchObject({ created: true, snapshots: 1 })
    }
  })

  // The end with wait and with fail, then both if an earlier POST was lost, with the time in seconds.
  it.each<[string, StepHarnessOptions, string]>([
    [
      'another one is in progress',
      { othersAt: [0], atlas: { secondsToCompleted: 60 } },
      'creates 61, fails 1, creates 60, doubts 6',
    ],
    ['nothing is in progress', { faults: [CONFLICT] }, 'creates 1, fails 1, creates 605, doubts 605'],
    ['lists fail', { faults: [CONFLICT, 'list:503:times=always'] }, 'ends 301, ends 301, ends 306, ends 306'],
    ['it is final', { faults: [`${CONFLICT}:retry-after=3600`] }, 'fails 0, fails 0, doubts 10, doubts 10'],
    [
      'a list before it has shown another one, which ends right after it',
      { othersAt: [-54_500], atlas: { secondsToInProgress: 60, secondsToCompleted: 60 } },
      'creates 7, fails 1, creates 6, doubts 6',
    ],
  ])('follows on-conflict after a conflict if %s', async (_, more, expected) => {
    const runs = [[], ['create:reset']].flatMap((faults) =>
      (['wait', 'fail'] as const).map(async (onConflict) => {
        const harness = new StepHarness({ ...more, faults: [...faults, ...(more.faults ?? [])] })
        const end = await harness.obtain({ ...NO_WAIT, onConflict }).then(
          () => 'creates',
          ({ title, message }) =>
            title === TITLES.conflict ? (message.includes(TAG) ? 'doubts' : 'fails') : 'ends',
        )
        return `${end} ${Math.round(harness.clock.now() / 1000)}`
      }),
    )
    expect((await Promise.all(runs)).join(', ')).toBe(expected)
  })

  const scheduled = snapshot({ id: snapshotId(3), snapshotType: 'scheduled', status: 'inProgress' })
  const odd = page([snapshot({ status: 'pondering' }), scheduled])

  it.each<[string, readonly SnapshotPage[]]>([
    ['before the conflict', [odd, page([])]],
    ['after it', [page([]), odd]],
  ])('takes ten minutes also if a list shows only one that proves nothing %s', async (_, first) => {
    const list = [...first, page([]), page([]), page([])]
    const harness = scriptedStep({ create: [lost(), conflict(), own], list })
    await harness.obtain({ ...NO_WAIT, pollIntervalMs: 5 * MINUTE })
    expect(harness.clock.now()).toBe(605_000)
  })

  it('takes the ten minutes once', async () => {
    const { requests } = await play({ faults: ['create:reset', `${CONFLICT}:times=2`] })
    expect(requests.at(-1)).toBe('607000 create 200')
  })

  it('sends the next POST after these ten minutes although the poll interval is longer', async () => {
    const { requests } = await play(
      { faults: ['create:reset', CONFLICT] },
      { ...NO_WAIT, pollIntervalMs: 50 * MINUTE },
    )
    expect(requests.at(-1)).toBe('605000 create 200')
  })

  it('waits until the list shows no other snapshot in progress, and only then sends the POST again', async () => {
    const faults = [`${CONFLICT}:skip=1`]
    const harness = new StepHarness({ atlas: FAST, othersAt: [0, 5_500], faults })
    expect(await harness.obtain(NO_WAIT)).toMatchObject({ created: true })
    expect(harness.requests).toStrictEqual([
      '0 create 400',
      ...firstList(500),
      ...[2_500, 4_500, 6_500, 8_500, 10_500].map((at) => `${at} list 200`),
      // The backoff continues.
      ...['10500 create 400', '11500 list 200', '11500 create 200'],
    ])
    expect(harness.phases).toContainEqual('500 waiting for another snapshot')
    expect(harness.lines.filter((line) => line.includes('OTHER'))).toHaveLength(2)
  })

  it.each([
    ['rejected', ['list:403:skip=1']],
    ['not readable for more than 5 min', ['list:503:skip=1:times=25']],
  ])('waits although the list is %s meanwhile', async (_, faults) => {
    const { created } = await play({ atlas: { secondsToCompleted: 60 }, othersAt: [0], faults })
    expect(created).toBe(true)
  })

  it('repeats the POST after the backoff if the list shows nothing in progress', async () => {
    const { requests } = await play({ faults: [`${CONFLICT}:times=4`] })
    const times = [500, 1_500, 3_500, 7_500]
    expect(requests.filter((request) => /list|create 200/.test(request))).toStrictEqual([
      ...times.map((at) => `${at} list 200`),
      '7500 create 200',
    ])
  })

  it.each([
    ['one with an unknown status', { status: 'pondering' }, 2],
    ['a scheduled one', { snapshotType: 'scheduled' }, 1],
    ['a failed one', { status: 'failed' }, 1],
  ])('takes %s for in progress or not', async (_, fields, lists) => {
    const harness = scriptedStep({ create: [conflict(), own], list: [page([snapshot(fields)]), page([])] })
    await harness.obtain(NO_WAIT)
    expect(harness.calls.filter((call) => call.startsWith('list'))).toHaveLength(lists)
  })
})

describe('5. the last read, 2 s before the deadline,', () => {
  it('can find the snapshot if Retry-After ends later', async () => {
    const faults = ['create:503:executed:retry-after=59']
    const harness = new StepHarness({ faults, atlas: { list: { lagSeconds: 40 } } })
    expect(await harness.obtain({ ...NO_WAIT, timeoutMs: MINUTE })).toMatchObject({ created: true })
    expect(harness.requests.at(-1)).toBe('58000 list 200')
  })

  it.each<[string, readonly string[], number, number | undefined]>([
    ['after a POST', ['create:reset'], 6_000, 4_000],
    ['of a list that fails', ['create:429', 'list:503:times=always'], 10_000, 8_000],
    ['for another snapshot', [], 10_000, 8_000],
    ['in a step of 2 s', ['create:reset'], 2_000, undefined],
  ])('cuts the sleep %s, and no other request follows', async (_, faults, timeoutMs, lastListAt) => {
    const harness = new StepHarness({ faults, othersAt: faults.length === 0 ? [0] : [] })
    expect(await harness.obtainFailure({ timeoutMs, pollIntervalMs: 4_500 })).toMatchObject({
      title: TITLES.timedOut,
    })
    const last = harness.requests.at(-1)
    if (lastListAt === undefined) expect(last).toBe('0 create 0')
    else expect(last).toMatch(new RegExp(`^${lastListAt} list`))
    expect(harness.clock.now()).toBe(timeoutMs)
  })
})

it('no POST starts after a list to reuse one that ended after the last read', async () => {
  const harness = new StepHarness({ faults: ['list:delay=1000'] })
  expect(await harness.obtainFailure({ ...REUSE, timeoutMs: 2_500 })).toMatchObject({ left: 'nothing' })
  expect(harness.requests).toStrictEqual(firstList(0))
})

describe('6. the report of a step that created no snapshot', () => {
  it.each<[string, StepHarnessOptions, string, string]>([
    ['POST', { faults: ['create:reset', 'create:429:times=always'] }, 'maybe', 'HTTP 429'],
    ['list', { faults: ['create:429', 'list:503:times=always'] }, 'nothing', 'HTTP 503'],
    ['later list', { faults: ['list:502:skip=1:times=always'], othersAt: [0] }, 'nothing', 'HTTP 502'],
  ])('tells what failed last at the deadline, for example a %s', async (_, options, left, fact) => {
    const harness = new StepHarness(options)
    expect(await harness.obtainFailure({ timeoutMs: 32_000 })).toMatchObject({
      title: TITLES.timedOut,
      left,
      message: mentioning(fact),
    })
    expect(harness.clock.now()).toBe(32_000)
  })

  it.each<[string, readonly string[], StepHarnessOptions]>([
    ['has ended meanwhile', ['timeout-minutes'], { othersAt: [0], atlas: { secondsToCompleted: 7 } }],
    ['is still in progress', ['OTHER', 'one is in progress'], { othersAt: [0] }],
    ['was never shown', ['one is in progress'], { faults: [`${CONFLICT}:times=always`] }],
  ])('tells at the deadline what a step did last if another one %s', async (_, expected, options) => {
    const failure = await new StepHarness(options).obtainFailure({ timeoutMs: 10_000 })
    expect(failure).toMatchObject({ title: TITLES.timedOut, left: 'nothing' })
    const text = `${failure.message} ${failure.remedy}`
    const facts = ['timeout-minutes', 'OTHER', 'one is in progress'].filter((each) => text.includes(each))
    expect(facts).toStrictEqual(expected)
  })

  it.each([
    ['before the list, after which no POST can follow', 'HTTP 403', ['create:html=403']],
    ['during a repeated POST', 'HTTP 503', ['create:503', 'create:hang']],
  ])('tells what failed before if it is canceled %s', async (_, fact, faults) => {
    const harness = new StepHarness({ faults, cancelAt: faults.length === 1 ? 2_000 : 8_000 })
    expect(await harness.obtainFailure()).toMatchObject({
      title: TITLES.canceled,
      left: 'maybe',
      message: mentioning(fact),
    })
  })

  it.each<[string, string, Script]>([
    ['in a POST', 'maybe', { create: new TypeError('no') }],
    ['in a list', 'nothing', { create: throttled(1_000), list: new TypeError('no') }],
  ])('has a bug, and whether a snapshot might exist: %s', async (_, left, script) => {
    expect(await scriptedStep(script).obtainFailure()).toMatchObject({
      title: TITLES.internalError,
      left,
      message: mentioning('no'),
    })
  })
})
