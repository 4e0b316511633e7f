import { describe, expect, it } from '@jest/globals'
import { TITLES } from '../../src/titles.js'
import { mentioning } from '../support/played.js'
import {
  conflict,
  lost,
  page,
  scriptedClient,
  snapshot,
  snapshotId,
  throttled,
} from '../support/scripted-client.js'
import {
  FAST,
  lists,
  MINUTE,
  post,
  StepHarness,
  type StepHarnessOptions,
  TAG,
} from '../support/step-harness.js'

const RESET = 'read ECONNRESET'
const policies = ['wait', 'reuse', 'fail'] as const

describe('a POST that Atlas accepts', () => {
  it('creates the requested snapshot', async () => {
    const harness = new StepHarness()
    const { snapshot: own, created } = await harness.createSnapshot({ retentionInDays: 3 })
    expect(created).toBe(true)
    expect(harness.requests).toEqual(post(0))
    expect(harness.lines).toEqual([])
    expect(harness.atlas.snapshots()).toMatchObject([
      { id: own.id, description: `before deploy ${TAG}`, retentionInDays: 3 },
    ])
  })

  it('is resent immediately, without reading the lists, if its nonce is stale', async () => {
    const harness = new StepHarness({ faults: ['create:stale:times=3'] })
    await harness.createSnapshot()
    expect(harness.requests).toEqual([...post(0, 401), '0 create 401', '0 create 401', '0 create 200'])
  })
})

describe('a POST that Atlas rejects', () => {
  it.each([
    ['400:code=INVALID_ATTRIBUTE', 400, TITLES.badRequest, 'INVALID_ATTRIBUTE'],
    ['401:code=USER_UNAUTHORIZED', 401, TITLES.missingRole, 'USER_UNAUTHORIZED'],
    ['401:code=NOT_IN_GROUP', 401, TITLES.missingRole, 'NOT_IN_GROUP'],
    ['unauthorized', 401, TITLES.invalidApiKey, 'UNEXPECTED_ERROR'],
    ['402', 402, TITLES.paymentRequired, 'UNEXPECTED_ERROR'],
    ['403', 403, TITLES.forbidden, 'UNEXPECTED_ERROR'],
    ['404:code=CLUSTER_NOT_FOUND', 404, TITLES.clusterNotFound, 'CLUSTER_NOT_FOUND'],
    ['405', 405, TITLES.requestRejected, 'UNEXPECTED_ERROR'],
    ['406', 406, TITLES.unsupportedApiVersion, 'UNEXPECTED_ERROR'],
    ['410', 410, TITLES.unsupportedApiVersion, 'UNEXPECTED_ERROR'],
    ['422', 422, TITLES.requestRejected, 'UNEXPECTED_ERROR'],
  ])('fails the step immediately: %s', async (effect, status, title, code) => {
    const harness = new StepHarness({ faults: [`create:${effect}`] })
    expect(await harness.createFailure()).toMatchObject({
      title,
      left: 'nothing',
      message: mentioning(`HTTP ${status}`, code),
    })
    expect(harness.posts).toEqual(post(0, status))
    expect(harness.lines).toEqual([])
  })

  it('fails the step if all nonces are stale', async () => {
    const harness = new StepHarness({ faults: ['create:stale:times=always'] })
    expect(await harness.createFailure()).toMatchObject({ title: TITLES.nonceRejected, left: 'nothing' })
    expect(harness.requests).toEqual([...post(0, 401), '0 create 401', '0 create 401', '0 create 401'])
  })
})

