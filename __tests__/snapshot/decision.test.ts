import { describe, expect, it } from '@jest/globals'
import { REQUEST } from '../../simulation/options.js'
import { ActionError } from '../../src/action-error.js'
import type { AtlasError } from '../../src/atlas/errors.js'
import type { Snapshot } from '../../src/atlas/snapshot.js'
import {
  afterListing,
  afterPost,
  afterWait,
  type Decision,
  decide,
  type Evidence,
  LIST_CONSISTENCY_DELAY_MS,
  mayExist,
  raiseOwn,
  SHORTEST_SNAPSHOT_MS,
  startEvidence,
} from '../../src/snapshot/decision.js'
import type { Listing } from '../../src/snapshot/lists.js'
import { TITLES } from '../../src/titles.js'
import {
  conflict,
  lost,
  nonAtlas,
  notExecuted,
  recent,
  rejected,
  snapshot,
  snapshotId,
  throttled,
  untrusted,
} from '../support/scripted-client.js'
import { SENT, TAG } from '../support/step-harness.js'

// The response to the last POST is at 20 s. Times are milliseconds.
const AT = 20_000
/** How long each read of the lists takes. */
const TOOK = 3_000
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
const COMPLETED = { status: 'completed' }
const ended = named(3, COMPLETED)

const listing = (startedAt: number, ...snapshots: readonly Snapshot[]): Listing => ({
  startedAt,
  endedAt: startedAt + TOOK,
  snapshots,
  mayContainParts: false,
})

type Changes = Partial<Omit<Evidence, 'options' | 'post'>> & {
  readonly options?: Partial<Evidence['options']>
  /** When another POST can be sent, immediately by default. */
  readonly next?: number | 'never'
}

/** The evidence of a step whose last POST had this error. */
function evidenceAfter(
  error: AtlasError | undefined,
  { options, next = AT, ...changes }: Changes = {},
): Evidence {
  return {
    options: { request: REQUEST, onConflict: 'wait', ...options },
    tag: TAG,
    ...(error === undefined ? {} : { post: { error, at: AT, next: next === 'never' ? GIVE_UP : next } }),
    own: error?.mayHaveExecuted ? 'inDoubt' : 'absent',
    nextListAt: POLL,
    showsUnfinished: false,
    finished: new Set([ended.id]),
    ...changes,
  }
}

function inWords(decision: Decision): string {
  switch (decision.kind) {
    case 'use':
      return `use ${decision.as} ${Number.parseInt(decision.snapshot.id, 16)}`
    case 'list':
      return `list at ${decision.at}`
    case 'wait':
      return `wait for ${Number.parseInt(decision.other.id, 16)}`
    case 'post':
      return 'POST'
    case 'fail':
      return `fail: ${decision.error.title}`
  }
}

const seen = (startedAt: number, ...snapshots: readonly Snapshot[]): Changes => ({
  listing: listing(startedAt, ...snapshots),
})
const mayBeParts = (...snapshots: readonly Snapshot[]): Changes => ({
  listing: { ...listing(AT, ...snapshots), mayContainParts: true },
})
const reuse = { options: { reuseWithinMs: 300_000 } }
const delayed = { next: NEXT }
const final = { next: 'never' } as const
const tagged = { own: 'exists' } as const

