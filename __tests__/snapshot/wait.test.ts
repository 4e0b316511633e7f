import { describe, expect, it } from '@jest/globals'
import { ActionError } from '../../src/failure.js'
import type { ObservedSnapshot } from '../../src/snapshot/context.js'
import { waitUntilCompleted } from '../../src/snapshot/wait.js'
import { scriptedClient, snapshot } from '../support/scripted-client.js'
import { MINUTE, StepHarness, type StepHarnessOptions } from '../support/step-harness.js'

const LATER = 'To wait for it later, run this action with snapshot-id OWN and wait: true.'
/** What would take a second snapshot. */
const AGAIN = /again/i

/** A harness on which a snapshot was just taken. */
async function taken(options: StepHarnessOptions = {}, created = true) {
  const harness = new StepHarness(options)
  const observed: ObservedSnapshot = { ...(await harness.createSnapshot()), created }
  const before = harness.requests.length
  return { harness, observed, requests: () => harness.requests.slice(before) }
}

describe('waiting for a snapshot', () => {
  it('ends when Atlas reports it as completed, and tells each change but the last', async () => {
    const { harness, observed, requests } = await taken({
      atlas: { secondsToInProgress: 3, secondsToCompleted: 7 },
    })
    expect((await harness.wait(observed)).status).toBe('completed')
    expect(requests()).toEqual(['2000 get 200', '4000 get 200', '6000 get 200', '8000 get 200'])
    expect(harness.lines).toEqual(['4000 info Snapshot OWN is inProgress after 4 s.'])
    expect(harness.snapshots).toEqual([
      '2000 OWN queued',
      '4000 OWN inProgress',
      '6000 OWN inProgress',
      '8000 OWN completed',
    ])
    expect(harness.clock.pending).toBe(0)
  })

  it('asks nothing about one that is completed already', async () => {
    const client = scriptedClient({})
    const harness = new StepHarness({ client })
    const completed = snapshot({ status: 'completed' })
    expect(await harness.wait({ snapshot: completed, created: false })).toBe(completed)
    expect(client.calls).toEqual([])
    expect(harness.snapshots).toEqual([])
  })

  it('tells whoever is told whether this step took it', async () => {
    const { harness, observed } = await taken(
      { atlas: { secondsToInProgress: 1, secondsToCompleted: 1 } },
      false,
    )
    await harness.wait(observed)
    expect(harness.snapshots).toEqual(['2000 OWN completed, not created here'])
  })

  it('fails when Atlas reports it as failed, after telling so', async () => {
    const { harness, observed } = await taken({ atlas: { failSnapshots: true, secondsToCompleted: 3 } })
    expect(await harness.catchReport(harness.wait(observed))).toEqual({
      title: 'The snapshot failed',
      message: 'Atlas reports snapshot OWN as failed, so there is no backup to go back to.',
      remedy:
        "Do not deploy on it; look at the cluster's backup page and at the project's alerts in Atlas, then run this again.",
    })
    expect(harness.clock.now()).toBe(4_000)
    expect(harness.snapshots).toEqual(['2000 OWN queued', '4000 OWN failed'])
    expect(harness.lines).toEqual([])
  })

  it('adds nothing where its end cannot be handed on, since there is nothing left to wait for', async () => {
    const harness = new StepHarness({ client: scriptedClient({ get: [snapshot({ status: 'completed' })] }) })
    const lost = new ActionError({ title: 'Lost', message: 'Lost.', remedy: 'Look.' })
    const onSnapshot = () => {
      throw lost
    }
    const waiting = harness.within(MINUTE, (context) =>
      waitUntilCompleted({ snapshot: snapshot(), created: true }, { ...context, onSnapshot }),
    )
    await expect(waiting).rejects.toBe(lost)
  })

  it('fails with one that had failed when it was found', async () => {
    const harness = new StepHarness({ client: scriptedClient({}) })
    const failure = await harness.catchReport(
      harness.wait({ snapshot: snapshot({ status: 'failed' }), created: true }),
    )
    expect(failure.title).toBe('The snapshot failed')
  })

  it('goes on with a status unknown today, until the deadline', async () => {
    const oddStatus = { word: 'pondering', fromSeconds: 3, toSeconds: 1e6 }
    const { harness, observed } = await taken({ atlas: { oddStatus } })
    expect(await harness.catchReport(harness.wait(observed, 200_000))).toEqual({
      title: 'The deadline has passed',
      message:
        'The deadline of 3 min 20 s has passed while waiting for the snapshot. Snapshot OWN was pondering when last seen; it goes on in Atlas, and nothing was deleted.',
      remedy: `${LATER} For more time, raise the input timeout-minutes.`,
    })
    expect(harness.clock.now()).toBe(200_000)
    expect(harness.lines[0]).toBe('4000 info Snapshot OWN is pondering after 4 s.')
    expect(harness.atlasSnapshots).toEqual([expect.stringMatching(/^OWN completed/)])
  })

  it('tells a long status in short', async () => {
    const oddStatus = { word: 's'.repeat(5_000), fromSeconds: 3, toSeconds: 1e6 }
    const { harness, observed } = await taken({ atlas: { oddStatus } })
    const failure = await harness.catchReport(harness.wait(observed, 2 * MINUTE))
    expect(failure.message).toMatch(/ Snapshot OWN was … when last seen; it goes on in Atlas/)
    expect([failure.message, ...harness.lines].filter((text) => text.length > 500)).toEqual([])
    expect(harness.snapshots.at(-1)).toMatch(/ s{5000}$/)
  })

  it('goes on when an unknown status turns into one that is known', async () => {
    const oddStatus = { word: 'pondering', fromSeconds: 3, toSeconds: 8 }
    const { harness, observed } = await taken({ atlas: { oddStatus, secondsToCompleted: 6 } })
    expect((await harness.wait(observed)).status).toBe('completed')
    expect(harness.snapshots).toEqual([
      '2000 OWN queued',
      '4000 OWN pondering',
      '6000 OWN pondering',
      '8000 OWN completed',
    ])
  })
})