describe('a POST that was not executed', () => {
  it.each([
    ['429:retry-after=7', 429, 7_000],
    ['429:retry-after=Mon, 10 Aug 2026 03:26:51 GMT', 429, 9_000],
    ['429', 429, 500],
    ['429:retry-after=soon', 429, 500],
    ['405:code=WRITES_NOT_ALLOWED_DURING_APP_UPGRADES:retry-after=30', 405, 30_000],
  ])(
    'is repeated after Retry-After or the backoff, after reading the lists: %s',
    async (effect, status, at) => {
      const harness = new StepHarness({ faults: [`create:${effect}`] })
      await harness.createSnapshot()
      expect(harness.requests).toEqual([...post(0, status), ...lists(at), ...post(at)])
    },
  )

  it('is repeated if there was no connection', async () => {
    const harness = new StepHarness()
    harness.goOffline(0, 1_000)
    await harness.createSnapshot()
    expect(harness.requests).toEqual([
      '0 create connect ECONNREFUSED',
      '500 list 1 connect ECONNREFUSED',
      '1000 list 1 401',
      ...lists(1_000),
      ...post(1_000),
    ])
  })

  it.each(['503', 'reset', 'hang', 'html', 'null'])(
    'creates no snapshot if the response to its first request, without credentials, is lost: %s',
    async (effect) => {
      const harness = new StepHarness({ faults: [`create:${effect}:unauthenticated:times=always`] })
      expect(await harness.createFailure({}, 40_000)).toMatchObject({
        title: TITLES.timedOut,
        left: 'nothing',
      })
      expect(harness.lines.join()).not.toContain(TAG)
    },
  )

  it('fails the step immediately if Retry-After exceeds the deadline', async () => {
    const harness = new StepHarness({ faults: ['create:429:retry-after=60'] })
    expect(await harness.createFailure({}, MINUTE)).toMatchObject({
      title: TITLES.rateLimited,
      left: 'nothing',
      message: mentioning('HTTP 429', '1 min'),
      remedy: mentioning('timeout-minutes'),
    })
    expect(harness.requests).toEqual(post(0, 429))
    expect(harness.clock.now()).toBe(0)
  })
})

const LOST = [
  ['reset', RESET, 0],
  ['hang', 'aborted', 30_000],
  ['408', 408, 0],
  ['500', 500, 0],
  ['502', 502, 0],
  ['503', 503, 0],
  ['504', 504, 0],
  ['html=502', 502, 0],
  ['html=200', 200, 0],
  ['null', 200, 0],
  ['shape', 200, 0],
] as const

describe('a POST that might have been executed', () => {
  it.each([
    ...LOST.map(([effect, outcome, lostAt]) => [`${effect}:executed`, outcome, lostAt] as const),
    ['cut', RESET, 0],
    ['drip=1000', 'aborted', 30_000],
  ] as const)('and was executed is found in the lists: %s', async (effect, outcome, lostAt) => {
    const harness = new StepHarness({ faults: [`create:${effect}`] })
    expect(await harness.createSnapshot()).toMatchObject({
      created: true,
      mayHaveOrphan: false,
      snapshot: { description: `before deploy ${TAG}` },
    })
    expect(harness.requests).toEqual([...post(0, outcome), ...lists(lostAt)])
    expect(harness.lines).toEqual([mentioning(TAG), mentioning(TAG, 'OWN')])
    expect(harness.atlasSnapshots).toEqual([mentioning('OWN')])
  })

  it.each(LOST)('and was not executed is repeated after 5 s: %s', async (effect, outcome, lostAt) => {
    const harness = new StepHarness({ faults: [`create:${effect}`] })
    expect(await harness.createSnapshot()).toMatchObject({ created: true, mayHaveOrphan: false })
    const again = lostAt + 5_000
    expect(harness.requests).toEqual([...post(0, outcome), ...lists(lostAt), ...lists(again), ...post(again)])
    expect(harness.activities).toEqual(['0 request', `${again} request`])
    expect(harness.lines).toEqual([mentioning(TAG), mentioning(TAG)])
    expect(harness.atlasSnapshots).toHaveLength(1)
  })

  it.each<[string, StepHarnessOptions]>([
    ['the list lags', { faults: ['create:reset:executed'], atlas: { list: { lagSeconds: 3 } } }],
    ['it is executed late', { faults: ['create:late=4'] }],
  ])('is found after 5 s if %s', async (_, options) => {
    const harness = new StepHarness(options)
    await harness.createSnapshot()
    expect(harness.requests).toEqual([...post(0, RESET), ...lists(0), ...lists(5_000)])
    expect(harness.atlasSnapshots).toEqual([`OWN queued: before deploy ${TAG}`])
  })

  it.each(['newest', 'oldest', 'shuffled'] as const)(
    'is found among 600 other snapshots: %s',
    async (order) => {
      const harness = new StepHarness({
        faults: ['create:reset:executed'],
        atlas: { olderSnapshots: 600, list: { order } },
      })
      expect(await harness.createSnapshot()).toMatchObject({ created: true })
      const pages = ['0 list 1 200', '0 list 2 200', '0 list sharded 1 200']
      expect(harness.requests).toEqual([...post(0, RESET), ...pages])
    },
  )

  it('is found in the list of sharded clusters', async () => {
    const harness = new StepHarness({ faults: ['create:reset:executed'], cluster: 'sharded' })
    expect((await harness.createSnapshot()).snapshot.type).toBe('shardedCluster')
    expect(harness.requests).toEqual([...post(0, RESET), ...lists(0)])
  })

  it('is not confused with a snapshot that has another tag', async () => {
    const harness = new StepHarness({ faults: ['create:reset'], atlas: { secondsToCompleted: 1 } })
    harness.createOtherSnapshot({ description: 'before deploy [as-0a1b2c3e]' })
    const { snapshot: own } = await harness.createSnapshot()
    expect(harness.named(own.id)).toBe('OWN')
    expect(harness.posts.slice(-2)).toEqual(post(5_000))
  })

  it('is repeated after at least 5 s, and not later because of slow lists', async () => {
    const harness = new StepHarness({ faults: ['create:reset'], latencyMs: 3_000 })
    await harness.createSnapshot()
    expect(harness.requests).toEqual([
      '0 create 401',
      `3000 create ${RESET}`,
      '6000 list 1 200',
      '9000 list sharded 1 200',
      '12000 list 1 200',
      '15000 list sharded 1 200',
      '18000 create 401',
      '21000 create 200',
    ])
  })

  it('is repeated after growing delays of at least 5 s', async () => {
    const harness = new StepHarness({ faults: ['create:503:times=6'] })
    await harness.createSnapshot()
    expect(harness.posts).toEqual([
      ...[0, 5, 10, 15, 20, 28].flatMap((seconds) => post(seconds * 1_000, 503)),
      ...post(43_000),
    ])
  })

  it('is searched for until both lists can be read without an error', async () => {
    const harness = new StepHarness({
      faults: ['create:reset:executed', 'list:503:times=3', 'list-sharded:reset:times=2'],
    })
    await harness.createSnapshot()
    expect(harness.requests).toEqual([
      ...post(0, RESET),
      ...[0, 500, 1_500].map((at) => `${at} list 1 503`),
      ...[3_500, 7_500].flatMap((at) => [`${at} list 1 200`, `${at} list sharded 1 ${RESET}`]),
      ...lists(15_500),
    ])
  })
})