describe('the next step', () => {
  it.each<[string, Changes, string]>([
    ['is a POST', {}, 'POST'],
    ['is a list with reuse-within-minutes', reuse, `list at ${POLL}`],
    ['reuses a recent one', { ...reuse, ...seen(0, ended, recent) }, 'use reused 5'],
    ['is a POST if none is recent', { ...reuse, ...seen(0, ended) }, 'POST'],
  ])('at first %s', (_, changes, expected) => {
    expect(inWords(decide(evidenceAfter(undefined, changes)))).toBe(expected)
  })

  // The lists are read at once, after 5 s, and when the backoff is over.
  it.each<[string, Changes, string]>([
    ['is a list at once', {}, `list at ${AT}`],
    ['is a second list 5 s later', seen(AT), `list at ${SECOND}`],
    ['is that list if an earlier one came too soon', seen(SECOND - 2), `list at ${SECOND}`],
    ['is a POST after the second list', seen(SECOND), 'POST'],
    ['is a POST if its timer fired 1 ms early', seen(SECOND - 1), 'POST'],
    ['is a third list after the backoff', { ...delayed, ...seen(NEXT - 2) }, `list at ${NEXT}`],
    ['is a POST after the third list', { ...delayed, ...seen(NEXT) }, 'POST'],
    ['is a POST though another one is recent', { ...reuse, ...seen(SECOND, recent) }, 'POST'],
    ['uses the own one', seen(AT, other, own), 'use own 1'],
    ['uses a failed own one', seen(AT, named(1, { description: SENT, status: 'failed' })), 'use own 1'],
    ['fails if two are the own one', seen(AT, own, ownToo), `fail: ${TITLES.duplicateTag}`],
    ['is a list if two can be parts', { ...tagged, ...mayBeParts(own, ownToo) }, `list at ${POLL}`],
    ['uses one that can be a part', { ...tagged, ...mayBeParts(own) }, 'use own 1'],
    ['is no POST if only another entry shows the tag', { ...tagged, ...seen(SECOND) }, `list at ${POLL}`],
  ])('after a lost POST %s', (_, changes, expected) => {
    expect(inWords(decide(evidenceAfter(lost(), changes)))).toBe(expected)
  })

  it.each<[string, Changes, string]>([
    ['is a list at once', final, `list at ${AT}`],
    ['is a second list 5 s later', { ...final, ...seen(AT) }, `list at ${SECOND}`],
    ['is to fail after two lists', { ...final, ...seen(SECOND) }, 'fail: Given up'],
  ])('after the page of a proxy %s', (_, changes, expected) => {
    expect(inWords(decide(evidenceAfter(nonAtlas(), changes)))).toBe(expected)
  })

  // The lists are read when the backoff is over.
  it.each<[string, () => AtlasError, Changes, string]>([
    ['is a list after the backoff', throttled, delayed, `list at ${NEXT}`],
    ['is that list after an earlier one', throttled, { ...delayed, ...seen(NEXT - 2) }, `list at ${NEXT}`],
    ['is a POST after that list', notExecuted, { ...delayed, ...seen(NEXT) }, 'POST'],
    ['reuses a recent one instead', throttled, { ...reuse, ...seen(AT, recent) }, 'use reused 5'],
    ['uses the own one', throttled, { ...delayed, ...seen(AT, own) }, 'use own 1'],
    ['is to fail at once after a rejection', () => rejected(403), final, 'fail: Given up'],
    ['is to fail at once after an untrusted response', () => untrusted(true), final, 'fail: Given up'],
    ['is a list if an entry shows the tag', () => rejected(403), { ...final, ...tagged }, `list at ${POLL}`],
  ])('after a POST that failed in another way %s', (_, createError, changes, expected) => {
    expect(inWords(decide(evidenceAfter(createError(), changes)))).toBe(expected)
  })

  it.each<[string, Changes, string]>([
    ['is a list after the backoff', delayed, `list at ${NEXT}`],
    ['is that list after an earlier one', { ...delayed, ...seen(NEXT - 2, other) }, `list at ${NEXT}`],
    ['uses the own one', { options: { onConflict: 'fail' }, ...seen(AT, other, own) }, 'use own 1'],
    ['is only a list if an entry shows the tag', { ...tagged, ...seen(AT, other) }, `list at ${POLL}`],
  ])('after a conflict %s', (_, changes, expected) => {
    expect(inWords(decide(evidenceAfter(conflict(), changes)))).toBe(expected)
  })
})

// Otherwise the step's own snapshot could have begun and ended meanwhile.
it('in doubt, an end explains conflicts for less than the 99 s of the shortest recorded snapshot', () => {
  expect(SHORTEST_SNAPSHOT_MS).toBeLessThan(99_000)
})