describe('a poll', () => {
  it.each([
    ['503', '2000 get 503', 2_500],
    ['500', '2000 get 500', 2_500],
    ['408', '2000 get 408', 2_500],
    ['429', '2000 get 429', 2_500],
    ['429:retry-after=9', '2000 get 429', 11_000],
    ['405:code=WRITES_NOT_ALLOWED_DURING_APP_UPGRADES', '2000 get 405', 2_500],
    ['reset', '2000 get read ECONNRESET', 2_500],
    ['cut', '2000 get read ECONNRESET', 2_500],
    ['hang', '2000 get aborted', 32_500],
    ['drip=1000', '2000 get aborted', 32_500],
    ['html=502', '2000 get 502', 2_500],
    ['html=200', '2000 get 200', 2_500],
    ['null', '2000 get 200', 2_500],
    ['shape', '2000 get 200', 2_500],
  ])('that brings nothing usable is repeated: %s', async (effect, first, again) => {
    const { harness, observed, requests } = await taken({
      faults: [`get:${effect}`],
      atlas: { secondsToCompleted: 1 },
    })
    expect((await harness.wait(observed)).status).toBe('completed')
    expect(requests()).toEqual([first, `${again} get 200`])
    expect(harness.lines).toEqual([expect.stringMatching(/^\d+ info .+\. Trying again in (0\.5|9) s\.$/)])
  })

  it.each(['stale', 'refuse-nonce'])(
    'whose nonce is refused is repeated with a new one: %s',
    async (effect) => {
      const { harness, observed, requests } = await taken({
        faults: [`get:${effect}`],
        atlas: { secondsToCompleted: 1 },
      })
      await harness.wait(observed)
      expect(requests().slice(0, 1)).toEqual(['2000 get 401'])
      expect(requests().at(-1)).toBe('2000 get 200')
      expect(harness.lines).toEqual([])
    },
  )

  it('about another snapshot is no answer, though that one is completed', async () => {
    const { harness, observed, requests } = await taken({
      faults: ['get:other-id'],
      atlas: { olderSnapshots: 1, secondsToCompleted: 3 },
    })
    const { id } = await harness.wait(observed)
    expect(harness.named(id)).toBe('OWN')
    expect(requests()).toEqual(['2000 get 200', '2500 get 200', '4500 get 200'])
    expect(harness.lines[0]).toBe(
      '2000 info Reading snapshot OWN: the answer is about another snapshot, OTHER. Trying again in 0.5 s.',
    )
    expect(harness.snapshots).toEqual(['2500 OWN queued', '4500 OWN completed'])
  })

  it.each([
    [400, 'Atlas refused the request'],
    [401, 'Atlas does not accept the API key'],
    [402, 'Atlas wants its billing settled'],
    [403, 'Atlas forbids this'],
    [406, 'Atlas does not speak this API version'],
    [410, 'Atlas does not speak this API version'],
    [302, 'Something between here and Atlas redirects the request'],
    [407, 'The proxy refuses'],
  ])('that is refused for good (%d) ends the wait, with the id and how to attach', async (status, title) => {
    const { harness, observed, requests } = await taken({ faults: [`get:${status}:code=X:times=always`] })
    const failure = await harness.catchReport(harness.wait(observed))
    expect(failure.title).toBe(title)
    expect(failure.message).toMatch(/\. Snapshot OWN was queued when last seen\.$/)
    expect(failure.remedy.startsWith(`${LATER} `)).toBe(true)
    expect(failure.remedy).not.toMatch(AGAIN)
    expect(requests().at(-1)).toBe(`2000 get ${status}`)
  })

  it('that is refused with one nonce after the other ends the wait, with the id and how to attach', async () => {
    const { harness, observed } = await taken({ faults: ['get:stale:times=always'] })
    const failure = await harness.catchReport(harness.wait(observed))
    expect(failure.title).toBe('Atlas refuses every nonce')
    expect(failure.remedy.startsWith(`${LATER} `)).toBe(true)
    expect(failure.remedy).not.toMatch(AGAIN)
  })

  it('that finds no snapshot is repeated in the first minute', async () => {
    const { harness, observed, requests } = await taken({
      atlas: { read404Seconds: 5, secondsToCompleted: 1 },
    })
    expect((await harness.wait(observed)).status).toBe('completed')
    expect(requests()).toEqual(['2000 get 404', '2500 get 404', '3500 get 404', '5500 get 200'])
    expect(harness.lines[0]).toBe(
      `2000 info Reading snapshot OWN was refused (HTTP 404 Not Found, SNAPSHOT_NOT_FOUND: No snapshot with ID OWN exists for cluster demo). Trying again in 0.5 s.`,
    )
  })

  it('that finds no snapshot after a minute ends the wait', async () => {
    const { harness, observed, requests } = await taken({ atlas: { read404Seconds: 3_600 } })
    expect(await harness.catchReport(harness.wait(observed))).toEqual({
      title: 'Snapshot not found',
      message:
        'Reading snapshot OWN was refused (HTTP 404 Not Found, SNAPSHOT_NOT_FOUND: No snapshot with ID OWN exists for cluster demo). Snapshot OWN was queued when last seen, but Atlas does not know it now: do not count on it.',
      remedy:
        'Look at the backups of the cluster in Atlas: the snapshot was deleted, has expired, or belongs to another cluster.',
    })
    expect(requests().slice(-2)).toEqual(['47500 get 404', '62500 get 404'])
  })

  it('that finds no snapshot is repeated at 59.999 s, and no more at 60 s', async () => {
    const early = await taken({ faults: ['get:404:times=1'], atlas: { secondsToCompleted: 1 } })
    expect((await early.harness.wait(early.observed, 60 * MINUTE, 59_999)).status).toBe('completed')
    const late = await taken({ faults: ['get:404:times=1'], atlas: { secondsToCompleted: 1 } })
    const failure = await late.harness.catchReport(late.harness.wait(late.observed, 60 * MINUTE, 60_000))
    expect(failure.title).toBe('Atlas does not know this')
  })

  it('that does not find a snapshot which this step did not take ends the wait', async () => {
    const { harness, observed, requests } = await taken({ faults: ['get:404'] }, false)
    const failure = await harness.catchReport(harness.wait(observed))
    expect(failure.message).toBe(
      'Reading snapshot OWN was refused (HTTP 404 Not Found, UNEXPECTED_ERROR: Unexpected error). Snapshot OWN was queued when last seen, but Atlas does not know it now: do not count on it.',
    )
    expect(failure.remedy).toBe(
      'Check group-id, cluster-name and base-url, and that the API key may see the project.',
    )
    expect(requests()).toEqual(['2000 get 404'])
  })

  it('is tried for longer than five minutes of outage, until the deadline', async () => {
    const { harness, observed } = await taken({ faults: ['get:503:times=always'] })
    expect(await harness.catchReport(harness.wait(observed))).toEqual({
      title: 'The deadline has passed',
      message:
        'The deadline of 1 h has passed while waiting for the snapshot. Snapshot OWN was queued when last seen; it goes on in Atlas, and nothing was deleted. Reading snapshot OWN: Atlas answered HTTP 503 Service Unavailable, UNEXPECTED_ERROR: Unexpected error.',
      remedy: `${LATER} If this happens again, look at the status of Atlas (status.mongodb.com) and at the network between the runner and Atlas. For more time, raise the input timeout-minutes.`,
    })
    expect(harness.clock.now()).toBe(60 * MINUTE)
  })

  it('that Atlas puts off beyond the deadline ends the wait at once', async () => {
    const { harness, observed } = await taken({ faults: ['get:429:retry-after=60'] })
    const failure = await harness.catchReport(harness.wait(observed, MINUTE))
    expect(failure.title).toBe('Atlas limits the rate of requests')
    expect(failure.message).toContain(
      "Atlas asks to wait 1 min, which is beyond this step's deadline. Snapshot OWN was queued when last seen.",
    )
    expect(failure.remedy).toBe(
      `${LATER} Raise timeout-minutes so that the step can wait as long as Atlas asks, or try later.`,
    )
    expect(harness.clock.now()).toBe(2_000)
  })
})