describe('an outage while a snapshot is created', () => {
  it('of the lists does not count toward the outage of the POST', async () => {
    const harness = new StepHarness({
      faults: ['create:503', 'list:503:times=14', 'create:503'],
    })
    expect(await harness.createSnapshot()).toMatchObject({ created: true })
  })

  it('lasts at least until the Retry-After of a 503', async () => {
    const harness = new StepHarness({ faults: ['create:503:retry-after=20'] })
    await harness.createSnapshot()
    expect(harness.posts).toEqual([...post(0, 503), ...post(20_000)])
  })

  it.each([
    ['of the lists', ['create:reset:executed', 'list:503:times=always'], 'maybe', 'HTTP 503', 300_500],
    ['of POSTs, though the lists respond', ['create:503:times=always'], 'maybe', 'HTTP 503', 313_000],
    ['of every connection', [], 'nothing', 'ECONNREFUSED', 301_000],
  ])('fails the step after five minutes: %s', async (_, faults, left, cause, endsAt) => {
    const harness = new StepHarness({ faults })
    if (faults.length === 0) harness.goOffline(0, 1e9)
    expect(await harness.createFailure()).toMatchObject({
      title: left === 'maybe' ? TITLES.invalidResponse : TITLES.unreachable,
      left,
      message: mentioning(cause, '5 min'),
    })
    expect(harness.clock.now()).toBe(endsAt)
  })

  it('can last another five minutes after Atlas throttles a POST', async () => {
    const faults = ['create:503:times=9', 'create:429', 'create:503:times=always']
    const harness = new StepHarness({ faults })
    await harness.createFailure()
    expect(harness.posts.slice(16, 22)).toEqual([
      ...post(73_000, 503),
      ...post(88_000, 429),
      ...post(148_000, 503),
    ])
    expect(harness.clock.now()).toBe(448_000)
  })
})

