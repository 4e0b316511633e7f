import { describe, expect, it } from '@jest/globals'
import { ActionError } from '../../src/action-error.js'
import type { AtlasError } from '../../src/atlas/errors.js'
import type { Snapshot } from '../../src/atlas/snapshot.js'
import {
  afterListing,
  afterPost,
  afterWait,
  decide,
  ECHO_MS,
  type Evidence,
  type FailedPost,
  LIST_CONSISTENCY_DELAY_MS,
  mayExist,
  type Step,
  startEvidence,
} from '../../src/snapshot/decision.js'
import type { Listing } from '../../src/snapshot/lists.js'
import { TITLES } from '../../src/titles.js'
import {
  conflict,
  lost,
  nonAtlas,
  notExecuted,
  rejected,
  snapshot,
  snapshotId,
  throttled,
  untrusted,
} from '../support/scripted-client.js'
import { SENT, TAG } from '../support/step-harness.js'

// The response to the last POST is at 20 s. Times are milliseconds.
const AT = 20_000
const SECOND = AT + LIST_CONSISTENCY_DELAY_MS
/** When the backoff is over. */
const NEXT = 50_000
/** The next poll of the lists. */
const POLL = 70_000
const GIVE_UP = new ActionError({ title: 'Given up', message: 'Given up.', remedy: 'Stop.' })

const named = (number: number, fields: Readonly<Record<string, unknown>> = {}) =>
  snapshot({ id: snapshotId(number), description: 'nightly', ...fields })
const own = named(1, { description: SENT })
const ownToo = named(7, { description: SENT })
const other = named(2)
const ended = named(3, { status: 'completed' })
/** A completed snapshot that `reuse-within-minutes` allows. */
const recent = snapshot(
  {
    id: snapshotId(5),
    status: 'completed',
    createdAt: '2026-08-10T03:00:00Z',
    expiresAt: '2026-08-17T03:00:00Z',
  },
  { serverTime: Date.parse('2026-08-10T03:01:00Z') },
)
const REUSE = { reuseWithinMs: 300_000 } as const

const listing = (startedAt: number, ...snapshots: readonly Snapshot[]): Listing => ({
  startedAt,
  endedAt: startedAt,
  snapshots,
  mayContainParts: false,
})

type Changes = Partial<Omit<Evidence, 'request' | 'post'>> & {
  readonly request?: Partial<Evidence['request']>
  /** When another POST can be sent, immediately by default. */
  readonly next?: FailedPost['next']
}

/** The evidence of a step whose last POST had this error. */
function evidenceAfter(
  error: AtlasError | undefined,
  { request, next = AT, ...changes }: Changes = {},
): Evidence {
  return {
    request: { description: SENT, tag: TAG, retentionInDays: 7, onConflict: 'wait', ...request },
    ...(error === undefined ? {} : { post: { error, at: AT, next } }),
    isInDoubt: error?.mayHaveExecuted ?? false,
    nextListAt: POLL,
    showsTag: false,
    ended: new Set([ended.id]),
    ...changes,
  }
}

function inWords(step: Step): string {
  switch (step.kind) {
    case 'use':
      return `use ${step.as} ${Number.parseInt(step.snapshot.id, 16)}`
    case 'list':
      return `list at ${step.at}`
    case 'wait':
      return `wait for ${Number.parseInt(step.other.id, 16)}`
    case 'post':
      return 'POST'
    case 'fail':
      return `fail: ${step.error.title}`
  }
}

const failing = ({ title }: { readonly title: string }) => `fail: ${title}`