describe('after a conflict, on-conflict decides', () => {
  const WAIT = 'wait for 2'
  const FAIL = `fail: ${conflict().title}`
  const LOOK = `list at ${POLL}`
  const REPEAT = ['POST', 'POST', FAIL]
  const SEARCH = [LOOK, LOOK, LOOK]
  const end = AT + SHORTEST_SNAPSHOT_MS

  // The steps with wait, reuse, and fail, and the same three in doubt.
  it.each<[string, Changes, readonly string[], readonly string[]]>([
    ['one is in progress', seen(AT, ended, other), [WAIT, 'use conflicting 2', FAIL], [WAIT, WAIT, FAIL]],
    ['nothing is in progress', seen(AT, ended), REPEAT, SEARCH],
    ['one ended less than a minute ago', { ...seen(end - TOOK - 1), otherEndSeenAt: AT }, REPEAT, REPEAT],
    ['one ended a minute ago', { ...seen(end - TOOK), otherEndSeenAt: AT }, REPEAT, SEARCH],
    ['the lists have shown one in progress', { ...seen(2 * end), showsUnfinished: true }, REPEAT, REPEAT],
  ])('if %s', (_, changes, ...expected) => {
    const steps = (['absent', 'inDoubt'] as const).map((own) =>
      (['wait', 'reuse', 'fail'] as const).map((onConflict) =>
        inWords(decide(evidenceAfter(conflict(), { ...changes, own, options: { onConflict } }))),
      ),
    )
    expect(steps).toStrictEqual(expected)
  })

  it.each<[string, Snapshot, boolean]>([
    ['one with an unknown status', named(2, { status: 'pondering' }), true],
    ['one without a type', named(2, { snapshotType: undefined }), true],
    ['a sharded one whose plain form is completed', named(2, { ...COMPLETED, type: 'shardedCluster' }), true],
    ['a failed one', named(2, { status: 'failed' }), false],
    ['a scheduled one', named(2, { snapshotType: 'scheduled' }), false],
    ['a fallback one', named(2, { snapshotType: 'fallback' }), false],
    // A list can be out of date.
    ['one that was seen finished', named(3), false],
  ])('and counts or ignores as in progress: %s', (_, listed, isOther) => {
    const step = decide(evidenceAfter(conflict(), { ...seen(AT, listed), options: { onConflict: 'reuse' } }))
    expect(step.kind).toBe(isOther ? 'use' : 'post')
  })

  it('but reuse-within-minutes comes before another POST, and never in doubt', () => {
    const step = (changes: Changes) =>
      inWords(decide(evidenceAfter(conflict(), { ...reuse, ...seen(AT, recent), ...changes })))
    expect(step({})).toBe('use reused 5')
    expect(step({ otherEndSeenAt: AT })).toBe('use reused 5')
    expect(step({ otherEndSeenAt: AT, own: 'inDoubt' })).toBe('POST')
    expect(step({ own: 'inDoubt' })).toBe(`list at ${POLL}`)
  })
})

it.each<[string, (() => AtlasError) | undefined, Changes, boolean]>([
  ['after a lost POST', lost, {}, true],
  ['if any earlier POST was lost', throttled, { own: 'inDoubt' }, true],
  ['if an entry has shown the tag', throttled, tagged, true],
  ['not before the first POST', undefined, {}, false],
  ['not after a POST that was not executed', () => rejected(403), seen(AT), false],
  // A proxy can deliver a POST twice.
  ['after a conflict, before the lists are read', conflict, {}, true],
  ['after a conflict with nothing in progress', conflict, seen(AT, ended), true],
  ['after an earlier conflict that nothing explained', () => rejected(403), { own: 'conceivable' }, true],
  ['not after a conflict with another one in progress', conflict, seen(AT, other), false],
])("the step's own snapshot might exist %s", (_, createError, changes, expected) => {
  expect(mayExist(evidenceAfter(createError?.(), changes))).toBe(expected)
})