describe('a POST with an untrusted response', () => {
  const evil = 'redirect=https://evil.example/x'

  it.each([
    [`${evil}:status=307`, 2, TITLES.redirect, 'maybe', 'https://evil.example/x'],
    ['huge', 2, TITLES.responseTooLarge, 'maybe', '8.00 MiB'],
    [`${evil}:unauthenticated`, 1, TITLES.redirect, 'nothing', 'HTTP 302'],
    ['407:unauthenticated', 1, TITLES.proxyAuthentication, 'nothing', 'HTTP 407'],
  ])('fails the step immediately: %s', async (effect, requests, title, left, fact) => {
    const harness = new StepHarness({ faults: [`create:${effect}`] })
    expect(await harness.createFailure()).toMatchObject({ title, left, message: mentioning(fact) })
    expect(harness.requests).toHaveLength(requests)
    expect(harness.clock.now()).toBe(0)
  })
})

describe('a snapshot that might exist', () => {
  const { forbidden, timedOut } = TITLES

  it.each([
    ['a rejection', ['create:reset', 'create:403'], forbidden, 'HTTP 403', 5_000],
    ['a rejection of the lists', ['create:reset:executed', 'list:403'], forbidden, 'HTTP 403', 0],
    ['throttled POSTs', ['create:reset', 'create:429:times=always'], timedOut, 'HTTP 429', 32_000],
    ['lost lists', ['create:reset', 'list:503:times=always'], timedOut, 'HTTP 503', 32_000],
    ['lists that lag', ['create:hang:executed'], timedOut, '30 s', 32_000],
  ])('is reported after %s', async (_, faults, title, fact, endsAt) => {
    const harness = new StepHarness({ faults, atlas: { list: { lagSeconds: 1_000 } } })
    const failure = await harness.createFailure({}, 32_000)
    expect(failure).toMatchObject({ title, left: 'maybe', message: mentioning(fact) })
    expect(harness.clock.now()).toBe(endsAt)
  })

  it('is reported one second after the deadline if a POST is in flight', async () => {
    const harness = new StepHarness({ faults: ['create:hang:executed'] })
    expect(await harness.createFailure({}, 20_000)).toMatchObject({
      title: TITLES.timedOut,
      left: 'maybe',
      message: mentioning('20 s'),
      remedy: mentioning('timeout-minutes'),
    })
    expect(harness.clock.now()).toBe(21_000)
    expect(harness.requests).toEqual(post(0, 'aborted'))
  })
})

