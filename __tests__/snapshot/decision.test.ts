import { describe, expect, it } from '@jest/globals'
import type { Snapshot } from '../../src/atlas/snapshot.js'
import { decide, type PostFacts, toPostOutcome } from '../../src/snapshot/decision.js'
import { TITLES } from '../../src/titles.js'
import {
  AT,
  conflicted,
  describeStep,
  type FactChanges,
  facts,
  finished,
  GIVE_UP,
  LONG_BEFORE,
  listing,
  NEXT_LIST,
  on,
  other,
  own,
  REUSE,
  recent,
  SECOND,
  SENT,
  title,
  truncated,
  whole,
} from '../support/decision-facts.js'
import {
  conflict,
  lost,
  nonAtlas,
  notExecuted,
  rejected,
  snapshotId,
  throttled,
  untrusted,
} from '../support/scripted-client.js'

// The rules after a conflict are in decision-conflict.test.ts.
describe('the next step', () => {
  it.each<[string, FactChanges, string]>([
    ['after a lost POST', {}, `list at ${AT}`],
    ['after the first list without the tag', { seen: [] }, `list at ${SECOND}`],
    ['after a first list that took long', { listings: [listing(SECOND + 1)] }, `list at ${SECOND}`],
    ['after two early listings', { listings: [listing(AT), listing(AT + 1)] }, `list at ${SECOND}`],
    ['after two listings without the tag', { listings: [listing(AT), listing(SECOND)] }, `post at ${AT}`],
    [
      'after two listings, with a short backoff',
      { post: { next: SECOND + 5_000 }, listings: [listing(AT), listing(SECOND)] },
      `post at ${SECOND + 5_000}`,
    ],
    [
      'after two listings, with a long Retry-After',
      { post: { next: 80_000 }, listings: [listing(AT), listing(SECOND)] },
      'list at 80000',
    ],
    [
      'before the second list, without another POST',
      { post: { next: GIVE_UP }, seen: [] },
      `list at ${SECOND}`,
    ],
    [
      'after two listings, without another POST',
      { post: { next: GIVE_UP }, listings: [listing(AT), listing(SECOND)] },
      'fail: Given up',
    ],
    ['if a list shows the own snapshot', { seen: [other, own] }, 'use own 1'],
    [
      'if a list also shows what might be the own snapshot',
      { unconfirmedPostAt: AT, seen: [truncated({}), own] },
      'use own 1',
    ],
    [
      'if two snapshots are the own one',
      { seen: [own, { ...own, id: snapshotId(7) }] },
      `fail: ${TITLES.duplicateTag}`,
    ],
  ])('%s', (_, changes, expected) => {
    expect(describeStep(decide(facts(changes)))).toBe(expected)
  })
})

describe('the next step after a POST that was not executed', () => {
  const rejection: Partial<PostFacts> = { outcome: 'not-executed', error: throttled(), next: 50_000 }

  it.each<[string, FactChanges, string]>([
    ['is a list after the pause', {}, 'list at 50000'],
    [
      'is another list if the last one was before the end of the pause',
      { listings: [listing(49_000)] },
      'list at 50000',
    ],
    ['is a POST after that list', { listings: [listing(50_000)], now: 50_200 }, 'post at 50200'],
    [
      'is the own snapshot if an earlier POST was executed',
      { listings: [listing(50_000, [own])] },
      'use own 1',
    ],
    ['is to fail if it must not be repeated', { post: { next: GIVE_UP } }, 'fail: Given up'],
  ])('%s', (_, changes, expected) => {
    expect(describeStep(decide(facts({ ...changes, post: { ...rejection, ...changes.post } })))).toBe(
      expected,
    )
  })

  it('is to fail immediately if the error is final', () => {
    const error = rejected(403)
    expect(describeStep(decide(facts({ post: { outcome: 'final', error } })))).toBe(title(error))
  })
})

describe('the first step', () => {
  const start = (changes: FactChanges = {}) => ({
    ...facts(changes),
    lastPost: undefined,
    firstPostAt: undefined,
  })
  const reuse = { request: REUSE }

  it.each<[string, FactChanges, string]>([
    ['is a POST', {}, `post at ${AT}`],
    ['is a list with reuse-within-minutes', reuse, `list at ${AT}`],
    ['is a POST if there is nothing to reuse', { ...reuse, seen: [finished] }, `post at ${AT}`],
    ['reuses a recent snapshot', { ...reuse, seen: [recent] }, 'use reused 5'],
    [
      'reads the cluster before it reuses what might be a part',
      { ...reuse, configuredType: undefined, seen: [recent] },
      'read the cluster',
    ],
    [
      'does not reuse a part',
      { ...reuse, configuredType: 'shardedCluster', seen: [recent] },
      `post at ${AT}`,
    ],
  ])('%s', (_, changes, expected) => {
    expect(describeStep(decide(start(changes)))).toBe(expected)
  })
})