it.each<[string, AtlasError | undefined, Changes, string]>([
  // The first step
  ['is a POST at first', undefined, {}, 'POST'],
  ['is a list at first with reuse-within-minutes', undefined, { request: REUSE }, `list at ${POLL}`],
  ['reuses a recent one', undefined, { request: REUSE, listing: listing(0, ended, recent) }, 'use reused 5'],
  ['is a POST if none is recent', undefined, { request: REUSE, listing: listing(0, ended) }, 'POST'],

  // A POST that might have been executed: the lists at once, after 5 s, and when the backoff is over
  ['is a list at once after a lost POST', lost(), {}, `list at ${AT}`],
  ['is a second list 5 s later', lost(), { listing: listing(AT) }, `list at ${SECOND}`],
  [
    'is that list if an earlier one came too soon',
    lost(),
    { listing: listing(SECOND - 2) },
    `list at ${SECOND}`,
  ],
  ['is a POST after a second list', lost(), { listing: listing(SECOND) }, 'POST'],
  ['is a POST if its timer fired 1 ms early', lost(), { listing: listing(SECOND - 1) }, 'POST'],
  [
    'is a third list after the backoff',
    lost(),
    { next: NEXT, listing: listing(NEXT - 2) },
    `list at ${NEXT}`,
  ],
  ['is a POST right after the third list', lost(), { next: NEXT, listing: listing(NEXT) }, 'POST'],
  [
    'is a second list even without another POST',
    lost(),
    { next: GIVE_UP, listing: listing(AT) },
    `list at ${SECOND}`,
  ],
  [
    'is to fail after two lists without another POST',
    lost(),
    { next: GIVE_UP, listing: listing(SECOND) },
    'fail: Given up',
  ],
  ['is a list after the page of a proxy', nonAtlas(), { next: GIVE_UP }, `list at ${AT}`],
  [
    'is to fail after two lists and the page of a proxy',
    nonAtlas(),
    { next: GIVE_UP, listing: listing(SECOND) },
    'fail: Given up',
  ],

  // A POST that was not executed: the lists when the backoff is over
  ['is a list after the backoff of a throttled POST', throttled(), { next: NEXT }, `list at ${NEXT}`],
  [
    'is that list though there was one before',
    throttled(),
    { next: NEXT, listing: listing(NEXT - 2) },
    `list at ${NEXT}`,
  ],
  ['is a POST after that list', notExecuted(), { next: NEXT, listing: listing(NEXT) }, 'POST'],
  ['is to fail at once after a rejection', rejected(403), { next: GIVE_UP }, 'fail: Given up'],
  ['is to fail at once after an untrusted response', untrusted(true), { next: GIVE_UP }, 'fail: Given up'],
  [
    'reuses a recent one in place of another POST',
    throttled(),
    { request: REUSE, listing: listing(AT, recent) },
    'use reused 5',
  ],
  [
    'is a POST in doubt, though another one is recent',
    lost(),
    { request: REUSE, listing: listing(SECOND, recent) },
    'POST',
  ],

  // The step's own snapshot
  ['uses the own one', lost(), { listing: listing(AT, other, own) }, 'use own 1'],
  [
    'uses the own one after a POST that was not executed',
    throttled(),
    { next: NEXT, listing: listing(AT, own) },
    'use own 1',
  ],
  [
    'uses the own one whatever on-conflict says',
    conflict(),
    { request: { onConflict: 'fail' }, listing: listing(AT, other, own) },
    'use own 1',
  ],
  [
    'uses a failed own one',
    lost(),
    { listing: listing(AT, named(1, { description: SENT, status: 'failed' })) },
    'use own 1',
  ],
  [
    'fails if two are the own one',
    lost(),
    { listing: listing(AT, own, ownToo) },
    `fail: ${TITLES.duplicateTag}`,
  ],
  [
    'is only a list if something else shows the tag',
    lost(),
    { showsTag: true, listing: listing(SECOND) },
    `list at ${POLL}`,
  ],
  [
    'is only a list even if the last POST was rejected',
    rejected(403),
    { showsTag: true, next: GIVE_UP, listing: listing(AT) },
    `list at ${POLL}`,
  ],
  [
    'is only a list though another one is in progress',
    conflict(),
    { showsTag: true, listing: listing(AT, other) },
    `list at ${POLL}`,
  ],

  // A conflict: the lists when the backoff is over
  ['is a list after a conflict', conflict(), { next: NEXT }, `list at ${NEXT}`],
  [
    'is that list though an earlier one shows another snapshot',
    conflict(),
    { next: NEXT, listing: listing(NEXT - 2, other) },
    `list at ${NEXT}`,
  ],
])('the next step %s', (_, error, changes, expected) => {
  expect(inWords(decide(evidenceAfter(error, changes)))).toBe(expected)
})