describe('a conflict while a snapshot might exist', () => {
  it("prevents another POST until the step's own snapshot is listed as completed", async () => {
    const harness = new StepHarness({
      faults: ['create:reset:executed'],
      atlas: { list: { hidesUnfinished: true }, secondsToCompleted: 20, olderSnapshots: 2 },
    })
    expect(await harness.createSnapshot()).toMatchObject({ created: true, snapshot: { status: 'completed' } })
    expect(harness.requests).toEqual([
      ...post(0, RESET),
      ...lists(0),
      ...lists(5_000),
      ...post(5_000, 400),
      ...[5, 7, 9, 11, 13, 15, 17, 19, 21].flatMap((seconds) => lists(seconds * 1_000)),
    ])
    expect(harness.atlasSnapshots.filter((one) => one.startsWith('OWN'))).toHaveLength(1)
  })

  it.each(policies)("is resolved by the step's own snapshot with any on-conflict: %s", async (onConflict) => {
    const harness = new StepHarness({ faults: ['create:reset:executed'], atlas: { list: { lagSeconds: 8 } } })
    expect(await harness.createSnapshot({ onConflict })).toMatchObject({ created: true })
    expect(harness.requests).toEqual([
      ...post(0, RESET),
      ...lists(0),
      ...lists(5_000),
      ...post(5_000, 400),
      ...[5, 7, 9].flatMap((seconds) => lists(seconds * 1_000)),
    ])
  })

  // Since the start of the step, the interval would be 9 s.
  it('determines the poll interval by the time since the conflict', async () => {
    const harness = new StepHarness({
      faults: ['create:429:retry-after=300', 'create:reset:executed'],
      atlas: { list: { lagSeconds: 15 } },
    })
    await harness.createSnapshot({}, 60 * MINUTE, 'adaptive')
    const polls = [305_000, 309_000, 313_000, 317_000]
    expect(harness.requests.slice(-10)).toEqual([...post(305_000, 400), ...polls.flatMap(lists)])
  })

  it('with another snapshot waits for that snapshot, then repeats the POST', async () => {
    const harness = new StepHarness({ faults: ['create:reset'], atlas: FAST })
    harness.clock.setTimeout(3_000, () => harness.createOtherSnapshot())
    expect(await harness.createSnapshot()).toMatchObject({ created: true })
    expect(harness.requests).toEqual([
      ...post(0, RESET),
      ...lists(0),
      ...lists(5_000),
      ...post(5_000, 400),
      ...lists(5_000),
      '7000 get 200',
      '9000 get 200',
      ...lists(9_000),
      ...post(9_000),
    ])
  })

  it('is explained by a completed snapshot that was in no earlier list', async () => {
    const harness = new StepHarness({
      faults: ['create:reset'],
      atlas: { list: { hidesUnfinished: true }, secondsToCompleted: 7, olderSnapshots: 1 },
    })
    harness.clock.setTimeout(1_000, () => harness.createOtherSnapshot())
    await harness.createSnapshot()
    expect(harness.requests.slice(6)).toEqual([
      ...post(5_000, 400),
      ...[5, 7, 9].flatMap((seconds) => lists(seconds * 1_000)),
      ...post(9_000),
    ])
  })

  it('is not explained by the snapshot of an earlier conflict', async () => {
    const harness = new StepHarness({
      faults: ['create:reset:executed:skip=2'],
      atlas: { list: { hidesUnfinished: true }, secondsToCompleted: 7 },
    })
    harness.createOtherSnapshot()
    const { snapshot: own } = await harness.createSnapshot({}, 60 * MINUTE, 8_000)
    expect(harness.named(`${own.id} ${own.status}`)).toBe('OWN completed')
    expect(harness.requests).toEqual([
      ...post(0, 400),
      ...lists(0),
      ...post(0, 400),
      ...[500, 8_500].flatMap(lists),
      ...post(8_500, RESET),
      ...[8_500, 13_500].flatMap(lists),
      ...post(13_500, 400),
      ...[14_500, 22_500].flatMap(lists),
    ])
  })

  it('is not explained by a snapshot that was finished in an earlier list', async () => {
    const finished = page([snapshot({ status: 'completed', description: 'nightly' })])
    const own = snapshot({ id: snapshotId(2), description: TAG })
    const client = scriptedClient({
      create: [lost(), conflict()],
      list: [finished, page([]), finished, page([own])],
      listSharded: Array.from({ length: 4 }, () => page([])),
    })
    expect(await new StepHarness({ client }).createSnapshot()).toMatchObject({ snapshot: own, created: true })
  })

  it('names the other snapshot with on-conflict: fail', async () => {
    const harness = new StepHarness({ faults: ['create:reset'] })
    harness.clock.setTimeout(3_000, () => harness.createOtherSnapshot())
    expect(await harness.createFailure({ onConflict: 'fail' })).toMatchObject({
      title: TITLES.conflict,
      left: 'maybe',
      message: mentioning('HTTP 400', 'OTHER', 'nightly', 'queued'),
    })
  })

  it.each(policies)('lasts until the deadline if the lists show no snapshot: %s', async (onConflict) => {
    const harness = new StepHarness({
      faults: ['create:reset:executed'],
      atlas: { list: { hidesUnfinished: true } },
    })
    expect(await harness.createFailure({ onConflict }, 30_000)).toMatchObject({
      title: TITLES.timedOut,
      left: 'maybe',
      message: mentioning('30 s', 'UNFINISHED_ON_DEMAND_SNAPSHOT'),
    })
    expect(harness.clock.now()).toBe(30_000)
    expect(harness.posts).toEqual([...post(0, RESET), ...post(5_000, 400)])
  })
})

