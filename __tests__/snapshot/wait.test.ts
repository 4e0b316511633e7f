import { describe, expect, it } from '@jest/globals'
import { ActionError } from '../../src/failure.js'
import type { ObservedSnapshot } from '../../src/snapshot/context.js'
import { waitUntilCompleted } from '../../src/snapshot/wait.js'
import { scriptedClient, snapshot } from '../support/scripted-client.js'
import { MINUTE, Stage, type StageOptions } from '../support/stage.js'

const LATER = 'To wait for it later, run this action with snapshot-id OWN and wait: true.'
/** What would take a second snapshot. */
const AGAIN = /again/i

/** A stage on which a snapshot was just taken. */
async function taken(options: StageOptions = {}, created = true) {
  const stage = new Stage(options)
  const sighting: ObservedSnapshot = { ...(await stage.take()), created }
  const before = stage.requests.length
  return { stage, sighting, requests: () => stage.requests.slice(before) }
}

describe('waiting for a snapshot', () => {
  it('ends when Atlas reports it as completed, and tells each change but the last', async () => {
    const { stage, sighting, requests } = await taken({
      atlas: { secondsToInProgress: 3, secondsToCompleted: 7 },
    })
    expect((await stage.wait(sighting)).status).toBe('completed')
    expect(requests()).toEqual(['2000 read 200', '4000 read 200', '6000 read 200', '8000 read 200'])
    expect(stage.lines).toEqual(['4000 info Snapshot OWN is inProgress after 4 s.'])
    expect(stage.sightings).toEqual([
      '2000 OWN queued',
      '4000 OWN inProgress',
      '6000 OWN inProgress',
      '8000 OWN completed',
    ])
    expect(stage.clock.pending).toBe(0)
  })

  it('asks nothing about one that is completed already', async () => {
    const client = scriptedClient({})
    const stage = new Stage({ client })
    const completed = snapshot({ status: 'completed' })
    expect(await stage.wait({ snapshot: completed, created: false })).toBe(completed)
    expect(client.calls).toEqual([])
    expect(stage.sightings).toEqual([])
  })

  it('tells whoever is told whether this step took it', async () => {
    const { stage, sighting } = await taken(
      { atlas: { secondsToInProgress: 1, secondsToCompleted: 1 } },
      false,
    )
    await stage.wait(sighting)
    expect(stage.sightings).toEqual(['2000 OWN completed, not created here'])
  })

  it('fails when Atlas reports it as failed, after telling so', async () => {
    const { stage, sighting } = await taken({ atlas: { failSnapshots: true, secondsToCompleted: 3 } })
    expect(await stage.failureOf(stage.wait(sighting))).toEqual({
      title: 'The snapshot failed',
      message: 'Atlas reports snapshot OWN as failed, so there is no backup to go back to.',
      remedy:
        "Do not deploy on it; look at the cluster's backup page and at the project's alerts in Atlas, then run this again.",
    })
    expect(stage.clock.now()).toBe(4_000)
    expect(stage.sightings).toEqual(['2000 OWN queued', '4000 OWN failed'])
    expect(stage.lines).toEqual([])
  })

  it('adds nothing where its end cannot be handed on, since there is nothing left to wait for', async () => {
    const stage = new Stage({ client: scriptedClient({ read: [snapshot({ status: 'completed' })] }) })
    const lost = new ActionError({ title: 'Lost', message: 'Lost.', remedy: 'Look.' })
    const onSnapshot = () => {
      throw lost
    }
    const waiting = stage.within(MINUTE, (context) =>
      waitUntilCompleted({ snapshot: snapshot(), created: true }, { ...context, onSnapshot }),
    )
    await expect(waiting).rejects.toBe(lost)
  })

  it('fails with one that had failed when it was found', async () => {
    const stage = new Stage({ client: scriptedClient({}) })
    const failure = await stage.failureOf(
      stage.wait({ snapshot: snapshot({ status: 'failed' }), created: true }),
    )
    expect(failure.title).toBe('The snapshot failed')
  })

  it('goes on with a status unknown today, until the deadline', async () => {
    const oddStatus = { word: 'pondering', fromSeconds: 3, toSeconds: 1e6 }
    const { stage, sighting } = await taken({ atlas: { oddStatus } })
    expect(await stage.failureOf(stage.wait(sighting, 200_000))).toEqual({
      title: 'The deadline has passed',
      message:
        'The deadline of 3 min 20 s has passed while waiting for the snapshot. Snapshot OWN was pondering when last seen; it goes on in Atlas, and nothing was deleted.',
      remedy: `${LATER} For more time, raise the input timeout-minutes.`,
    })
    expect(stage.clock.now()).toBe(200_000)
    expect(stage.lines[0]).toBe('4000 info Snapshot OWN is pondering after 4 s.')
    expect(stage.truth).toEqual([expect.stringMatching(/^OWN completed/)])
  })

  it('tells a long status in short', async () => {
    const oddStatus = { word: 's'.repeat(5_000), fromSeconds: 3, toSeconds: 1e6 }
    const { stage, sighting } = await taken({ atlas: { oddStatus } })
    const failure = await stage.failureOf(stage.wait(sighting, 2 * MINUTE))
    expect(failure.message).toMatch(/ Snapshot OWN was … when last seen; it goes on in Atlas/)
    expect([failure.message, ...stage.lines].filter((text) => text.length > 500)).toEqual([])
    expect(stage.sightings.at(-1)).toMatch(/ s{5000}$/)
  })

  it('goes on when an unknown status turns into one that is known', async () => {
    const oddStatus = { word: 'pondering', fromSeconds: 3, toSeconds: 8 }
    const { stage, sighting } = await taken({ atlas: { oddStatus, secondsToCompleted: 6 } })
    expect((await stage.wait(sighting)).status).toBe('completed')
    expect(stage.sightings).toEqual([
      '2000 OWN queued',
      '4000 OWN pondering',
      '6000 OWN pondering',
      '8000 OWN completed',
    ])
  })
})

