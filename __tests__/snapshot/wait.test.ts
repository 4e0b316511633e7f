import { describe, expect, it } from '@jest/globals'
import { OutputsNotWrittenError } from '../../src/action-error.js'
import type { ObservedSnapshot } from '../../src/snapshot/context.js'
import { NOT_FOUND_REPORT } from '../../src/snapshot/reports.js'
import { waitUntilCompleted } from '../../src/snapshot/wait.js'
import { TITLES } from '../../src/titles.js'
import { mentioning } from '../support/played.js'
import { losses, rejected, scriptedClient, snapshot } from '../support/scripted-client.js'
import { FAST, MINUTE, StepHarness, type StepHarnessOptions } from '../support/step-harness.js'

const RESET = 'read ECONNRESET'
/** How to wait for the snapshot in another step. */
const LATER = ['snapshot-id: OWN', 'wait: true']
const TIMED_OUT = {
  title: TITLES.timedOut,
  left: 'OWN',
  remedy: mentioning(...LATER, 'timeout-minutes'),
}

/** A harness with a new snapshot, and the requests after its POST. */
async function afterPost(options: StepHarnessOptions = {}, created = true) {
  const harness = new StepHarness(options)
  const observed: ObservedSnapshot = { ...(await harness.createSnapshot()), created }
  const before = harness.requests.length
  return { harness, observed, requests: () => harness.requests.slice(before) }
}

describe('a wait for a snapshot', () => {
  it('ends when Atlas reports it as completed, with a log line for each other status change', async () => {
    const { harness, observed, requests } = await afterPost({ atlas: FAST })
    expect((await harness.wait(observed)).status).toBe('completed')
    expect(requests()).toStrictEqual(['2000 get 200', '4000 get 200', '6000 get 200'])
    expect(harness.lines).toStrictEqual([mentioning('2000 info', 'OWN', 'inProgress', '2 s')])
    expect(harness.snapshots).toStrictEqual([
      '2000 OWN inProgress',
      '4000 OWN inProgress',
      '6000 OWN completed',
    ])
    expect(harness.clock.pending).toBe(0)
  })

  it('fails when Atlas reports it as failed, after the callback with that status', async () => {
    const { harness, observed } = await afterPost({ atlas: { failSnapshots: true, secondsToCompleted: 3 } })
    expect(await harness.waitFailure(observed)).toMatchObject({ title: TITLES.snapshotFailed, left: 'OWN' })
    expect(harness.clock.now()).toBe(4_000)
    expect(harness.snapshots).toStrictEqual(['2000 OWN queued', '4000 OWN failed'])
    expect(harness.lines).toStrictEqual([])
  })

  it('does not change an error about the outputs', async () => {
    const harness = new StepHarness({ client: scriptedClient({ get: [snapshot({ status: 'completed' })] }) })
    const error = new OutputsNotWrittenError({ title: TITLES.outputsNotWritten, message: 'M.', remedy: 'R.' })
    const onSnapshot = () => {
      throw error
    }
    const waiting = harness.within(MINUTE, (context) =>
      waitUntilCompleted({ snapshot: snapshot(), created: true, seenAt: 0 }, { ...context, onSnapshot }),
    )
    await expect(waiting).rejects.toBe(error)
  })

  it('names a completed snapshot if its resource cannot be read', async () => {
    const completed = { ...snapshot({ status: 'completed' }), resource: undefined }
    const harness = new StepHarness({ client: scriptedClient({ get: [rejected(403)] }) })
    expect(await harness.waitFailure({ snapshot: completed, created: true })).toMatchObject({
      message: mentioning(completed.id, 'completed'),
      remedy: mentioning(completed.id),
    })
  })

  it('reports the error and the age of the status if a completed snapshot cannot be read anymore', async () => {
    const completed = { ...snapshot({ status: 'completed' }), resource: undefined }
    const harness = new StepHarness({ client: scriptedClient({ get: losses(100) }) })
    const { message } = await harness.waitFailure({ snapshot: completed, created: true }, 3 * MINUTE)
    expect(message).toStrictEqual(mentioning('Lost.', completed.id, 'completed', '3 min ago'))
  })

  it('continues until the deadline if the status is unknown', async () => {
    const oddStatus = { word: 'pondering', fromSeconds: 3, toSeconds: 1e6 }
    const { harness, observed } = await afterPost({ atlas: { oddStatus } })
    expect(await harness.waitFailure(observed, 200_000)).toMatchObject({
      ...TIMED_OUT,
      message: mentioning('3 min 20 s', 'pondering'),
    })
    expect(harness.clock.now()).toBe(200_000)
    expect(harness.atlasSnapshots).toStrictEqual([mentioning('OWN completed')])
  })

  it('truncates a long status in the log and in the error', async () => {
    const oddStatus = { word: 's'.repeat(5_000), fromSeconds: 3, toSeconds: 1e6 }
    const { harness, observed } = await afterPost({ atlas: { oddStatus } })
    const { message } = await harness.waitFailure(observed, 2 * MINUTE)
    expect([message, ...harness.lines].filter((text) => text.length > 500)).toStrictEqual([])
    expect(harness.snapshots.at(-1)).toMatch(/ s{5000}$/)
  })

  it('ends if an unknown status becomes completed', async () => {
    const oddStatus = { word: 'pondering', fromSeconds: 3, toSeconds: 8 }
    const { harness, observed } = await afterPost({ atlas: { oddStatus, secondsToCompleted: 6 } })
    await harness.wait(observed)
    expect(harness.snapshots).toStrictEqual([
      '2000 OWN queued',
      '4000 OWN pondering',
      '6000 OWN pondering',
      '8000 OWN completed',
    ])
  })
})

