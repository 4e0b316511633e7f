import { describe, expect, it } from '@jest/globals'
import { OutcomeUnknownError } from '../../src/atlas/errors.js'
import { needsClusterDiagnosis } from '../../src/atlas/remedies.js'
import type { Snapshot } from '../../src/atlas/snapshot.js'
import { type CreateRequest, postSnapshot } from '../../src/snapshot/create.js'
import { assertNoneTruncated } from '../../src/snapshot/tag.js'
import { thrownBy } from '../support/answers.js'
import {
  conflict,
  lost,
  page,
  refused,
  type Scripted,
  scriptedClient,
  snapshot,
  snapshotId,
  tryLater,
} from '../support/scripted-client.js'
import { BACKUP_PAGE, MINUTE, StepHarness, TAG } from '../support/step-harness.js'

const TAKING = 'Taking a snapshot of cluster demo'
const LOOKING = `Atlas may have taken the snapshot all the same: looking for ${TAG}.`
const AGAIN = `No snapshot of the cluster bears ${TAG}: asking Atlas for one again.`
const LOOKING_ON = 'Atlas does not show what is in the way: looking until it does.'
const FOUND = `Snapshot OWN bears ${TAG}: Atlas did take it for this step.`
const NONE_TAKEN = 'No snapshot was taken.'
const MAY_EXIST = `Atlas may have taken a snapshot for this step, tagged ${TAG}, though no answer says so.`
const LOOK_THERE = `Before running this again, look in the backups of the cluster (${BACKUP_PAGE}) for a description that ends in ${TAG}; if it is there, give its id as snapshot-id.`

const NETWORK =
  'If this happens again, look at the status of Atlas (status.mongodb.com) and at the network between the runner and Atlas.'
const BUG = 'Report this with the log, and look in it for a snapshot id before running this again.'

/** Both lists read at an instant. */
const look = (at: number) => [`${at} list 1 200`, `${at} list sharded 1 200`]
/** A POST with its challenge at an instant. */
const post = (at: number, outcome: string | number = 200) => [`${at} create 401`, `${at} create ${outcome}`]

describe('a POST that Atlas accepts', () => {
  it('takes the snapshot, with the order as given', async () => {
    const harness = new StepHarness()
    const { snapshot: taken, created } = await harness.createSnapshot({ retentionInDays: 3 })
    expect(created).toBe(true)
    expect(harness.requests).toEqual(post(0))
    expect(harness.lines).toEqual([])
    expect(harness.atlas.snapshots()).toMatchObject([
      { id: taken.id, description: `before deploy ${TAG}`, retentionInDays: 3 },
    ])
  })

  it('is sent again at once, without a look, when its nonce is called stale', async () => {
    const harness = new StepHarness({ faults: ['create:stale:times=3'] })
    await harness.createSnapshot()
    expect(harness.requests).toEqual([...post(0, 401), '0 create 401', '0 create 401', '0 create 200'])
  })
})

describe('a POST that Atlas refuses for good', () => {
  it.each([
    [
      'create:400:code=INVALID_ATTRIBUTE',
      400,
      'Atlas refused the request',
      'HTTP 400 Bad Request, INVALID_ATTRIBUTE',
    ],
    [
      'create:401:code=USER_UNAUTHORIZED',
      401,
      'The API key lacks the role',
      'HTTP 401 Unauthorized, USER_UNAUTHORIZED',
    ],
    [
      'create:401:code=NOT_IN_GROUP',
      401,
      'The API key lacks the role',
      'HTTP 401 Unauthorized, NOT_IN_GROUP',
    ],
    ['create:402', 402, 'Atlas wants its billing settled', 'HTTP 402 Payment Required, UNEXPECTED_ERROR'],
    ['create:403', 403, 'Atlas forbids this', 'HTTP 403 Forbidden, UNEXPECTED_ERROR'],
    ['create:404:code=CLUSTER_NOT_FOUND', 404, 'Cluster not found', 'HTTP 404 Not Found, CLUSTER_NOT_FOUND'],
    [
      'create:405',
      405,
      'Atlas refused the request with HTTP 405',
      'HTTP 405 Method Not Allowed, UNEXPECTED_ERROR',
    ],
    ['create:406', 406, 'Atlas does not speak this API version', 'HTTP 406 Not Acceptable, UNEXPECTED_ERROR'],
    ['create:410', 410, 'Atlas does not speak this API version', 'HTTP 410 Gone, UNEXPECTED_ERROR'],
    [
      'create:422',
      422,
      'Atlas refused the request with HTTP 422',
      'HTTP 422 Unprocessable Entity, UNEXPECTED_ERROR',
    ],
  ])('fails the step at once: %s', async (fault, status, title, said) => {
    const harness = new StepHarness({ faults: [fault] })
    const failure = await harness.catchReport(harness.createSnapshot())
    expect(failure.title).toBe(title)
    expect(failure.message).toBe(`${TAKING} was refused (${said}: Unexpected error). ${NONE_TAKEN}`)
    expect(failure.remedy).not.toContain('snapshot-id')
    // Where Atlas leaves open why, the cluster is asked.
    const asked = needsClusterDiagnosis({
      status,
      errorCode: said.split(', ')[1],
      detail: undefined,
      parameters: [],
    })
    expect(harness.requests).toEqual([...post(0, status), ...(asked ? ['0 cluster 200'] : [])])
    expect(harness.lines).toEqual([])
  })

  it('fails the step when fresh credentials are refused', async () => {
    const harness = new StepHarness({ faults: ['create:unauthorized'] })
    const failure = await harness.catchReport(harness.createSnapshot())
    expect(failure.title).toBe('Atlas does not accept the API key')
    expect(failure.message).toContain(NONE_TAKEN)
    expect(harness.requests).toEqual(post(0, 401))
  })

  it('fails the step when nonce after nonce is called stale', async () => {
    const harness = new StepHarness({ faults: ['create:stale:times=always'] })
    expect(await harness.catchReport(harness.createSnapshot())).toMatchObject({
      title: 'Atlas refuses every nonce',
      message: `${TAKING}: one digest nonce after the other was refused as stale. ${NONE_TAKEN}`,
    })
    expect(harness.requests).toEqual([...post(0, 401), '0 create 401', '0 create 401', '0 create 401'])
  })
})

