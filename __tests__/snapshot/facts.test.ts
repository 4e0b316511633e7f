import { expect, it } from '@jest/globals'
import { FactCollector } from '../../src/snapshot/facts.js'
import { facts, finished } from '../support/decision-facts.js'
import { conflict } from '../support/scripted-client.js'

const ENDED_AT = 100_000
const { request, lastReadAt } = facts()
const post = { kind: 'post', at: 0, why: 'retry' } as const

// Atlas can reject a POST for some time after the end of another snapshot.
it.each([
  ['explains the conflicts of POSTs that began within a minute', 1_000, 61_000, finished],
  ['explains nothing if the first POST after it comes more than a minute later', -1_000, 61_000, undefined],
  ['explains a conflict within a minute', -1_000, 59_000, finished],
])('the end of another snapshot %s', (_, conflictAfterMs, postAfterMs, explanation) => {
  const known = new FactCollector({ request, now: 0, lastReadAt })
  const fail = (at: number) => known.addFailedPost({ outcome: 'conflict', error: conflict(), at, next: at })
  if (conflictAfterMs < 0) fail(ENDED_AT + conflictAfterMs)
  known.addWaitedFor(finished, ENDED_AT)
  if (conflictAfterMs > 0) fail(ENDED_AT + conflictAfterMs)
  known.addPost(post, ENDED_AT + postAfterMs)
  expect(known.facts.ended?.snapshot).toBe(explanation)
})