describe('the evidence', () => {
  const { options } = evidenceAfter(undefined)
  const start = startEvidence(options, TAG, 0)
  const refusal = { error: conflict(), at: AT, next: AT }

  it('starts without doubt and lists, if necessary, at once', () => {
    expect(start).toStrictEqual({ options, tag: TAG, own: 'absent', nextListAt: 0, showsUnfinished: false })
  })

  // Otherwise, a list from before a doubled POST could explain its conflict.
  it('after a POST forgets the lists', () => {
    const refused = afterPost({ ...start, listing: listing(0, other) }, refusal)
    expect(refused.listing).toBeUndefined()
    expect(mayExist(refused)).toBe(true)
  })

  it('after a wait knows the reason for the last conflict', () => {
    const refused = afterPost(start, refusal)
    const waited = afterWait(refused, named(2, COMPLETED), POLL)
    for (const evidence of [waited, afterListing(waited, listing(POLL), 2 * POLL)])
      expect(mayExist(evidence)).toBe(false)
    expect(mayExist(afterPost(waited, { error: conflict(), at: POLL, next: POLL }))).toBe(true)
  })

  it('never knows less of the own snapshot than before', () => {
    const failed = (error: AtlasError, before = start) => afterPost(before, { error, at: AT, next: NEXT })
    expect(failed(throttled())).toMatchObject({ post: { at: AT, next: NEXT }, own: 'absent' })
    expect(failed(rejected(403), failed(conflict())).own).toBe('conceivable')
    expect(failed(conflict(), failed(lost())).own).toBe('inDoubt')
    expect(failed(lost(), raiseOwn(start, 'exists')).own).toBe('exists')
    expect(raiseOwn(raiseOwn(start, 'exists'), 'conceivable').own).toBe('exists')
  })

  it('after the first list knows the snapshots that ended before, but no new end', () => {
    const failed = named(4, { status: 'failed' })
    const scheduled = named(8, { snapshotType: 'scheduled', status: 'completed' })
    const read = listing(AT, own, ended, failed, scheduled)
    const first = afterListing(start, read, POLL)
    expect(first).toMatchObject({ listing: read, nextListAt: POLL, finished: new Set([ended.id, failed.id]) })
    expect(first.otherEndSeenAt).toBeUndefined()
  })

  it('after another list has an end for each snapshot that is newly finished', () => {
    const first = afterListing(start, listing(AT, ended), POLL)
    const same = afterListing(first, listing(POLL, ended, other), POLL)
    expect(same.otherEndSeenAt).toBeUndefined()
    const endedToo = named(2, { status: 'failed' })
    const changed = afterListing(same, listing(POLL, endedToo), 2 * POLL)
    expect(changed).toMatchObject({ otherEndSeenAt: POLL, finished: new Set([ended.id, other.id]) })
    // The same end is not new again.
    expect(afterListing(changed, listing(2 * POLL, endedToo), 0).otherEndSeenAt).toBe(POLL)
  })

  it.each([
    ['a queued one', named(2), true],
    ['one in progress', named(2, { status: 'inProgress' }), true],
    ['one with an unknown status', named(2, { status: 'pondering' }), false],
    ['a completed one', ended, false],
    ['a scheduled one', named(2, { snapshotType: 'scheduled' }), false],
  ])('knows whether the lists hide snapshots in progress once they show %s', (_, listed, expected) => {
    const read = afterListing(start, listing(AT, listed), POLL)
    expect(read.showsUnfinished).toBe(expected)
    expect(afterListing(read, listing(POLL), POLL).showsUnfinished).toBe(expected)
  })

  it('after a wait has an end, and lists again at once', () => {
    const waited = afterWait(evidenceAfter(conflict(), seen(AT, other)), named(2, COMPLETED), POLL)
    expect(waited).toMatchObject({ otherEndSeenAt: POLL, finished: new Set([ended.id, other.id]) })
    expect(inWords(decide(waited))).toBe(`list at ${AT}`)
    expect(inWords(decide({ ...waited, listing: listing(POLL, other) }))).toBe('POST')
  })
})
