import { describe, expect, it } from '@jest/globals'
import type { Snapshot } from '../../src/atlas/snapshot.js'
import {
  decide,
  type Facts,
  LIST_CONSISTENCY_DELAY_MS,
  mayHaveOrphan,
  type PostOutcome,
  type Step,
} from '../../src/snapshot/decision.js'
import {
  AT,
  describeStep,
  facts,
  failed,
  finished,
  GIVE_UP,
  known,
  LONG_BEFORE,
  listing,
  other,
  own,
  recent,
  SECOND,
  SENT,
  truncated,
  whole,
} from '../support/decision-facts.js'
import { conflict, lost } from '../support/scripted-client.js'

function describeFacts({ lastPost, listings, ...one }: Facts): string {
  const seen = listings.map(
    ({ startedAt, snapshots }) => `${startedAt}: ${snapshots.map(({ id }) => id.at(-1))}`,
  )
  return [lastPost?.outcome, one.configuredType, one.request.onConflict, ...seen].join(', ')
}

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
