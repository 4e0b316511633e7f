import { describe, expect, it } from '@jest/globals'
import { TITLES } from '../../src/titles.js'
import { mentioning } from '../support/played.js'
import { losses, page, type Script, snapshot, snapshotId, throttled } from '../support/scripted-client.js'
import { MINUTE, SENT, StepHarness, scriptedStep } from '../support/step-harness.js'
import { firstLists, lists, post } from '../support/step-requests.js'

const own = snapshot({ id: snapshotId(2), description: SENT })

it('a POST that Atlas accepts creates the requested snapshot', async () => {
  const harness = new StepHarness()
  const { snapshot, created } = await harness.createSnapshot({ retentionInDays: 3 })
  expect(created).toBe(true)
  expect(harness.requests).toStrictEqual(post(0))
  expect(harness.lines).toStrictEqual([])
  expect(harness.atlas.snapshots()).toMatchObject([
    { id: snapshot.id, description: SENT, retentionInDays: 3 },
  ])
})

describe('a POST that was not executed', () => {
  it.each([
    ['429:retry-after=7', 429, 7_000],
    // All of Retry-After, unlike a read.
    ['429:retry-after=600', 429, 600_000],
    ['429', 429, 500],
  ])(
    'is repeated after Retry-After or the backoff, right after the lists: %s',
    async (effect, status, at) => {
      const harness = new StepHarness({ faults: [`create:${effect}`] })
      await harness.createSnapshot()
      expect(harness.requests).toStrictEqual([...post(0, status), ...firstLists(at), ...post(at)])
    },
  )
})

describe('a POST that might have been executed', () => {
  it('is found after 5 s if the list lags, and the cluster is read once', async () => {
    const harness = new StepHarness({ faults: ['create:reset:executed'], atlas: { list: { lagSeconds: 3 } } })
    await harness.createSnapshot()
    expect(harness.requests).toStrictEqual([...post(0, 0), ...firstLists(0), ...lists(5_000)])
    expect(harness.atlasSnapshots).toStrictEqual([`OWN queued: ${SENT}`])
  })

  it('is searched for 2 s before the deadline if Retry-After is later', async () => {
    const faults = ['create:503:executed:retry-after=59']
    const harness = new StepHarness({ faults, atlas: { list: { lagSeconds: 40 } } })
    expect(await harness.createSnapshot({}, MINUTE)).toMatchObject({ created: true })
    expect(harness.requests.slice(-2)).toStrictEqual(lists(58_000))
  })

  it.each([
    ['is accepted with its tag anywhere in the description', { description: `[prod] ${SENT}` }, undefined],
    ['is not repeated after a mismatched response', { description: 'nightly' }, TITLES.mismatchedResponse],
    ['is not repeated after a response without a description', {}, TITLES.mismatchedResponse],
  ])('%s', async (_, fields, title) => {
    const harness = scriptedStep({ create: [snapshot(fields)], list: page([]) })
    if (title === undefined) expect(await harness.createSnapshot()).toMatchObject({ created: true })
    else expect(await harness.createFailure()).toMatchObject({ title, left: 'maybe' })
  })
})

describe('the tag in a list prevents every further POST of the step', () => {
  it('and is reported even if the lists never came to their end', async () => {
    const harness = scriptedStep({ create: [throttled()], list: [page([own], 2), ...losses(100)] })
    expect(await harness.createFailure()).toMatchObject({
      left: 'maybe',
      message: mentioning('Lost.', '5 min'),
    })
  })
})

describe('an outage while a snapshot is created', () => {
  it('of POSTs fails the step after five minutes, though the lists respond', async () => {
    const harness = new StepHarness({ faults: ['create:503:times=always'] })
    expect(await harness.createFailure()).toMatchObject({
      title: TITLES.invalidResponse,
      left: 'maybe',
      message: mentioning('HTTP 503', '5 min'),
    })
    expect(harness.clock.now()).toBe(318_000)
  })
})

it('a response to a list that is not from Atlas is retried after the first POST', async () => {
  const faults = [
    'create:reset:executed',
    'cluster:html=403',
    'list:html=404',
    'list:html=401:unauthenticated',
  ]
  const harness = new StepHarness({ faults })
  expect(await harness.createSnapshot()).toMatchObject({ created: true })
  expect(harness.atlasSnapshots).toHaveLength(1)
})

it('a snapshot that might exist is reported at the deadline, with the error of the last POST', async () => {
  const harness = new StepHarness({ faults: ['create:reset', 'create:429:times=always'] })
  expect(await harness.createFailure({}, 32_000)).toMatchObject({
    title: TITLES.timedOut,
    left: 'maybe',
    message: mentioning('HTTP 429'),
  })
  expect(harness.clock.now()).toBe(32_000)
})

it.each<[string, string, Script]>([
  ['in a POST', 'maybe', { create: [() => new TypeError('no')] }],
  ['in a list', 'nothing', { create: [() => throttled(1_000)], list: [() => new TypeError('no')] }],
])('a step reports a bug and whether a snapshot might exist: %s', async (_, left, script) => {
  expect(await scriptedStep(script).createFailure()).toMatchObject({
    title: TITLES.unexpected,
    left,
    message: mentioning('no'),
  })
})