describe('a poll', () => {
  it.each([
    ['503', '2000 read 503', 2_500],
    ['500', '2000 read 500', 2_500],
    ['408', '2000 read 408', 2_500],
    ['429', '2000 read 429', 2_500],
    ['429:retry-after=9', '2000 read 429', 11_000],
    ['405:code=WRITES_NOT_ALLOWED_DURING_APP_UPGRADES', '2000 read 405', 2_500],
    ['reset', '2000 read read ECONNRESET', 2_500],
    ['cut', '2000 read read ECONNRESET', 2_500],
    ['hang', '2000 read aborted', 32_500],
    ['drip=1000', '2000 read aborted', 32_500],
    ['html=502', '2000 read 502', 2_500],
    ['html=200', '2000 read 200', 2_500],
    ['null', '2000 read 200', 2_500],
    ['shape', '2000 read 200', 2_500],
  ])('that brings nothing usable is repeated: %s', async (effect, first, again) => {
    const { stage, sighting, requests } = await taken({
      faults: [`read:${effect}`],
      atlas: { secondsToCompleted: 1 },
    })
    expect((await stage.wait(sighting)).status).toBe('completed')
    expect(requests()).toEqual([first, `${again} read 200`])
    expect(stage.lines).toEqual([expect.stringMatching(/^\d+ info .+\. Trying again in (0\.5|9) s\.$/)])
  })

  it.each(['stale', 'refuse-nonce'])(
    'whose nonce is refused is repeated with a new one: %s',
    async (effect) => {
      const { stage, sighting, requests } = await taken({
        faults: [`read:${effect}`],
        atlas: { secondsToCompleted: 1 },
      })
      await stage.wait(sighting)
      expect(requests().slice(0, 1)).toEqual(['2000 read 401'])
      expect(requests().at(-1)).toBe('2000 read 200')
      expect(stage.lines).toEqual([])
    },
  )

  it('about another snapshot is no answer, though that one is completed', async () => {
    const { stage, sighting, requests } = await taken({
      faults: ['read:other-id'],
      atlas: { olderSnapshots: 1, secondsToCompleted: 3 },
    })
    const { id } = await stage.wait(sighting)
    expect(stage.named(id)).toBe('OWN')
    expect(requests()).toEqual(['2000 read 200', '2500 read 200', '4500 read 200'])
    expect(stage.lines[0]).toBe(
      '2000 info Reading snapshot OWN: the answer is about another snapshot, OTHER. Trying again in 0.5 s.',
    )
    expect(stage.sightings).toEqual(['2500 OWN queued', '4500 OWN completed'])
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
    const { stage, sighting, requests } = await taken({ faults: [`read:${status}:code=X:times=always`] })
    const failure = await stage.failureOf(stage.wait(sighting))
    expect(failure.title).toBe(title)
    expect(failure.message).toMatch(/\. Snapshot OWN was queued when last seen\.$/)
    expect(failure.remedy.startsWith(`${LATER} `)).toBe(true)
    expect(failure.remedy).not.toMatch(AGAIN)
    expect(requests().at(-1)).toBe(`2000 read ${status}`)
  })

  it('that is refused with one nonce after the other ends the wait, with the id and how to attach', async () => {
    const { stage, sighting } = await taken({ faults: ['read:stale:times=always'] })
    const failure = await stage.failureOf(stage.wait(sighting))
    expect(failure.title).toBe('Atlas refuses every nonce')
    expect(failure.remedy.startsWith(`${LATER} `)).toBe(true)
    expect(failure.remedy).not.toMatch(AGAIN)
  })

  it('that finds no snapshot is repeated in the first minute', async () => {
    const { stage, sighting, requests } = await taken({ atlas: { read404Seconds: 5, secondsToCompleted: 1 } })
    expect((await stage.wait(sighting)).status).toBe('completed')
    expect(requests()).toEqual(['2000 read 404', '2500 read 404', '3500 read 404', '5500 read 200'])
    expect(stage.lines[0]).toBe(
      `2000 info Reading snapshot OWN was refused (HTTP 404 Not Found, SNAPSHOT_NOT_FOUND: No snapshot with ID OWN exists for cluster demo). Trying again in 0.5 s.`,
    )
  })

  it('that finds no snapshot after a minute ends the wait', async () => {
    const { stage, sighting, requests } = await taken({ atlas: { read404Seconds: 3_600 } })
    expect(await stage.failureOf(stage.wait(sighting))).toEqual({
      title: 'Snapshot not found',
      message:
        'Reading snapshot OWN was refused (HTTP 404 Not Found, SNAPSHOT_NOT_FOUND: No snapshot with ID OWN exists for cluster demo). Snapshot OWN was queued when last seen, but Atlas does not know it now: do not count on it.',
      remedy:
        'Look at the backups of the cluster in Atlas: the snapshot was deleted, has expired, or belongs to another cluster.',
    })
    expect(requests().slice(-2)).toEqual(['47500 read 404', '62500 read 404'])
  })

  it('that finds no snapshot is repeated at 59.999 s, and no more at 60 s', async () => {
    const early = await taken({ faults: ['read:404:times=1'], atlas: { secondsToCompleted: 1 } })
    expect((await early.stage.wait(early.sighting, 60 * MINUTE, 59_999)).status).toBe('completed')
    const late = await taken({ faults: ['read:404:times=1'], atlas: { secondsToCompleted: 1 } })
    const failure = await late.stage.failureOf(late.stage.wait(late.sighting, 60 * MINUTE, 60_000))
    expect(failure.title).toBe('Atlas does not know this')
  })

  it('that does not find a snapshot which this step did not take ends the wait', async () => {
    const { stage, sighting, requests } = await taken({ faults: ['read:404'] }, false)
    const failure = await stage.failureOf(stage.wait(sighting))
    expect(failure.message).toBe(
      'Reading snapshot OWN was refused (HTTP 404 Not Found, UNEXPECTED_ERROR: Unexpected error). Snapshot OWN was queued when last seen, but Atlas does not know it now: do not count on it.',
    )
    expect(failure.remedy).toBe(
      'Check group-id, cluster-name and base-url, and that the API key may see the project.',
    )
    expect(requests()).toEqual(['2000 read 404'])
  })

  it('is tried for longer than five minutes of outage, until the deadline', async () => {
    const { stage, sighting } = await taken({ faults: ['read:503:times=always'] })
    expect(await stage.failureOf(stage.wait(sighting))).toEqual({
      title: 'The deadline has passed',
      message:
        'The deadline of 1 h has passed while waiting for the snapshot. Snapshot OWN was queued when last seen; it goes on in Atlas, and nothing was deleted. Reading snapshot OWN: Atlas answered HTTP 503 Service Unavailable, UNEXPECTED_ERROR: Unexpected error.',
      remedy: `${LATER} If this happens again, look at the status of Atlas (status.mongodb.com) and at the network between the runner and Atlas. For more time, raise the input timeout-minutes.`,
    })
    expect(stage.clock.now()).toBe(60 * MINUTE)
  })

  it('that Atlas puts off beyond the deadline ends the wait at once', async () => {
    const { stage, sighting } = await taken({ faults: ['read:429:retry-after=60'] })
    const failure = await stage.failureOf(stage.wait(sighting, MINUTE))
    expect(failure.title).toBe('Atlas limits the rate of requests')
    expect(failure.message).toContain(
      "Atlas asks to wait 1 min, which is beyond this step's deadline. Snapshot OWN was queued when last seen.",
    )
    expect(failure.remedy).toBe(
      `${LATER} Raise timeout-minutes so that the step can wait as long as Atlas asks, or try later.`,
    )
    expect(stage.clock.now()).toBe(2_000)
  })
})

