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
import { StepHarness, TAG } from '../support/step-harness.js'

describe('a list from before the POST', () => {
  const other = (status: string) => snapshot({ status, description: 'nightly' })

  it('identifies a conflicting snapshot that has finished since', async () => {
    const own = snapshot({ id: snapshotId(2), description: TAG })
    const client = scriptedClient({
      create: [throttled(1_000), conflict(), own],
      list: [page([other('inProgress')]), page([other('completed')]), page([other('completed')])],
      listSharded: [page([]), page([]), page([])],
    })
    const harness = new StepHarness({ client })
    expect(await harness.createSnapshot()).toMatchObject({ snapshot: own, created: true })
    expect(harness.clock.now()).toBe(1_000)
  })

  it('excludes a snapshot that was already finished', async () => {
    const client = scriptedClient({
      create: [throttled(1_000), conflict()],
      list: [page([other('failed')]), page([other('failed')])],
      listSharded: [page([]), page([])],
    })
    expect(await new StepHarness({ client }).createFailure({ onConflict: 'fail' })).toMatchObject({
      left: 'maybe',
      message: mentioning('Conflict.'),
    })
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
