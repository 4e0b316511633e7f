import { describe, expect, it } from '@jest/globals'
import { REQUEST } from '../../simulation/options.js'
import { TITLES } from '../../src/titles.js'
import { mentioning } from '../support/played.js'
import { losses, page, type Script, snapshot, throttled } from '../support/scripted-client.js'
import { firstLists, lists, MINUTE, polls, SENT, StepHarness, scriptedStep } from '../support/step-harness.js'

/** Ends the step as soon as its snapshot is known. */
const NO_WAIT = { wait: false } as const

it('a POST that Atlas accepts creates the requested snapshot', async () => {
  const harness = new StepHarness()
  const { snapshot, created } = await harness.obtain({
    ...NO_WAIT,
    request: { ...REQUEST, retentionInDays: 3 },
  })
  expect(created).toBe(true)
  expect(harness.requests).toStrictEqual(['0 create 200'])
  expect(harness.lines).not.toContainEqual(mentioning('Requesting'))
  expect(harness.atlas.snapshots()).toMatchObject([
    { id: snapshot.id, description: SENT, retentionInDays: 3 },
  ])
})

it('a POST that was not executed is repeated after all of Retry-After, right after the lists', async () => {
  const harness = new StepHarness({ faults: ['create:429:retry-after=600'] })
  await harness.obtain(NO_WAIT)
  expect(harness.requests).toStrictEqual(['0 create 429', ...firstLists(600_000), '600000 create 200'])
})

describe('a POST that might have been executed', () => {
  it('is found after 5 s if the list lags, and the cluster is read once', async () => {
    const harness = new StepHarness({ faults: ['create:reset:executed'], atlas: { list: { lagSeconds: 3 } } })
    await harness.obtain(NO_WAIT)
    expect(harness.requests).toStrictEqual(['0 create 0', ...firstLists(0), ...lists(5_000), ...polls(5_000)])
    expect(harness.atlas.snapshots()).toHaveLength(1)
  })

  it('is searched for 2 s before the deadline if Retry-After is later', async () => {
    const faults = ['create:503:executed:retry-after=59']
    const harness = new StepHarness({ faults, atlas: { list: { lagSeconds: 40 } } })
    expect(await harness.obtain({ ...NO_WAIT, timeoutMs: MINUTE })).toMatchObject({ created: true })
    expect(harness.requests.slice(-3)).toStrictEqual([...lists(58_000), ...polls(58_000)])
  })

  it.each([
    ['is accepted with its tag anywhere in the description', { description: `[prod] ${SENT}` }, undefined],
    ['is not repeated after a mismatched response', { description: 'nightly' }, TITLES.mismatchedResponse],
    ['is not repeated after a response without a description', {}, TITLES.mismatchedResponse],
  ])('%s', async (_, fields, title) => {
    const harness = scriptedStep({ create: [snapshot(fields)], list: page([]) })
    if (title === undefined) expect(await harness.obtain(NO_WAIT)).toMatchObject({ created: true })
    else expect(await harness.obtainFailure()).toMatchObject({ title, left: 'maybe' })
  })
})

it('a tag in lists that are never read to their end is reported', async () => {
  const own = snapshot({ description: SENT })
  const harness = scriptedStep({ create: [throttled()], list: [page([own], 2), ...losses(100)] })
  expect(await harness.obtainFailure()).toMatchObject({
    left: 'maybe',
    message: mentioning('Lost.', '5 min'),
  })
})

it('an outage of POSTs fails the step after five minutes, though the lists respond', async () => {
  const harness = new StepHarness({ faults: ['create:503:times=always'] })
  expect(await harness.obtainFailure()).toMatchObject({
    title: TITLES.invalidResponse,
    left: 'maybe',
    message: mentioning('HTTP 503', '5 min'),
  })
  expect(harness.clock.now()).toBe(318_000)
})

it('a response to a list that is not from Atlas is retried after the first POST', async () => {
  const faults = ['create:reset:executed', 'cluster:html=403', 'list:html=404']
  const harness = new StepHarness({ faults })
  expect(await harness.obtain(NO_WAIT)).toMatchObject({ created: true })
  expect(harness.atlas.snapshots()).toHaveLength(1)
})

it('a snapshot that might exist is reported at the deadline, with the error of the last POST', async () => {
  const harness = new StepHarness({ faults: ['create:reset', 'create:429:times=always'] })
  expect(await harness.obtainFailure({ timeoutMs: 32_000 })).toMatchObject({
    title: TITLES.timedOut,
    left: 'maybe',
    message: mentioning('HTTP 429'),
  })
  expect(harness.clock.now()).toBe(32_000)
})

it.each<[string, string, Script]>([
  ['in a POST', 'maybe', { create: new TypeError('no') }],
  ['in a list', 'nothing', { create: throttled(1_000), list: new TypeError('no') }],
])('a step reports a bug and whether a snapshot might exist: %s', async (_, left, script) => {
  expect(await scriptedStep(script).obtainFailure()).toMatchObject({
    title: TITLES.unexpected,
    left,
    message: mentioning('no'),
  })
})