describe('the heartbeat of a wait', () => {
  it('comes once a minute, with the status and the time waited', async () => {
    const { stage, sighting } = await taken()
    await stage.wait(sighting)
    expect(stage.lines).toEqual([
      '8000 info Snapshot OWN is inProgress after 8 s.',
      '60000 info Snapshot OWN is still inProgress after 1 min.',
      '120000 info Snapshot OWN is still inProgress after 2 min.',
    ])
  })

  it('comes once a minute with a fixed interval of an hour, too', async () => {
    const { stage, sighting, requests } = await taken()
    await stage.wait(sighting, 120 * MINUTE, 60 * MINUTE)
    expect(requests()).toEqual(['3600000 read 200'])
    const beats = stage.lines.filter((line) => line.includes('is still queued after'))
    expect(beats.length).toBeGreaterThanOrEqual(59)
    expect(beats.slice(0, 59)).toEqual(
      Array.from(
        { length: 59 },
        (_, index) => `${(index + 1) * 60_000} info Snapshot OWN is still queued after ${index + 1} min.`,
      ),
    )
  })

  it('comes while requests hang', async () => {
    const { stage, sighting } = await taken({ faults: ['read:hang:times=always'] })
    await stage.failureOf(stage.wait(sighting, 130_000))
    expect(stage.lines.filter((line) => line.includes('still'))).toEqual([
      '60000 info Snapshot OWN is still queued after 1 min.',
      '120000 info Snapshot OWN is still queued after 2 min.',
    ])
  })
})