describe('a conflict with a snapshot that finishes immediately', () => {
  /** Lists that each have one more finished snapshot. */
  const overAtOnce = (count: number) =>
    Array.from({ length: count }, (_, more) =>
      page(
        Array.from({ length: more + 1 }, (_, index) =>
          snapshot({ id: snapshotId(index + 2), status: 'completed', description: 'nightly' }),
        ),
      ),
    )

  it('is followed by a POST after a backoff that grows with each conflict', async () => {
    const own = snapshot({ description: TAG })
    const posts: number[] = []
    const create = [conflict(), conflict(), conflict(), conflict(), conflict(), own].map((response) => () => {
      posts.push(harness.clock.now())
      if (response instanceof Error) throw response
      return response
    })
    const listSharded = Array.from({ length: 5 }, () => page([]))
    const harness: StepHarness = new StepHarness({
      client: scriptedClient({ create, list: overAtOnce(5), listSharded }),
    })
    expect(await harness.createSnapshot()).toMatchObject({ created: true })
    expect(posts).toEqual([0, 0, 500, 1_500, 3_500, 7_500])
  })

  it('is followed by the shortest backoff again after a wait for another snapshot', async () => {
    const other = (id: number, status: string) =>
      snapshot({ id: snapshotId(id), status, description: 'nightly' })
    const own = snapshot({ description: TAG })
    const posts: number[] = []
    const create = [conflict(), conflict(), conflict(), conflict(), own].map((response) => () => {
      posts.push(harness.clock.now())
      if (response instanceof Error) throw response
      return response
    })
    const list = [
      page([other(2, 'completed')]),
      page([other(2, 'completed'), other(3, 'completed')]),
      page([other(4, 'queued')]),
      page([other(4, 'completed')]),
      page([other(4, 'completed'), other(5, 'completed')]),
    ]
    const harness: StepHarness = new StepHarness({
      client: scriptedClient({
        create,
        get: [other(4, 'completed')],
        list,
        listSharded: list.map(() => page([])),
      }),
    })
    await harness.createSnapshot()
    // 1 s before the lists of the third conflict, then 2 s until the other snapshot has finished.
    expect(posts).toEqual([0, 0, 500, 3_500, 3_500])
  })
})

describe('a response to the POST that is not from Atlas', () => {
  it.each(['html=403', '421', 'repeat-nonce'])(
    "starts a search for the step's own snapshot: %s",
    async (effect) => {
      const harness = new StepHarness({ faults: [`create:${effect}:executed`] })
      expect(await harness.createSnapshot()).toMatchObject({ created: true, mayHaveOrphan: false })
      expect(harness.posts).toHaveLength(2)
    },
  )

  it.each(['html=403', '421', 'repeat-nonce'])('prevents another POST: %s', async (effect) => {
    const harness = new StepHarness({ faults: [`create:${effect}`] })
    expect(await harness.createFailure()).toMatchObject({ left: 'maybe' })
    expect(harness.requests.slice(2)).toEqual([...lists(0), ...lists(5_000)])
  })

  it('fails the step immediately if the request had no credentials', async () => {
    const harness = new StepHarness({ faults: ['create:html=403:unauthenticated'] })
    expect(await harness.createFailure()).toMatchObject({ title: TITLES.forbidden, left: 'nothing' })
    expect(harness.requests).toHaveLength(1)
  })

  it('is retried if the request was for a list', async () => {
    const harness = new StepHarness({
      faults: ['create:reset:executed', 'list:html=404', 'list-sharded:html=403'],
    })
    expect(await harness.createSnapshot()).toMatchObject({ created: true })
    expect(harness.posts).toHaveLength(2)
  })
})

describe('two snapshots with the tag', () => {
  it('fail the step with an error that names both', async () => {
    const tagged = [2, 3].map((id) => snapshot({ id: snapshotId(id), description: TAG }))
    const client = scriptedClient({ create: [lost()], list: [page(tagged)], listSharded: [page([])] })
    expect(await new StepHarness({ client }).createFailure()).toMatchObject({
      title: TITLES.duplicateTag,
      message: mentioning(snapshotId(2), snapshotId(3)),
    })
  })
})

describe('a step that creates a snapshot', () => {
  it('logs once a minute how long it has tried, and which snapshot it waits for', async () => {
    const harness = new StepHarness({
      faults: ['create:429:retry-after=150'],
      atlas: { secondsToCompleted: 100 },
    })
    harness.clock.setTimeout(149_000, () => harness.createOtherSnapshot())
    await harness.createSnapshot({}, 60 * MINUTE, 10_000)
    expect(harness.lines.filter((line) => /^(60|120|180|240)000 /.test(line))).toEqual([
      mentioning('60000 info', '1 min'),
      mentioning('120000 info', '2 min'),
      mentioning('180000 info', 'OTHER', '3 min'),
      mentioning('240000 info', 'OTHER', '4 min'),
    ])
    expect(harness.clock.pending).toBe(0)
  })

  it.each([
    ['in a POST', 'maybe', scriptedClient({ create: [new TypeError('no')] })],
    ['in a list', 'nothing', scriptedClient({ create: [throttled(1_000)], list: [new TypeError('no')] })],
  ])('reports a bug and whether a snapshot might exist: %s', async (_, left, client) => {
    expect(await new StepHarness({ client }).createFailure()).toMatchObject({
      title: TITLES.unexpected,
      left,
      message: mentioning('no'),
    })
  })
})