describe('the heartbeat of a wait', () => {
  it('comes once a minute, with the status and the time waited', async () => {
    const { harness, observed } = await taken()
    await harness.wait(observed)
    expect(harness.lines).toEqual([
      '8000 info Snapshot OWN is inProgress after 8 s.',
      '60000 info Snapshot OWN is still inProgress after 1 min.',
      '120000 info Snapshot OWN is still inProgress after 2 min.',
    ])
  })

  it('comes once a minute with a fixed interval of an hour, too', async () => {
    const { harness, observed, requests } = await taken()
    await harness.wait(observed, 120 * MINUTE, 60 * MINUTE)
    expect(requests()).toEqual(['3600000 get 200'])
    const beats = harness.lines.filter((line) => line.includes('is still queued after'))
    expect(beats.length).toBeGreaterThanOrEqual(59)
    expect(beats.slice(0, 59)).toEqual(
      Array.from(
        { length: 59 },
        (_, index) => `${(index + 1) * 60_000} info Snapshot OWN is still queued after ${index + 1} min.`,
      ),
    )
  })

  it('comes while requests hang', async () => {
    const { harness, observed } = await taken({ faults: ['get:hang:times=always'] })
    await harness.catchReport(harness.wait(observed, 130_000))
    expect(harness.lines.filter((line) => line.includes('still'))).toEqual([
      '60000 info Snapshot OWN is still queued after 1 min.',
      '120000 info Snapshot OWN is still queued after 2 min.',
    ])
  })
})