describe('a wait that has to stop', () => {
  it('says at the deadline that the snapshot goes on, which it is, and how to attach', async () => {
    const { stage, sighting } = await taken()
    expect(await stage.failureOf(stage.wait(sighting, 30_500))).toEqual({
      title: 'The deadline has passed',
      message:
        'The deadline of 31 s has passed while waiting for the snapshot. Snapshot OWN was inProgress when last seen; it goes on in Atlas, and nothing was deleted.',
      remedy: `${LATER} For more time, raise the input timeout-minutes.`,
    })
    expect(stage.clock.now()).toBe(30_500)
  })

  it('says so when it is cancelled between two polls, at once', async () => {
    const { stage, sighting } = await taken()
    stage.cancelAt(10_001)
    expect(await stage.failureOf(stage.wait(sighting))).toEqual({
      title: 'Cancelled',
      message:
        'The step was cancelled while waiting for the snapshot. Snapshot OWN was inProgress when last seen; it goes on in Atlas, and nothing was deleted.',
      remedy: LATER,
    })
    expect(stage.clock.now()).toBe(10_001)
  })

  it('does not say that the snapshot goes on where Atlas did not find it last', async () => {
    const { stage, sighting } = await taken({ atlas: { read404Seconds: 3_600 } })
    const { message } = await stage.failureOf(stage.wait(sighting, 30_000))
    expect(message).toMatch(
      /^The deadline of 30 s has passed while waiting for the snapshot\. Snapshot OWN was queued when last seen, but Atlas does not know it now: do not count on it\. Reading snapshot OWN was refused/,
    )
  })

  it('leaves a bug as it is', async () => {
    const bug = new TypeError('no')
    const stage = new Stage({ client: scriptedClient({ read: [bug] }) })
    await expect(stage.wait({ snapshot: snapshot(), created: true })).rejects.toBe(bug)
  })
})