describe('a response to the POST about another snapshot', () => {
  it("starts a search that finds the step's own snapshot", async () => {
    const other = snapshot({ id: snapshotId(2), description: 'nightly' })
    const own = snapshot({ id: snapshotId(3), description: `before deploy ${TAG}` })
    const client = scriptedClient({ create: [other], list: [page([other, own])], listSharded: [page([])] })
    const harness = new StepHarness({ client })
    expect(await harness.createSnapshot()).toEqual({ snapshot: own, created: true, mayHaveOrphan: false })
    expect(client.calls.slice(1)).toEqual(['list plain 1', 'list sharded 1'])
  })

  // Another POST might create a second snapshot, because this one might be the step's own with a changed description.
  it("prevents another POST if the lists do not show the step's own snapshot", async () => {
    const harness = new StepHarness({ faults: ['create:other-id'], atlas: { olderSnapshots: 1 } })
    expect(await harness.createFailure()).toMatchObject({
      title: TITLES.mismatchedResponse,
      left: 'maybe',
      message: mentioning('OTHER'),
    })
    expect(harness.requests).toEqual([...post(0), ...lists(0), ...lists(5_000)])
  })
})

// The plain list does not show the step's own snapshot yet. The sharded list responds only after that has finished.
describe('a list that responds after the snapshot has finished', () => {
  it.each([
    ['a lost POST', ['create:reset:executed', 'list-sharded:503:skip=1:times=8']],
    ['a POST delivered twice', ['create:twice', 'list-sharded:503:times=8']],
  ])('does not cause a second snapshot after %s', async (_, faults) => {
    const atlas = { secondsToInProgress: 1, secondsToCompleted: 40, list: { lagSeconds: 6 } }
    const harness = new StepHarness({ faults, atlas })
    expect(await harness.createSnapshot()).toMatchObject({ created: true })
    expect(harness.atlasSnapshots).toEqual([`OWN completed: before deploy ${TAG}`])
  })
})

// Without the tag, the snapshot might be the step's own, so another POST is not safe.
describe('a description that Atlas truncated', () => {
  const description = `${'a'.repeat(70)} ${TAG}`
  const truncated = snapshot({ id: snapshotId(9), description: 'a'.repeat(64) })

  it('is accepted with a warning in the response to the POST', async () => {
    const harness = new StepHarness({ client: scriptedClient({ create: [truncated] }) })
    expect(await harness.createSnapshot({ description })).toEqual({
      snapshot: truncated,
      created: true,
      mayHaveOrphan: false,
    })
    expect(harness.lines).toEqual([mentioning('0 warning', truncated.id, TAG)])
  })

  it.each([
    ['a lost POST', 'wait', 'maybe', lost()],
    ['a POST that was not executed', 'wait', 'maybe', throttled(1_000)],
    ['a conflict', 'wait', 'maybe', conflict()],
    ['a conflict', 'reuse', 'maybe', conflict()],
    ['a conflict', 'fail', 'maybe', conflict()],
  ] as const)(
    'fails the step if a list shows it after %s, with on-conflict: %s',
    async (_, onConflict, left, error) => {
      const client = scriptedClient({ create: [error], list: [page([truncated])], listSharded: [page([])] })
      const harness = new StepHarness({ client })
      expect(await harness.createFailure({ description, onConflict })).toMatchObject({
        title: TITLES.descriptionTruncated,
        left,
        message: mentioning(truncated.id),
      })
    },
  )

  it('is ignored if another snapshot has the tag', async () => {
    const own = snapshot({ description })
    const client = scriptedClient({
      create: [lost()],
      list: [page([truncated, own])],
      listSharded: [page([])],
    })
    expect(await new StepHarness({ client }).createSnapshot({ description })).toMatchObject({
      snapshot: own,
      created: true,
    })
  })
})