describe('a POST that was not executed for certain', () => {
  it.each([
    ['429 with seconds', 'create:429:retry-after=7', 7_000, '7 s'],
    ['429 with a date', 'create:429:retry-after=Mon, 10 Aug 2026 03:26:51 GMT', 9_000, '9 s'],
    ['429 with nothing', 'create:429', 500, '0.5 s'],
    ['429 with nonsense', 'create:429:retry-after=soon', 500, '0.5 s'],
  ])('is repeated when Atlas says so, after a look: %s', async (_, fault, at, said) => {
    const harness = new StepHarness({ faults: [fault] })
    await harness.createSnapshot()
    expect(harness.requests).toEqual([...post(0, 429), ...look(at), ...post(at)])
    expect(harness.lines).toEqual([
      `0 info ${TAKING} was put off (HTTP 429 Too Many Requests, UNEXPECTED_ERROR: Unexpected error). Trying again in ${said}.`,
    ])
  })

  it('is repeated while Atlas is being upgraded', async () => {
    const fault = 'create:405:code=WRITES_NOT_ALLOWED_DURING_APP_UPGRADES:retry-after=30:times=2'
    const harness = new StepHarness({ faults: [fault] })
    await harness.createSnapshot()
    expect(harness.requests).toEqual([
      ...post(0, 405),
      ...look(30_000),
      ...post(30_000, 405),
      ...look(60_000),
      ...post(60_000),
    ])
  })

  it('is repeated when no connection could be made', async () => {
    const harness = new StepHarness()
    harness.goOffline(0, 1_000)
    await harness.createSnapshot()
    expect(harness.requests).toEqual([
      '0 create connect ECONNREFUSED',
      '500 list 1 connect ECONNREFUSED',
      '1000 list 1 401',
      ...look(1_000),
      ...post(1_000),
    ])
    expect(harness.lines).toEqual([
      `0 info ${TAKING}: no connection (connect ECONNREFUSED). Trying again in 0.5 s.`,
      '500 info Listing the snapshots of cluster demo: no connection (connect ECONNREFUSED). Trying again in 0.5 s.',
    ])
  })

  it.each(['503', 'reset', 'hang', 'html', 'null'])(
    'leaves no doubt if its challenge was lost (%s), since without credentials nothing is executed',
    async (effect) => {
      const harness = new StepHarness({ faults: [`create:${effect}:unauthenticated:times=always`] })
      const failure = await harness.catchReport(harness.createSnapshot({}, 40_000))
      expect(failure.title).toBe('The deadline has passed')
      expect(failure.message).toContain(NONE_TAKEN)
      expect(harness.lines.join()).not.toContain('may have taken')
    },
  )

  it('fails the step at once if Atlas asks to wait beyond the deadline', async () => {
    const harness = new StepHarness({ faults: ['create:429:retry-after=60'] })
    expect(await harness.catchReport(harness.createSnapshot({}, MINUTE))).toEqual({
      title: 'Atlas limits the rate of requests',
      message: `${TAKING} was put off (HTTP 429 Too Many Requests, UNEXPECTED_ERROR: Unexpected error). Atlas asks to wait 1 min, which is beyond this step's deadline. ${NONE_TAKEN}`,
      remedy: 'Raise timeout-minutes so that the step can wait as long as Atlas asks, or try later.',
    })
    expect(harness.requests).toEqual(post(0, 429))
  })
})