const CONFLICT = failing(conflict())
const LOOK = `list at ${POLL}`

describe('after a conflict, on-conflict decides', () => {
  const seen = { listing: listing(AT, ended, other) }
  const none = { listing: listing(AT, ended) }
  // Another snapshot ended less than a minute before the list, or since the conflict.
  const echo = { listing: listing(AT + 9), echoUntil: AT + 10 }
  const endedSince = { listing: listing(AT + 2 * ECHO_MS), echoUntil: AT + 1 + ECHO_MS }
  const over = { listing: listing(AT + 10), echoUntil: AT + 10 }
  const endedBefore = { listing: listing(AT + ECHO_MS), echoUntil: AT + ECHO_MS }

  it.each<[string, Changes, boolean, string, string, string]>([
    ['another one is in progress', seen, false, 'wait for 2', 'use conflicting 2', CONFLICT],
    ['another one is in progress', seen, true, 'wait for 2', 'wait for 2', CONFLICT],
    ['the end of another one is less than a minute ago', echo, false, 'POST', 'POST', CONFLICT],
    ['the end of another one is less than a minute ago', echo, true, 'POST', 'POST', CONFLICT],
    ['another one has ended since the conflict', endedSince, false, 'POST', 'POST', CONFLICT],
    ['another one has ended since the conflict', endedSince, true, 'POST', 'POST', CONFLICT],
    ['nothing is in progress', none, false, 'POST', 'POST', CONFLICT],
    ['nothing is in progress', none, true, LOOK, LOOK, LOOK],
    ['the end of another one is a minute ago', over, false, 'POST', 'POST', CONFLICT],
    ['the end of another one is a minute ago', over, true, LOOK, LOOK, LOOK],
    ['another one ended with the conflict, a minute ago', endedBefore, true, LOOK, LOOK, LOOK],
  ])('if %s (row %#)', (_, changes, isInDoubt, wait, reuse, fail) => {
    const steps = (['wait', 'reuse', 'fail'] as const).map((onConflict) =>
      inWords(decide(evidenceAfter(conflict(), { ...changes, isInDoubt, request: { onConflict } }))),
    )
    expect(steps).toStrictEqual([wait, reuse, fail])
  })

  it.each<[string, Snapshot, boolean]>([
    ['one with an unknown status', named(2, { status: 'pondering' }), true],
    ['one without a type', named(2, { snapshotType: undefined }), true],
    [
      'a sharded one that is completed only in its plain form',
      named(2, { status: 'completed', type: 'shardedCluster' }),
      true,
    ],
    ['a failed one', named(2, { status: 'failed' }), false],
    ['a scheduled one', named(2, { snapshotType: 'scheduled' }), false],
    ['a fallback one', named(2, { snapshotType: 'fallback' }), false],
    // A list can be out of date.
    ['one that was seen finished', named(3), false],
  ])('and counts or ignores as in progress: %s', (_, listed, isOther) => {
    const step = decide(
      evidenceAfter(conflict(), { listing: listing(AT, listed), request: { onConflict: 'reuse' } }),
    )
    expect(step.kind).toBe(isOther ? 'use' : 'post')
  })

  it('but reuse-within-minutes comes before another POST, and never in doubt', () => {
    const step = (changes: Changes) =>
      inWords(decide(evidenceAfter(conflict(), { request: REUSE, listing: listing(AT, recent), ...changes })))
    expect(step({})).toBe('use reused 5')
    expect(step({ echoUntil: AT + 1 })).toBe('use reused 5')
    expect(step({ echoUntil: AT + 1, isInDoubt: true })).toBe('POST')
    expect(step({ isInDoubt: true })).toBe(LOOK)
  })
})

