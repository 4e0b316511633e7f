import { describe, expect, it } from '@jest/globals'
import { decide, mayHaveOrphan } from '../../src/snapshot/decision.js'
import { TITLES } from '../../src/titles.js'
import {
  AT,
  conflicted,
  describeStep,
  type FactChanges,
  facts,
  failed,
  finished,
  known,
  LONG_BEFORE,
  listing,
  NEXT_LIST,
  on,
  other,
  own,
  REUSE,
  recent,
  title,
  truncated,
} from '../support/decision-facts.js'
import { conflict, snapshotId } from '../support/scripted-client.js'

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
      'is another list if a POST at or since that end might have been executed',
      {
        finishedBeforePost: known,
        unconfirmedPostAt: AT - 1,
        ended: { snapshot: finished, at: AT - 1 },
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
      'after a conflict with one that has finished',
      conflicted({ seen: [{ ...other, status: 'completed' }] }),
      true,
    ],
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