describe('a POST that may have been executed', () => {
  const LOST = [
    ['reset', 'read ECONNRESET', 0],
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

  it.each(LOST)('and was, is found at the first look: %s', async (effect, outcome, lostAt) => {
    const harness = new StepHarness({ faults: [`create:${effect}:executed`] })
    expect(await harness.createSnapshot()).toMatchObject({
      created: true,
      snapshot: { description: `before deploy ${TAG}` },
    })
    expect(harness.requests).toEqual([...post(0, outcome), ...look(lostAt)])
    expect(harness.lines).toHaveLength(2)
    expect(harness.lines[0]).toMatch(new RegExp(`^${lostAt} info .+\\. Atlas may have taken`))
    expect(harness.lines[0]).toContain(LOOKING)
    expect(harness.lines[1]).toBe(`${lostAt} info ${FOUND}`)
    expect(harness.atlasSnapshots).toEqual([expect.stringMatching(/^OWN /)])
  })

  it.each(LOST)(
    'and was not, is repeated after a second look 5 s later: %s',
    async (effect, outcome, lostAt) => {
      const harness = new StepHarness({ faults: [`create:${effect}`] })
      expect(await harness.createSnapshot()).toMatchObject({ created: true })
      const again = lostAt + 5_000
      expect(harness.requests).toEqual([...post(0, outcome), ...look(lostAt), ...look(again), ...post(again)])
      expect(harness.lines).toEqual([expect.stringContaining(LOOKING), `${again} info ${AGAIN}`])
      expect(harness.atlasSnapshots).toHaveLength(1)
    },
  )

  it.each([
    ['cut', 0, 'read ECONNRESET'],
    ['drip=1000', 30_000, 'aborted'],
  ] as const)('because its body did not come whole, is looked for: %s', async (effect, lostAt, outcome) => {
    const harness = new StepHarness({ faults: [`create:${effect}`] })
    await harness.createSnapshot()
    expect(harness.requests).toEqual([...post(0, outcome), ...look(lostAt)])
    expect(harness.atlasSnapshots).toHaveLength(1)
  })

  it('is told of as it is looked for, and as Atlas is asked again', async () => {
    const harness = new StepHarness({ faults: ['create:reset'] })
    await harness.createSnapshot()
    expect(harness.activities).toEqual(['0 request', '5000 request'])
  })

  it('is found at the second look where the list lags', async () => {
    const harness = new StepHarness({ faults: ['create:reset:executed'], atlas: { list: { lagSeconds: 3 } } })
    await harness.createSnapshot()
    expect(harness.requests).toEqual([...post(0, 'read ECONNRESET'), ...look(0), ...look(5_000)])
    expect(harness.lines.at(-1)).toBe(`5000 info ${FOUND}`)
  })

  it('is found at the second look though it is executed after it was given up', async () => {
    const harness = new StepHarness({ faults: ['create:late=4'] })
    await harness.createSnapshot()
    expect(harness.requests).toEqual([...post(0, 'read ECONNRESET'), ...look(0), ...look(5_000)])
    expect(harness.atlasSnapshots).toEqual([`OWN queued: before deploy ${TAG}`])
  })

  it('is found among 600 older ones, in whatever order', async () => {
    for (const order of ['newest', 'oldest', 'shuffled'] as const) {
      const harness = new StepHarness({
        faults: ['create:reset:executed'],
        atlas: { olderSnapshots: 600, list: { order } },
      })
      expect((await harness.createSnapshot()).created).toBe(true)
      expect(harness.requests).toEqual([
        ...post(0, 'read ECONNRESET'),
        '0 list 1 200',
        '0 list 2 200',
        '0 list sharded 1 200',
      ])
    }
  })

  it('is found in the sharded list', async () => {
    const harness = new StepHarness({ faults: ['create:reset:executed'], cluster: 'sharded' })
    expect((await harness.createSnapshot()).snapshot.type).toBe('shardedCluster')
    expect(harness.requests).toEqual([...post(0, 'read ECONNRESET'), ...look(0)])
  })

  it('is not mistaken for a snapshot of the same description but for the tag', async () => {
    const harness = new StepHarness({ faults: ['create:reset'], atlas: { secondsToCompleted: 1 } })
    harness.createOtherSnapshot({ description: 'before deploy [as-0a1b2c3e]' })
    const { snapshot: taken } = await harness.createSnapshot()
    expect(harness.named(taken.id)).toBe('OWN')
    expect(harness.requests.slice(-6)).toEqual([...look(0), ...look(5_000), ...post(5_000)].slice(-6))
  })

  it('is not repeated sooner than 5 s after it was given up, nor later because the lists are slow', async () => {
    const harness = new StepHarness({ faults: ['create:reset'], latencyMs: 3_000 })
    await harness.createSnapshot()
    expect(harness.requests).toEqual([
      '0 create 401',
      '3000 create read ECONNRESET',
      '6000 list 1 200',
      '9000 list sharded 1 200',
      '12000 list 1 200',
      '15000 list sharded 1 200',
      '18000 create 401',
      '21000 create 200',
    ])
  })

  it('is repeated with growing pauses, of 5 s at least', async () => {
    const harness = new StepHarness({ faults: ['create:503:times=6'] })
    await harness.createSnapshot()
    const posts = harness.requests.filter((request) => request.endsWith('create 401'))
    expect(posts).toEqual([0, 5, 10, 15, 20, 28, 43].map((seconds) => `${seconds * 1_000} create 401`))
  })

  it('is looked for until both lists answer in one go', async () => {
    const harness = new StepHarness({
      faults: ['create:reset:executed', 'list:503:times=3', 'list-sharded:reset:times=2'],
    })
    await harness.createSnapshot()
    expect(harness.requests).toEqual([
      ...post(0, 'read ECONNRESET'),
      '0 list 1 503',
      '500 list 1 503',
      '1500 list 1 503',
      '3500 list 1 200',
      '3500 list sharded 1 read ECONNRESET',
      '7500 list 1 200',
      '7500 list sharded 1 read ECONNRESET',
      '15500 list 1 200',
      '15500 list sharded 1 200',
    ])
  })

  it('fails the step when the lists have not answered for five minutes', async () => {
    const harness = new StepHarness({ faults: ['create:reset:executed', 'list:503:times=always'] })
    expect(await harness.catchReport(harness.createSnapshot())).toEqual({
      title: 'Atlas gave no usable answer',
      message: `Listing the snapshots of cluster demo: Atlas answered HTTP 503 Service Unavailable, UNEXPECTED_ERROR: Unexpected error. It has been like this for 5 min. ${MAY_EXIST}`,
      remedy: `${LOOK_THERE} ${NETWORK}`,
    })
    expect(harness.clock.now()).toBe(300_500)
    expect(harness.requests.filter((request) => request.includes('create'))).toHaveLength(2)
  })

  it('fails the step when POSTs have been lost for five minutes, though the lists answer in between', async () => {
    const harness = new StepHarness({ faults: ['create:503:times=always'] })
    const failure = await harness.catchReport(harness.createSnapshot())
    expect(failure.message).toBe(
      `${TAKING}: Atlas answered HTTP 503 Service Unavailable, UNEXPECTED_ERROR: Unexpected error. It has been like this for 5 min. ${MAY_EXIST}`,
    )
    expect(failure.remedy).toContain(LOOK_THERE)
    expect(harness.clock.now()).toBe(313_000)
  })

  it('fails the step when no connection could be made for five minutes, and says that none exists', async () => {
    const harness = new StepHarness()
    harness.goOffline(0, 1e9)
    const failure = await harness.catchReport(harness.createSnapshot())
    expect(failure.title).toBe('Atlas cannot be reached')
    expect(failure.message).toMatch(
      /ECONNREFUSED.* It has been like this for 5 min\. No snapshot was taken\.$/,
    )
    expect(harness.clock.now()).toBeGreaterThanOrEqual(300_000)
    expect(harness.clock.now()).toBeLessThan(315_001)
  })

  it('is borne for five minutes anew once Atlas has put a POST off', async () => {
    const faults = ['create:503:times=9', 'create:429', 'create:503:times=always']
    const harness = new StepHarness({ faults })
    await harness.catchReport(harness.createSnapshot())
    const posts = harness.requests.filter((request) => request.endsWith('create 401'))
    expect(posts.slice(8, 11)).toEqual(['73000 create 401', '88000 create 401', '148000 create 401'])
    expect(harness.clock.now()).toBe(448_000)
  })
})

describe('a POST answered by what must not be trusted', () => {
  it('fails the step, and says that a snapshot may exist, when it is redirected', async () => {
    const harness = new StepHarness({ faults: ['create:redirect=https://evil.example/x:status=307'] })
    expect(await harness.catchReport(harness.createSnapshot())).toEqual({
      title: 'Something between here and Atlas redirects the request',
      message: `${TAKING}: HTTP 307 to https://evil.example/x. A redirect is never followed, so that credentials go nowhere else. ${MAY_EXIST}`,
      remedy: `${LOOK_THERE} Check base-url, and the proxies and captive portals of the runner.`,
    })
    expect(harness.requests).toEqual(post(0, 307))
  })

  it('fails the step, and says that a snapshot may exist, when the answer is endless', async () => {
    const harness = new StepHarness({ faults: ['create:huge'] })
    const failure = await harness.catchReport(harness.createSnapshot())
    expect(failure.title).toBe('The answer is too large')
    expect(failure.message).toContain(MAY_EXIST)
    expect(failure.remedy).toContain(LOOK_THERE)
  })

  it.each([
    ['its challenge is redirected', 'create:redirect=https://evil.example/x:unauthenticated', 302],
    ['a proxy refuses', 'create:407:unauthenticated', 407],
  ])('fails the step without doubt when %s', async (_, fault, status) => {
    const harness = new StepHarness({ faults: [fault] })
    const failure = await harness.catchReport(harness.createSnapshot())
    expect(failure.message).toContain(NONE_TAKEN)
    expect(failure.remedy).not.toContain(TAG)
    expect(harness.requests).toEqual([`0 create ${status}`])
  })
})

describe('that a snapshot may exist', () => {
  it('is still said after a rejection', async () => {
    const harness = new StepHarness({ faults: ['create:reset', 'create:403'] })
    expect(await harness.catchReport(harness.createSnapshot())).toEqual({
      title: 'Atlas forbids this',
      message: `${TAKING} was refused (HTTP 403 Forbidden, UNEXPECTED_ERROR: Unexpected error). ${MAY_EXIST}`,
      remedy: `${LOOK_THERE} Check in Atlas the project roles of the API key, and the API access list of the API key (https://www.mongodb.com/docs/atlas/configure-api-access/).`,
    })
    expect(harness.clock.now()).toBe(5_000)
  })

  it('is still said after the lists were rejected', async () => {
    const harness = new StepHarness({ faults: ['create:reset:executed', 'list:403'] })
    const failure = await harness.catchReport(harness.createSnapshot())
    expect(failure.message).toBe(
      `Listing the snapshots of cluster demo was refused (HTTP 403 Forbidden, UNEXPECTED_ERROR: Unexpected error). ${MAY_EXIST}`,
    )
  })

  it('is still said after a response that is certain', async () => {
    const harness = new StepHarness({ faults: ['create:reset', 'create:429:times=always'] })
    const failure = await harness.catchReport(harness.createSnapshot({}, 20_000))
    expect(failure.title).toBe('The deadline has passed')
    expect(failure.message).toBe(
      `The deadline of 20 s has passed while asking Atlas for a snapshot. ${TAKING} was put off (HTTP 429 Too Many Requests, UNEXPECTED_ERROR: Unexpected error). ${MAY_EXIST}`,
    )
  })

  it('is said at the deadline, with the tag and what to do', async () => {
    const harness = new StepHarness({
      faults: ['create:hang:executed'],
      atlas: { list: { lagSeconds: 1_000 } },
    })
    const failure = await harness.catchReport(harness.createSnapshot({}, 32_000))
    expect(failure).toEqual({
      title: 'The deadline has passed',
      message: `The deadline of 32 s has passed while asking Atlas for a snapshot. ${TAKING}: no whole answer within 30 s. ${MAY_EXIST}`,
      remedy: `${LOOK_THERE} ${NETWORK} For more time, raise the input timeout-minutes.`,
    })
    expect(harness.clock.now()).toBe(32_000)
  })

  it('names the last error', async () => {
    const harness = new StepHarness({ faults: ['create:reset', 'list:503:times=always'] })
    const failure = await harness.catchReport(harness.createSnapshot({}, 20_000))
    expect(failure.message).toBe(
      `The deadline of 20 s has passed while asking Atlas for a snapshot. Listing the snapshots of cluster demo: Atlas answered HTTP 503 Service Unavailable, UNEXPECTED_ERROR: Unexpected error. ${MAY_EXIST}`,
    )
  })

  it('is said at the deadline with a POST in flight, after a second of grace', async () => {
    const harness = new StepHarness({ faults: ['create:hang:executed'] })
    const failure = await harness.catchReport(harness.createSnapshot({}, 20_000))
    expect(failure.title).toBe('The deadline has passed')
    expect(failure.message).toContain(MAY_EXIST)
    expect(harness.clock.now()).toBe(21_000)
    expect(harness.requests).toEqual(post(0, 'aborted'))
  })
})

describe('a conflict while a snapshot may exist', () => {
  const CONFLICT = `${TAKING} was refused (HTTP 400 Bad Request, UNFINISHED_ON_DEMAND_SNAPSHOT: Cluster demo already has an on-demand snapshot that is queued or in progress).`

  it('may be a conflict with ourselves: no POST until the hidden snapshot shows as completed', async () => {
    const harness = new StepHarness({
      faults: ['create:reset:executed'],
      atlas: { list: { hidesUnfinished: true }, secondsToCompleted: 20, olderSnapshots: 2 },
    })
    expect(await harness.createSnapshot()).toMatchObject({ created: true, snapshot: { status: 'completed' } })
    expect(harness.requests).toEqual([
      ...post(0, 'read ECONNRESET'),
      ...look(0),
      ...look(5_000),
      ...post(5_000, 400),
      ...[5, 7, 9, 11, 13, 15, 17, 19, 21].flatMap((seconds) => look(seconds * 1_000)),
    ])
    expect(harness.lines.slice(-3)).toEqual([
      `5000 info ${CONFLICT}`,
      `5000 info ${LOOKING_ON}`,
      `21000 info ${FOUND}`,
    ])
    expect(harness.atlasSnapshots.filter((one) => one.startsWith('OWN'))).toHaveLength(1)
  })

  it.each(['wait', 'reuse', 'fail'] as const)(
    'adopts its own snapshot with on-conflict: %s',
    async (onConflict) => {
      const harness = new StepHarness({
        faults: ['create:reset:executed'],
        atlas: { list: { lagSeconds: 8 } },
      })
      expect(await harness.createSnapshot({ onConflict })).toMatchObject({ created: true })
      expect(harness.requests).toEqual([
        ...post(0, 'read ECONNRESET'),
        ...look(0),
        ...look(5_000),
        ...post(5_000, 400),
        ...look(5_000),
        ...look(7_000),
        ...look(9_000),
      ])
    },
  )

  it('waits for a snapshot of somebody else that is unfinished, and POSTs again', async () => {
    const harness = new StepHarness({
      faults: ['create:reset'],
      atlas: { secondsToInProgress: 1, secondsToCompleted: 6 },
    })
    harness.clock.setTimeout(3_000, () => harness.createOtherSnapshot())
    expect(await harness.createSnapshot()).toMatchObject({ created: true })
    expect(harness.requests).toEqual([
      ...post(0, 'read ECONNRESET'),
      ...look(0),
      ...look(5_000),
      ...post(5_000, 400),
      ...look(5_000),
      '7000 get 200',
      '9000 get 200',
      ...look(9_000),
      ...post(9_000),
    ])
  })

  it('is explained by a snapshot of somebody else that no earlier list had', async () => {
    const harness = new StepHarness({
      faults: ['create:reset'],
      atlas: { list: { hidesUnfinished: true }, secondsToCompleted: 7, olderSnapshots: 1 },
    })
    harness.clock.setTimeout(1_000, () => harness.createOtherSnapshot())
    await harness.createSnapshot()
    expect(harness.requests.slice(6)).toEqual([
      ...post(5_000, 400),
      ...look(5_000),
      ...look(7_000),
      ...look(9_000),
      ...look(9_000),
      ...post(9_000),
    ])
  })

  it('is not explained by a snapshot that had explained an earlier one', async () => {
    const harness = new StepHarness({
      faults: ['create:reset:executed:skip=2'],
      atlas: { list: { hidesUnfinished: true }, secondsToCompleted: 7 },
    })
    harness.createOtherSnapshot()
    const { snapshot: taken } = await harness.createSnapshot({}, 60 * MINUTE, 8_000)
    expect(harness.named(`${taken.id} ${taken.status}`)).toBe('OWN completed')
    expect(harness.requests).toEqual([
      ...post(0, 400),
      ...look(0),
      ...post(0, 400),
      ...look(0),
      ...look(8_000),
      ...look(8_000),
      ...post(8_000, 'read ECONNRESET'),
      ...look(8_000),
      ...look(13_000),
      ...post(13_000, 400),
      ...look(13_000),
      ...look(21_000),
    ])
  })

  it('is named by on-conflict: fail once it is explained', async () => {
    const harness = new StepHarness({ faults: ['create:reset'] })
    harness.clock.setTimeout(3_000, () => harness.createOtherSnapshot())
    expect(await harness.catchReport(harness.createSnapshot({ onConflict: 'fail' }))).toEqual({
      title: 'Another snapshot of this cluster is unfinished',
      message: `${CONFLICT} In the way is snapshot OTHER (nightly), queued. ${MAY_EXIST}`,
      remedy: `${LOOK_THERE} Wait until the other snapshot ends, or set on-conflict to wait or reuse.`,
    })
  })

  it.each(['wait', 'reuse', 'fail'] as const)(
    'is told at the deadline with on-conflict: %s',
    async (onConflict) => {
      const harness = new StepHarness({
        faults: ['create:reset:executed'],
        atlas: { list: { hidesUnfinished: true } },
      })
      expect(await harness.catchReport(harness.createSnapshot({ onConflict }, 30_000))).toEqual({
        title: 'The deadline has passed',
        message: `The deadline of 30 s has passed while looking for the snapshot that is in the way. ${CONFLICT} ${MAY_EXIST}`,
        remedy: `${LOOK_THERE} For more time, raise the input timeout-minutes.`,
      })
      expect(harness.clock.now()).toBe(30_000)
      expect(harness.requests.filter((request) => request.includes('create'))).toHaveLength(4)
    },
  )
})

describe('a taking under way', () => {
  it('gives a sign of life once a minute, saying what it does', async () => {
    const harness = new StepHarness({
      faults: ['create:429:retry-after=150'],
      atlas: { secondsToCompleted: 100 },
    })
    harness.clock.setTimeout(149_000, () => harness.createOtherSnapshot())
    await harness.createSnapshot({}, 60 * MINUTE, 10_000)
    expect(harness.lines.filter((line) => line.includes('Still'))).toEqual([
      '60000 info Still asking Atlas for a snapshot, after 1 min.',
      '120000 info Still asking Atlas for a snapshot, after 2 min.',
      expect.stringMatching(/^180000 info Still waiting for snapshot OTHER.*, after 3 min\.$/),
      expect.stringMatching(/^240000 info Still waiting for snapshot OTHER.*, after 4 min\.$/),
    ])
    expect(harness.clock.pending).toBe(0)
  })

  it('reports a bug, and that a snapshot may exist once a POST threw it', async () => {
    const bug = new TypeError('no')
    const posting = new StepHarness({ client: scriptedClient({ create: [bug] }) })
    expect(await posting.catchReport(posting.createSnapshot())).toEqual({
      title: 'Unexpected error',
      message: `no. This is a bug of the action. ${MAY_EXIST}`,
      remedy: `${LOOK_THERE} ${BUG}`,
    })
    const looking = new StepHarness({ client: scriptedClient({ create: [tryLater(1_000)], list: [bug] }) })
    expect(await looking.catchReport(looking.createSnapshot())).toEqual({
      title: 'Unexpected error',
      message: `no. This is a bug of the action. ${NONE_TAKEN}`,
      remedy: BUG,
    })
  })

  it('finds its own snapshot at a second look, whatever came before', async () => {
    const client = scriptedClient({
      create: [tryLater(1_000), lost()],
      list: [page([]), page([]), page([])],
      listSharded: [page([]), page([]), page([snapshot({ description: TAG })])],
    })
    const harness = new StepHarness({ client })
    expect(await harness.createSnapshot()).toEqual({
      created: true,
      mayHaveOrphan: false,
      snapshot: snapshot({ description: TAG }),
    })
    const look = ['list plain 1', 'list sharded 1']
    const create = `create before deploy ${TAG}`
    expect(client.calls).toEqual([create, ...look, create, ...look, ...look])
    expect(harness.clock.now()).toBe(6_000)
  })
})

describe('an answer to the POST about another snapshot', () => {
  // DESIGN.md section 4: a snapshot is this step's own exactly if its description contains the tag.
  it('is no answer, since it does not bear the tag: our own is found in the lists', async () => {
    const other = snapshot({ id: snapshotId(2), description: 'nightly' })
    const ours = snapshot({ id: snapshotId(3), description: `before deploy ${TAG}` })
    const client = scriptedClient({ create: [other], list: [page([other, ours])], listSharded: [page([])] })
    const harness = new StepHarness({ client })
    expect(await harness.createSnapshot()).toEqual({
      snapshot: ours,
      created: true,
      mayHaveOrphan: false,
    })
    expect(client.calls.slice(1)).toEqual(['list plain 1', 'list sharded 1'])
    expect(harness.lines[0]).toBe(
      `0 info The answer to the request for a snapshot is about another one, ${snapshotId(2)}. ${LOOKING}`,
    )
  })

  // Were it our own with a changed description, each further POST would take one more.
  it('is followed by no other POST where the lists do not show our own', async () => {
    const harness = new StepHarness({ faults: ['create:other-id'], atlas: { olderSnapshots: 1 } })
    expect(await harness.catchReport(harness.createSnapshot())).toMatchObject({
      title: 'Atlas answered about another snapshot',
      message: `The answer to the request for a snapshot is about another one, OTHER. Atlas may have taken a snapshot for this step, tagged ${TAG}, though no answer says so.`,
    })
    expect(harness.requests).toEqual([...post(0), ...look(0), ...look(5_000)])
  })
})

// The invariant, where one list answers long after the other: the plain one was read before our own snapshot showed, and
// the POST comes after that snapshot has ended, since the sharded one did not answer in between.
describe('a look that takes as long as a snapshot', () => {
  it.each([
    ['a lost POST', ['create:reset:executed', 'list-sharded:503:skip=1:times=8']],
    ['a POST sent twice', ['create:twice', 'list-sharded:503:times=8']],
  ])('is no look right before the POST after %s: one snapshot is left behind', async (_, faults) => {
    const atlas = { secondsToInProgress: 1, secondsToCompleted: 40, list: { lagSeconds: 6 } }
    const harness = new StepHarness({ faults, atlas })
    expect(await harness.createSnapshot()).toMatchObject({ created: true })
    expect(harness.atlasSnapshots).toEqual([`OWN completed: before deploy ${TAG}`])
  })
})

// DESIGN.md section 4: without the tag, nobody can tell whose such a snapshot is, so that no further POST is safe.
describe('a description that Atlas cut short', () => {
  const description = `${'a'.repeat(70)} ${TAG}`
  const cut = snapshot({ id: snapshotId(9), description: 'a'.repeat(64) })
  const FAILURE = {
    title: 'Atlas cut a description short',
    message: `Snapshot ${snapshotId(9)} may be this step's or not: its description has lost the end, where ${TAG} would be.`,
    remedy: 'Give description another, shorter text, so that each step knows its own snapshot again.',
  }

  it('is accepted in the answer to the POST, with a warning', async () => {
    const harness = new StepHarness({ client: scriptedClient({ create: [cut] }) })
    expect(await harness.createSnapshot({ description })).toEqual({
      snapshot: cut,
      created: true,
      mayHaveOrphan: false,
    })
    expect(harness.lines).toEqual([
      `0 warning Atlas cut the description of snapshot ${snapshotId(9)} short, and ${TAG} with it: had the answer been lost, this step would not have known its own snapshot again. Shorten the input description.`,
    ])
  })

  it('fails the step in a look after a lost POST, and says that a snapshot may exist', async () => {
    const client = scriptedClient({ create: [lost()], list: [page([cut])], listSharded: [page([])] })
    const harness = new StepHarness({ client })
    expect(await harness.catchReport(harness.createSnapshot({ description }))).toEqual({
      title: FAILURE.title,
      message: `${FAILURE.message} ${MAY_EXIST}`,
      remedy: `${LOOK_THERE} ${FAILURE.remedy}`,
    })
    expect(client.calls.filter((call) => call.startsWith('create'))).toHaveLength(1)
  })

  it('fails the step in a look after a POST that was not executed, and says that none exists', async () => {
    const client = scriptedClient({ create: [tryLater(1_000)], list: [page([cut])], listSharded: [page([])] })
    const harness = new StepHarness({ client })
    expect(await harness.catchReport(harness.createSnapshot({ description }))).toEqual({
      title: FAILURE.title,
      message: `${FAILURE.message} ${NONE_TAKEN}`,
      remedy: FAILURE.remedy,
    })
  })

  it('fails the step in a look at a conflict, whatever on-conflict says', async () => {
    for (const onConflict of ['wait', 'reuse', 'fail'] as const) {
      const client = scriptedClient({ create: [conflict()], list: [page([cut])], listSharded: [page([])] })
      const harness = new StepHarness({ client })
      expect(await harness.catchReport(harness.createSnapshot({ description, onConflict }))).toMatchObject({
        title: FAILURE.title,
        message: `${FAILURE.message} ${MAY_EXIST}`,
      })
    }
  })

  it('does not matter beside a snapshot that bears the tag', async () => {
    const own = snapshot({ description })
    const client = scriptedClient({ create: [lost()], list: [page([cut, own])], listSharded: [page([])] })
    expect(await new StepHarness({ client }).createSnapshot({ description })).toMatchObject({
      snapshot: own,
      created: true,
    })
  })
})

const request: CreateRequest = {
  description: `${'a'.repeat(70)} ${TAG}`,
  tag: TAG,
  retentionInDays: 3,
  onConflict: 'wait',
  backupPage: BACKUP_PAGE,
}

function posting(answer: Scripted<Snapshot>, description = request.description) {
  const client = scriptedClient({ create: [answer] })
  const harness = new StepHarness({ client })
  const outcome = harness.within(MINUTE, (context) => postSnapshot({ ...request, description }, context))
  return { harness, outcome, calls: client.calls }
}

describe('a POST', () => {
  it.each([
    ['as it was sent', request.description],
    ['that Atlas changed but for the tag', `A${TAG}.`],
  ])('brings the snapshot that bears the tag, with a description %s', async (_, description) => {
    const own = snapshot({ description })
    const { harness, outcome, calls } = posting(own)
    expect(await outcome).toBe(own)
    expect(calls).toEqual([`create ${request.description}`])
    expect(harness.lines).toEqual([])
  })

  it.each([64, 70, 80])(
    'brings one whose description was cut after %d characters, with a warning',
    async (length) => {
      const cut = snapshot({ description: request.description.slice(0, length) })
      const { harness, outcome } = posting(cut)
      expect(await outcome).toBe(cut)
      expect(harness.lines).toEqual([
        `0 warning Atlas cut the description of snapshot ${snapshotId(1)} short, and ${TAG} with it: had the answer been lost, this step would not have known its own snapshot again. Shorten the input description.`,
      ])
    },
  )

  it.each([
    ['no description', undefined, request.description],
    ['an empty description', '', request.description],
    ['the first 63 characters', 'a'.repeat(63), request.description],
    ['the beginning of a short description', 'before', `before ${TAG}`],
    ['the description of another step', 'before [as-0a1b2c3e]', `before ${TAG}`],
    ['the description of somebody else', 'nightly', `before ${TAG}`],
    ['the description in other letters', `BEFORE ${TAG.toUpperCase()}`, `before ${TAG}`],
  ])('is unanswered by a snapshot with %s', async (_, description, sent) => {
    const { harness, outcome } = posting(snapshot({ id: snapshotId(2), description }), sent)
    const error = await thrownBy(() => outcome)
    expect(error).toBeInstanceOf(OutcomeUnknownError)
    expect(error).toMatchObject({
      title: 'Atlas answered about another snapshot',
      message: `The answer to the request for a snapshot is about another one, ${snapshotId(2)}.`,
      remedy: `See in Atlas whose snapshot ${snapshotId(2)} is, and check that no proxy between the runner and Atlas mixes up answers.`,
      mayHaveExecuted: true,
    })
    expect(harness.lines).toEqual([])
  })

  it.each([lost(), refused(403), new TypeError('no')])('throws what the client throws: %s', async (error) => {
    await expect(posting(error).outcome).rejects.toBe(error)
  })
})

describe('a look', () => {
  it('may show descriptions of others, and the whole one', () => {
    const descriptions = [undefined, '', 'nightly', 'a'.repeat(63), 'b'.repeat(70), request.description]
    const snapshots = descriptions.map((description) => snapshot({ description }))
    expect(() => assertNoneTruncated(snapshots, request)).not.toThrow()
    expect(() => assertNoneTruncated([], request)).not.toThrow()
  })

  it('may not show one that could be the whole one, cut short', async () => {
    const snapshots = [snapshot(), snapshot({ id: snapshotId(2), description: 'a'.repeat(64) })]
    expect(await thrownBy(() => assertNoneTruncated(snapshots, request))).toMatchObject({
      name: 'ActionError',
      title: 'Atlas cut a description short',
      message: `Snapshot ${snapshotId(2)} may be this step's or not: its description has lost the end, where ${TAG} would be.`,
      remedy: 'Give description another, shorter text, so that each step knows its own snapshot again.',
    })
  })
})