describe('a wait that has to stop', () => {
  it('says at the deadline that the snapshot goes on, which it is, and how to attach', async () => {
    const { harness, observed } = await taken()
    expect(await harness.catchReport(harness.wait(observed, 30_500))).toEqual({
      title: 'The deadline has passed',
      message:
        'The deadline of 31 s has passed while waiting for the snapshot. Snapshot OWN was inProgress when last seen; it goes on in Atlas, and nothing was deleted.',
      remedy: `${LATER} For more time, raise the input timeout-minutes.`,
    })
    expect(harness.clock.now()).toBe(30_500)
  })

  it('says so when it is cancelled between two polls, at once', async () => {
    const { harness, observed } = await taken()
    harness.cancelAt(10_001)
    expect(await harness.catchReport(harness.wait(observed))).toEqual({
      title: 'Cancelled',
      message:
        'The step was cancelled while waiting for the snapshot. Snapshot OWN was inProgress when last seen; it goes on in Atlas, and nothing was deleted.',
      remedy: LATER,
    })
    expect(harness.clock.now()).toBe(10_001)
  })

  it('does not say that the snapshot goes on where Atlas did not find it last', async () => {
    const { harness, observed } = await taken({ atlas: { read404Seconds: 3_600 } })
    const { message } = await harness.catchReport(harness.wait(observed, 30_000))
    expect(message).toMatch(
      /^The deadline of 30 s has passed while waiting for the snapshot\. Snapshot OWN was queued when last seen, but Atlas does not know it now: do not count on it\. Reading snapshot OWN was refused/,
    )
  })

  it('leaves a bug as it is', async () => {
    const bug = new TypeError('no')
    const harness = new StepHarness({ client: scriptedClient({ get: [bug] }) })
    await expect(harness.wait({ snapshot: snapshot(), created: true })).rejects.toBe(bug)
  })
})