describe('a part of a sharded snapshot', () => {
  const unread = { configuredType: undefined } as const
  const unreadable = { configuredType: 'unreadable' } as const
  const sharded = { configuredType: 'shardedCluster' } as const

  it.each<[string, FactChanges, string]>([
    ['is told from a whole one by the cluster', { ...unread, seen: [own] }, 'read the cluster'],
    [
      'is not used, but proves that the POST was executed',
      { ...sharded, listings: [listing(AT, [own]), listing(SECOND, [own])] },
      `list at ${NEXT_LIST}`,
    ],
    ['is not used if the lists show the whole one', { ...unread, seen: [own, whole] }, 'use own 4'],
    [
      'is expected for 5 s if the cluster cannot be read',
      { ...unreadable, seen: [own] },
      `list at ${SECOND}`,
    ],
    [
      'cannot exist if the sharded list stays empty',
      { ...unreadable, listings: [listing(AT, [own]), listing(SECOND, [own])] },
      'use own 1',
    ],
    [
      'cannot exist without a sharded list',
      { ...unreadable, listings: [listing(AT, [own], true)] },
      'use own 1',
    ],
    [
      'prevents a POST even if a later list lacks it',
      { isListed: true, listings: [listing(AT), listing(SECOND)] },
      `list at ${NEXT_LIST}`,
    ],
    ['is no duplicate', { ...sharded, seen: [own, { ...own, id: snapshotId(7) }] }, `list at ${NEXT_LIST}`],
    [
      'does not explain a conflict',
      conflicted({
        ...sharded,
        request: on('reuse'),
        unexplainedConflictAt: LONG_BEFORE,
        finishedBeforePost: new Set(),
        ended: { snapshot: finished, at: AT },
        seen: [other],
      }),
      `list at ${NEXT_LIST}`,
    ],
    [
      'might explain a conflict until the cluster is read',
      conflicted({ ...unread, request: on('fail'), seen: [other] }),
      'read the cluster',
    ],
  ])('%s', (_, changes, expected) => {
    expect(describeStep(decide(facts(changes)))).toBe(expected)
  })
})

// The first POST was at 10 s, the list at 20 s by the runner's clock and at 03:26:50 by Atlas's.
describe('a changed description', () => {
  const listed = '2026-08-10T03:26:50Z'
  const completed = (createdAt?: string) => ({ status: 'completed', createdAt })
  const ambiguous = `fail: ${TITLES.descriptionChanged}`

  it.each<[string, Snapshot, string]>([
    ['with text before and behind it fails the step', { ...own, description: `[prod] ${SENT}.` }, ambiguous],
    ['of a snapshot in progress fails the step', truncated({}, listed), ambiguous],
    ['of a scheduled snapshot is ignored', truncated({ snapshotType: 'scheduled' }), `list at ${SECOND}`],
    [
      'of a restore point since the first POST fails the step',
      truncated(completed('2026-08-10T03:26:40Z'), listed),
      ambiguous,
    ],
    [
      'of an earlier restore point is ignored',
      truncated(completed('2026-08-10T03:26:38Z'), listed),
      `list at ${SECOND}`,
    ],
  ])('%s', (_, listedSnapshot, expected) => {
    const lostPost = { unconfirmedPostAt: AT, seen: [listedSnapshot] }
    expect(describeStep(decide(facts(lostPost)))).toBe(expected)
  })
})

describe('the outcome of a POST', () => {
  it.each([
    [conflict(), 'conflict'],
    [lost(), 'unknown'],
    [nonAtlas(true), 'unknown'],
    [nonAtlas(false), 'final'],
    [notExecuted(), 'not-executed'],
    [throttled(), 'not-executed'],
    [rejected(403), 'final'],
    [untrusted(true), 'final'],
  ])('after %s is %s', (error, outcome) => {
    expect(toPostOutcome(error)).toBe(outcome)
  })
})