describe('a status check', () => {
  it.each([
    ['503', 503, 2_500],
    ['500', 500, 2_500],
    ['408', 408, 2_500],
    ['429', 429, 2_500],
    ['429:retry-after=9', 429, 11_000],
    ['405:code=WRITES_NOT_ALLOWED_DURING_APP_UPGRADES', 405, 2_500],
    ['reset', RESET, 2_500],
    ['cut', RESET, 2_500],
    ['hang', 'aborted', 32_500],
    ['drip=1000', 'aborted', 32_500],
    ['html=502', 502, 2_500],
    ['html=200', 200, 2_500],
    ['null', 200, 2_500],
    ['shape', 200, 2_500],
  ])('without a valid response is retried: %s', async (effect, outcome, again) => {
    const { harness, observed, requests } = await afterPost({
      faults: [`get:${effect}`],
      atlas: { secondsToCompleted: 1 },
    })
    expect((await harness.wait(observed)).status).toBe('completed')
    expect(requests()).toStrictEqual([`2000 get ${outcome}`, `${again} get 200`])
  })

  it.each(['stale', 'refuse-nonce'])('with a rejected nonce is repeated immediately: %s', async (effect) => {
    const { harness, observed, requests } = await afterPost({
      faults: [`get:${effect}`],
      atlas: { secondsToCompleted: 1 },
    })
    await harness.wait(observed)
    expect(requests()[0]).toBe('2000 get 401')
    expect(requests().at(-1)).toBe('2000 get 200')
    expect(harness.lines).toStrictEqual([])
  })

  it('with a response about another, completed snapshot is retried', async () => {
    const { harness, observed, requests } = await afterPost({
      faults: ['get:other-id'],
      atlas: { olderSnapshots: 1, secondsToCompleted: 3 },
    })
    const { id } = await harness.wait(observed)
    expect(harness.named(id)).toBe('OWN')
    expect(requests()).toStrictEqual(['2000 get 200', '2500 get 200', '4500 get 200'])
    expect(harness.lines[0]).toStrictEqual(mentioning('2000 info', 'OWN', 'OTHER', '0.5 s'))
    expect(harness.snapshots).toStrictEqual(['2500 OWN queued', '4500 OWN completed'])
  })

  it.each([
    ['400:code=X', TITLES.badRequest],
    ['401:code=X', TITLES.invalidApiKey],
    ['402:code=X', TITLES.paymentRequired],
    ['403:code=X', TITLES.forbidden],
    ['406:code=X', TITLES.unsupportedApiVersion],
    ['410:code=X', TITLES.unsupportedApiVersion],
    ['302:code=X', TITLES.redirect],
    ['407:code=X', TITLES.proxyAuthentication],
    ['stale', TITLES.nonceRejected],
  ])('that is rejected ends the wait with the ID and how to wait again: %s', async (effect, title) => {
    const { harness, observed } = await afterPost({ faults: [`get:${effect}:times=always`] })
    const { message, ...report } = await harness.waitFailure(observed)
    expect(report).toMatchObject({ title, left: 'OWN', remedy: mentioning(...LATER) })
    expect(message).toContain('queued')
    expect(message).not.toContain(NOT_FOUND_REPORT)
    expect(harness.clock.now()).toBe(2_000)
  })

  it('that finds no snapshot is retried in the first minute', async () => {
    const { harness, observed, requests } = await afterPost({
      atlas: { read404Seconds: 5, secondsToCompleted: 1 },
    })
    expect((await harness.wait(observed)).status).toBe('completed')
    expect(requests()).toStrictEqual(['2000 get 404', '2500 get 404', '3500 get 404', '5500 get 200'])
  })

  it.each<[string, boolean, number, StepHarnessOptions, string]>([
    ['after a minute', true, 62_500, { atlas: { read404Seconds: 3_600 } }, TITLES.snapshotNotFound],
    ['that another client created', false, 2_000, { faults: ['get:404'] }, TITLES.notFound],
  ])('that finds no snapshot %s ends the wait', async (_, created, endsAt, options, title) => {
    const { harness, observed } = await afterPost(options, created)
    const { remedy, ...report } = await harness.waitFailure(observed)
    expect(report).toMatchObject({
      title,
      left: 'OWN',
      message: mentioning('HTTP 404', 'queued', NOT_FOUND_REPORT),
    })
    expect(remedy).not.toContain('snapshot-id')
    expect(harness.clock.now()).toBe(endsAt)
  })

  it('that finds no snapshot is reported at the deadline', async () => {
    const { harness, observed } = await afterPost({ atlas: { read404Seconds: 3_600 } })
    expect(await harness.waitFailure(observed, 30_000)).toMatchObject({
      title: TITLES.timedOut,
      left: 'OWN',
      message: mentioning('30 s', 'queued', NOT_FOUND_REPORT, 'HTTP 404'),
    })
  })

  it('is retried until the deadline, even in an outage of more than five minutes', async () => {
    const { harness, observed } = await afterPost({ faults: ['get:503:times=always'] })
    expect(await harness.waitFailure(observed)).toMatchObject({
      ...TIMED_OUT,
      message: mentioning('1 h', 'queued', 'HTTP 503'),
    })
    expect(harness.clock.now()).toBe(60 * MINUTE)
  })

  it.each(['get:429:retry-after=3600', 'get:503:retry-after=3600'])(
    'is retried 2 s before the deadline if Retry-After exceeds it: %s',
    async (fault) => {
      const { harness, observed, requests } = await afterPost({
        faults: [fault],
        atlas: { secondsToCompleted: 50 },
      })
      expect((await harness.wait(observed, MINUTE)).status).toBe('completed')
      expect(requests()).toStrictEqual([`2000 get ${fault.slice(4, 7)}`, '58000 get 200'])
    },
  )
})