it.each<[string, AtlasError | undefined, Changes, boolean]>([
  ['after a lost POST', lost(), {}, true],
  ['if any earlier POST was lost', throttled(), { isInDoubt: true }, true],
  ['if an entry has shown the tag', throttled(), { showsTag: true }, true],
  ['not before the first POST', undefined, {}, false],
  ['not after a POST that was not executed', rejected(403), { listing: listing(AT) }, false],
  // A proxy can deliver a POST twice.
  ['after a conflict, before the lists are read', conflict(), {}, true],
  ['after a conflict without another one in progress', conflict(), { listing: listing(AT, ended) }, true],
  [
    'after a conflict that echoes the end of another one',
    conflict(),
    { listing: listing(AT), echoUntil: AT + 1 },
    true,
  ],
  [
    'not if another one in progress explains the conflict',
    conflict(),
    { listing: listing(AT, other) },
    false,
  ],
])("the step's own snapshot might exist %s", (_, error, changes, expected) => {
  expect(mayExist(evidenceAfter(error, changes))).toBe(expected)
})

describe('the evidence', () => {
  const start = startEvidence(evidenceAfter(undefined).request, 0)

  it('starts without doubt and lists, if necessary, at once', () => {
    expect(start).toStrictEqual({ request: start.request, isInDoubt: false, nextListAt: 0, showsTag: false })
  })

  it('after a POST forgets the list, and never its doubt', () => {
    const failed = (error: AtlasError, before = start) => afterPost(before, { error, at: AT, next: NEXT })
    const refused = failed(throttled(), { ...start, listing: listing(0) })
    expect(refused).toMatchObject({ post: { at: AT, next: NEXT }, isInDoubt: false, nextListAt: AT })
    expect(refused.listing).toBeUndefined()
    expect(failed(conflict(), failed(lost())).isInDoubt).toBe(true)
  })

  it('after the first list knows the snapshots that ended before, but no new end', () => {
    const scheduled = named(8, { snapshotType: 'scheduled', status: 'completed' })
    const read = listing(AT, own, ended, named(4, { status: 'failed' }), scheduled)
    const first = afterListing(start, read, POLL)
    expect(first).toMatchObject({
      listing: read,
      nextListAt: POLL,
      ended: new Set([ended.id, snapshotId(4)]),
    })
    expect(first.echoUntil).toBeUndefined()
  })

  it('after another list has an end for each snapshot that is newly finished', () => {
    const first = afterListing(start, listing(AT, ended), POLL)
    const same = afterListing(first, listing(POLL, ended, other), POLL)
    expect(same.echoUntil).toBeUndefined()
    const endedToo = named(2, { status: 'failed' })
    const changed = afterListing(same, listing(POLL, endedToo), 2 * POLL)
    expect(changed).toMatchObject({ echoUntil: POLL + ECHO_MS, ended: new Set([ended.id, other.id]) })
    // The same end is not new again, and does not end the echo.
    expect(afterListing(changed, listing(2 * POLL, endedToo), 0).echoUntil).toBe(POLL + ECHO_MS)
  })

  it('after a wait has an end, and lists again at once', () => {
    const waited = afterWait(evidenceAfter(conflict(), { listing: listing(AT, other) }), other, POLL)
    expect(waited).toMatchObject({
      echoUntil: POLL + ECHO_MS,
      nextListAt: POLL,
      ended: new Set([ended.id, other.id]),
    })
    expect(inWords(decide(waited))).toBe(`list at ${AT}`)
    expect(inWords(decide({ ...waited, listing: listing(POLL, other) }))).toBe('POST')
  })
})
