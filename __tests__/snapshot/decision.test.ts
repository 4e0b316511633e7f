import { describe, expect, it } from '@jest/globals'
import { ActionError } from '../../src/action-error.js'
import type { Snapshot } from '../../src/atlas/snapshot.js'
import { CONFLICT_AFTER_END_MS } from '../../src/snapshot/conflict.js'
import {
  decide,
  type Facts,
  LIST_CONSISTENCY_DELAY_MS,
  mayHaveOrphan,
  type PostFacts,
  type PostOutcome,
  type Step,
  toPostOutcome,
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
import { TAG } from '../support/step-harness.js'

// The last POST is at 10 s, and its response at 20 s. Times are milliseconds.
const FIRST_POST_AT = 10_000
const AT = 20_000
const SECOND = AT + LIST_CONSISTENCY_DELAY_MS
const NEXT_LIST = 40_000
/** A minute before the response. */
const LONG_BEFORE = AT - CONFLICT_AFTER_END_MS
const SENT = `${'before deploy '.repeat(6)}${TAG}`
const GIVE_UP = new ActionError({ title: 'Given up', message: 'Given up.', remedy: 'Stop.' })

const own = snapshot({ id: snapshotId(1), description: SENT })
const other = snapshot({ id: snapshotId(2), description: 'nightly' })
const finished = snapshot({ id: snapshotId(3), status: 'completed', description: 'nightly' })
const failed = snapshot({ id: snapshotId(3), status: 'failed', description: 'nightly' })
const whole = snapshot(
  { id: snapshotId(4), type: 'shardedCluster', description: SENT, snapshotIds: [own.id] },
  { form: 'sharded' },
)
/** A completed on-demand snapshot that `reuse-within-minutes` allows. */
const recent = snapshot(
  {
    id: snapshotId(5),
    status: 'completed',
    createdAt: '2026-08-10T03:00:00Z',
    expiresAt: '2026-08-17T03:00:00Z',
  },
  { serverTime: Date.parse('2026-08-10T03:01:00Z') },
)

function truncated(fields: Readonly<Record<string, unknown>>, serverTime?: string): Snapshot {
  const options = serverTime === undefined ? {} : { serverTime: Date.parse(serverTime) }
  return snapshot({ id: snapshotId(6), description: SENT.slice(0, 70), ...fields }, options)
}

function listing(startedAt: number, snapshots: readonly Snapshot[] = [], lacksShardedList = false): Listing {
  return { startedAt, endedAt: startedAt, snapshots, lacksShardedList, hasInvalidSharded: false }
}

type FactChanges = Partial<Omit<Facts, 'lastPost' | 'request'>> & {
  /** The snapshots in one list, read immediately after the response. */
  readonly seen?: readonly Snapshot[]
  readonly post?: Partial<PostFacts>
  readonly request?: Partial<Facts['request']>
}

/** Facts after a lost POST of a step on a replica set. */
function facts({ post, request, seen, ...changes }: FactChanges = {}): Facts {
  const listings = changes.listings ?? (seen === undefined ? [] : [listing(AT, seen)])
  return {
    request: { description: SENT, tag: TAG, retentionInDays: 7, onConflict: 'wait', ...request },
    now: AT,
    firstPostAt: FIRST_POST_AT,
    lastPost: { outcome: 'unknown', error: lost(), at: AT, next: AT, ...post },
    unconfirmedPostAt: undefined,
    unexplainedConflictAt: undefined,
    isListed: false,
    firstShownAt: new Map(
      listings.toReversed().flatMap((one) => one.snapshots.map(({ id }) => [id, one.endedAt])),
    ),
    nextListAt: NEXT_LIST,
    lastReadAt: Number.POSITIVE_INFINITY,
    finishedBeforePost: undefined,
    ended: undefined,
    hasInvalidSharded: false,
    isKnownAsSharded: listings.some((one) => one.snapshots.includes(whole)),
    configuredType: 'replicaSet',
    ...changes,
    listings,
  }
}

function describeFacts({ lastPost, listings, ...one }: Facts): string {
  const seen = listings.map(
    ({ startedAt, snapshots }) => `${startedAt}: ${snapshots.map(({ id }) => id.at(-1))}`,
  )
  return [lastPost?.outcome, one.configuredType, one.request.onConflict, ...seen].join(', ')
}

function describeStep(step: Step): string {
  switch (step.kind) {
    case 'use':
      return `use ${step.as} ${Number.parseInt(step.snapshot.id, 16)}`
    case 'list':
    case 'post':
      return `${step.kind} at ${step.at}`
    case 'wait':
      return `wait for ${Number.parseInt(step.other.id, 16)}`
    case 'fail':
      return `fail: ${step.error.title}`
    case 'read-cluster':
      return 'read the cluster'
  }
}

const conflicted = (changes: FactChanges = {}): FactChanges => ({
  ...changes,
  post: { outcome: 'conflict', error: conflict(), ...changes.post },
})
const REUSE = { reuseWithinMs: 300_000 } as const
const on = (onConflict: 'wait' | 'reuse' | 'fail') => ({ onConflict })
const known = new Set([finished.id])
const title = (error: { title: string }) => `fail: ${error.title}`

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

describe('the next step after a conflict', () => {
  it.each<[string, FactChanges, string]>([
    ['is a list after the backoff', { post: { next: 22_000 }, listings: [listing(21_000)] }, 'list at 22000'],
    ['waits for another one', { seen: [other] }, 'wait for 2'],
    ['reuses another one', { request: on('reuse'), seen: [other] }, 'use conflicting 2'],
    ['fails because of another one', { request: on('fail'), seen: [other] }, title(conflict())],
    ['is a POST if no earlier list could show the other one', { seen: [] }, `post at ${AT}`],
    ['is to fail if the lists show none', { request: on('fail'), seen: [] }, title(conflict())],
    [
      'fails if one with a changed description might be the own one',
      { seen: [truncated({})] },
      `fail: ${TITLES.descriptionChanged}`,
    ],
    [
      'is a POST for a minute, because Atlas can reject it after the end of another one',
      { unexplainedConflictAt: LONG_BEFORE + 1, finishedBeforePost: known, seen: [finished] },
      `post at ${AT}`,
    ],
    [
      'fails after a lost POST, because of one that has finished since',
      { request: on('fail'), unconfirmedPostAt: AT - 1, finishedBeforePost: new Set(), seen: [finished] },
      title(conflict()),
    ],
    [
      'is another list after that minute',
      { unexplainedConflictAt: LONG_BEFORE, finishedBeforePost: known, seen: [finished] },
      `list at ${NEXT_LIST}`,
    ],
    [
      'is another list if the own one might exist',
      { request: on('fail'), unconfirmedPostAt: AT - 1, finishedBeforePost: known, seen: [] },
      `list at ${NEXT_LIST}`,
    ],
    [
      'is a POST if another one has finished since',
      { finishedBeforePost: new Set(), seen: [finished] },
      `post at ${AT}`,
    ],
    [
      'reuses a recent one that explains nothing',
      { request: REUSE, finishedBeforePost: new Set([recent.id]), seen: [recent] },
      'use reused 5',
    ],
    [
      'reuses one whose end an earlier list showed',
      {
        request: on('reuse'),
        ended: { snapshot: { ...finished, serverTime: 1 }, at: AT },
        finishedBeforePost: new Set([finished.id]),
        seen: [finished],
      },
      'use conflicting 3',
    ],
    [
      'is a POST if the one to reuse failed',
      { request: on('reuse'), finishedBeforePost: new Set(), seen: [failed] },
      `post at ${AT}`,
    ],
    [
      'reuses a recent one after the conflict',
      { request: REUSE, finishedBeforePost: new Set(), seen: [recent] },
      'use reused 5',
    ],
    [
      'is a POST while Atlas rejects it after the end of another one',
      { finishedBeforePost: known, ended: { snapshot: finished, at: LONG_BEFORE + 1 }, seen: [finished] },
      `post at ${AT}`,
    ],
    [
      'is another list a minute after that end',
      {
        unexplainedConflictAt: LONG_BEFORE,
        finishedBeforePost: known,
        ended: { snapshot: finished, at: LONG_BEFORE },
        seen: [finished],
      },
      `list at ${NEXT_LIST}`,
    ],
    [
      'is another list if a POST since that end might have been executed',
      {
        finishedBeforePost: known,
        unconfirmedPostAt: AT - 1,
        ended: { snapshot: finished, at: AT - 2 },
        seen: [finished],
      },
      `list at ${NEXT_LIST}`,
    ],
    [
      'is a POST if the list is older than that end',
      { ended: { snapshot: { ...other, status: 'completed' }, at: AT + 1 }, seen: [other] },
      `post at ${AT}`,
    ],
    [
      'waits for the next one after that end',
      { ended: { snapshot: finished, at: AT }, seen: [finished, other] },
      'wait for 2',
    ],
    [
      'waits again if the list still shows that one',
      { ended: { snapshot: other, at: AT - 1 }, seen: [{ ...other }] },
      'wait for 2',
    ],
  ])('%s', (_, changes, expected) => {
    expect(describeStep(decide(facts(conflicted(changes))))).toBe(expected)
  })
})

describe("the step's own snapshot might exist", () => {
  it.each<[string, FactChanges, boolean]>([
    ['after a POST that might have been executed', { unconfirmedPostAt: AT }, true],
    ['not after a POST that was not executed', { post: { outcome: 'not-executed' } }, false],
    ['after a conflict without a list', conflicted(), true],
    ['after a conflict that the lists do not explain', conflicted({ seen: [] }), true],
    ['after a conflict if a list shows what might be it', conflicted({ seen: [truncated({})] }), true],
    ['not after a conflict with another snapshot', conflicted({ seen: [other] }), false],
    [
      'after an earlier conflict that nothing explained',
      { post: { outcome: 'final' }, unexplainedConflictAt: AT },
      true,
    ],
    [
      'if a list shows two snapshots with the tag',
      { post: { outcome: 'not-executed' }, seen: [own, { ...own, id: snapshotId(7) }] },
      true,
    ],
  ])('%s', (_, changes, expected) => {
    expect(mayHaveOrphan(facts(changes))).toBe(expected)
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

describe('for all combinations of facts', () => {
  const lists: readonly (readonly Snapshot[])[] = [
    [],
    [own],
    [other],
    [finished],
    [failed],
    [recent],
    [whole, own],
    [{ ...own, type: undefined }],
    [truncated({})],
    [own, other],
  ]
  const listings = lists.flatMap((list) => [
    [listing(AT), listing(SECOND, list)],
    [listing(AT, list), listing(SECOND, list), listing(90_000, list)],
    [listing(AT, list, true), listing(AT + 1, list, true)],
  ])
  const decisions = product({
    outcome: ['not-executed', 'unknown', 'conflict', 'final'] satisfies PostOutcome[],
    seen: [[], ...listings],
    now: [90_000, 400_000],
    next: [AT, 500_000, GIVE_UP],
    onConflict: ['wait', 'reuse', 'fail'] as const,
    configuredType: [undefined, 'replicaSet', 'shardedCluster', 'unreadable'] as const,
    finishedBeforePost: [undefined, new Set<string>(), known],
    ended: [undefined, { snapshot: finished, at: AT - 1 }, { snapshot: other, at: AT + 1 }],
    unexplainedConflictAt: [undefined, LONG_BEFORE],
  }).map(({ outcome, seen, next, onConflict, ...changes }) => {
    const one = facts({
      ...changes,
      post: { outcome, error: outcome === 'conflict' ? conflict() : lost(), next },
      request: { onConflict, reuseWithinMs: 300_000 },
      listings: seen,
      unconfirmedPostAt: outcome === 'unknown' ? AT : undefined,
    })
    return { one, step: decide(one) }
  })

  const latest = ({ listings: seen }: Facts) => seen.at(-1)?.snapshots ?? []
  const violations = (isWrong: (one: Facts, step: Step) => boolean) =>
    decisions
      .filter(({ one, step }) => isWrong(one, step))
      .slice(0, 20)
      .map(({ one, step }) => `${describeStep(step)} after ${describeFacts(one)}`)

  it('no POST follows one that might have been executed without two complete listings', () => {
    const isWrong = ({ lastPost, listings: seen }: Facts, { kind }: Step) =>
      kind === 'post' &&
      lastPost?.outcome === 'unknown' &&
      !(seen.length >= 2 && seen.some(({ startedAt }) => startedAt >= SECOND))
    expect(violations(isWrong)).toStrictEqual([])
  })

  it('no POST follows without a list, or after one that shows the tag or what might be the own snapshot', () => {
    const isOwn = ({ lastPost }: Facts, { description = '-' }: Snapshot) =>
      description === SENT || (lastPost?.outcome !== 'not-executed' && SENT.startsWith(description))
    const isWrong = (one: Facts, { kind }: Step) =>
      kind === 'post' && (one.listings.length === 0 || latest(one).some((listed) => isOwn(one, listed)))
    expect(violations(isWrong)).toStrictEqual([])
  })

  it('no POST follows a list that ended more than 5 s before', () => {
    const isWrong = ({ listings: seen }: Facts, step: Step) =>
      step.kind === 'post' && step.at - (seen.at(-1)?.endedAt ?? 0) > LIST_CONSISTENCY_DELAY_MS
    expect(violations(isWrong)).toStrictEqual([])
  })

  it('no POST follows an error that forbids it', () => {
    const isWrong = ({ lastPost }: Facts, { kind }: Step) =>
      kind === 'post' &&
      (lastPost?.outcome === 'final' || (lastPost?.outcome !== 'conflict' && lastPost?.next === GIVE_UP))
    expect(violations(isWrong)).toStrictEqual([])
  })

  it('only an entry of the list is used, and no part of a sharded snapshot', () => {
    const isWrong = (one: Facts, step: Step) =>
      step.kind === 'use' &&
      (!latest(one).includes(step.snapshot) ||
        (step.snapshot.type !== 'shardedCluster' &&
          (one.configuredType === 'shardedCluster' || latest(one).includes(whole))))
    expect(violations(isWrong)).toStrictEqual([])
  })

  it('a POST that might have been executed stays reported', () => {
    expect(violations((one) => one.unconfirmedPostAt !== undefined && !mayHaveOrphan(one))).toStrictEqual([])
  })
})

/** One object for each combination of the values. */
function product<T extends Readonly<Record<string, readonly unknown[]>>>(values: T) {
  type Combination = { readonly [Name in keyof T]: T[Name][number] }
  let combinations: Partial<Combination>[] = [{}]
  for (const [name, options] of Object.entries(values))
    combinations = combinations.flatMap((one) => options.map((option) => ({ ...one, [name]: option })))
  return combinations.filter((one): one is Combination => Object.keys(values).every((name) => name in one))
}