describe('a long wait', () => {
  it.each<[string, StepHarnessOptions, number, string]>([
    ['with status checks', {}, 2_000, 'inProgress'],
    ['with one status check an hour', {}, 60 * MINUTE, 'queued'],
  ])('logs the status and the duration once a minute: %s', async (_, options, intervalMs, status) => {
    const { harness, observed } = await afterPost(options)
    // The wait can also time out here.
    await harness.wait(observed, 190_000, intervalMs).catch(() => undefined)
    const beats = harness.lines.filter((line) => /^\d+0000 info /.test(line))
    expect(beats.slice(0, 2)).toStrictEqual([
      mentioning('60000 info', 'OWN', status, '1 min'),
      mentioning('120000 info', 'OWN', status, '2 min'),
    ])
  })
  it('logs once a minute when the status was last seen if it cannot be read', async () => {
    const { harness, observed } = await afterPost({ faults: ['get:hang:times=always'] })
    await harness.waitFailure(observed, 190_000)
    const beats = harness.lines.filter((line) => /^\d+0000 info /.test(line))
    expect(beats.slice(0, 2)).toStrictEqual([
      mentioning('60000 info', 'OWN', 'queued', '1 min ago'),
      mentioning('120000 info', 'OWN', 'queued', '2 min ago'),
    ])
    expect(beats.join(' ')).not.toContain('still')
  })
})
