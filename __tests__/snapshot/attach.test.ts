import { describe, expect, it } from '@jest/globals'
import { attachTo } from '../../src/snapshot/attach.js'
import {
  idOf,
  lost,
  notSent,
  refused,
  type Script,
  scriptedClient,
  snapshot,
  tryLater,
  untrusted,
} from '../support/scripted-client.js'
import { MINUTE, Stage } from '../support/stage.js'

function attaching(read: NonNullable<Script['read']>, limitMs = 60 * MINUTE) {
  const client = scriptedClient({ read })
  const stage = new Stage({ client })
  const outcome = stage.within(limitMs, (context) => attachTo(idOf(1), context))
  return { stage, outcome, calls: client.calls }
}

const losses = (times: number) => Array.from({ length: times }, () => lost())
const NOTHING = 'Nothing was taken, and nothing was deleted.'

describe('attaching to a snapshot', () => {
  it.each(['queued', 'inProgress', 'completed', 'failed', 'pondering'])(
    'reads it once, whatever its status: %s',
    async (status) => {
      const found = snapshot({ status })
      const { outcome, calls, stage } = attaching([found])
      expect(await outcome).toEqual({ snapshot: found, created: false, fromInput: true })
      expect(calls).toEqual([`read ${idOf(1)}`])
      expect(stage.lines).toEqual([])
      expect(stage.sightings).toEqual([])
    },
  )

  it('reads again after whatever may pass', async () => {
    const { outcome, stage } = attaching([lost(), notSent(), tryLater(7_000), snapshot()])
    expect(await outcome).toMatchObject({ created: false })
    expect(stage.lines).toEqual([
      '0 info Lost. Trying again in 0.5 s.',
      '500 info Not sent. Trying again in 1 s.',
      '1500 info Later. Trying again in 7 s.',
    ])
    expect(stage.clock.now()).toBe(8_500)
  })

  it.each([
    ['an unknown snapshot', refused(404)],
    ['a refusal', refused(403)],
    ['what must not be trusted', untrusted(true)],
    ['a bug', new TypeError('no')],
  ])('fails at once with %s', async (_, error) => {
    const { outcome, calls } = attaching([error])
    await expect(outcome).rejects.toBe(error)
    expect(calls).toHaveLength(1)
  })

  it('bears an outage for five minutes, and no longer', async () => {
    const { outcome, stage } = attaching(losses(100))
    expect(await stage.failureOf(outcome)).toEqual({
      title: 'Title: Lost.',
      message: 'Lost. It has been like this for 5 min.',
      remedy: 'Do something.',
    })
    expect(stage.clock.now()).toBe(300_500)
  })

  it('fails at once if Atlas asks to wait beyond the deadline', async () => {
    const { outcome, stage } = attaching([tryLater(MINUTE)], MINUTE)
    expect((await stage.failureOf(outcome)).message).toBe(
      "Later. Atlas asks to wait 1 min, which is beyond this step's deadline.",
    )
    expect(stage.clock.now()).toBe(0)
  })

  it('says at the deadline what it was doing, what stood in the way, and that nothing was done', async () => {
    const { outcome, stage } = attaching([tryLater(50_000), ...losses(100)], MINUTE)
    expect(await stage.failureOf(outcome)).toMatchObject({
      title: 'The deadline has passed',
      message: `The deadline of 1 min has passed while reading snapshot ${idOf(1)}. ${NOTHING} Lost.`,
    })
    expect(stage.clock.now()).toBe(MINUTE)
  })

  it('says when it is cancelled in a request that nothing was done', async () => {
    const hanging = (signal: AbortSignal) =>
      new Promise<never>((_, reject) => {
        signal.addEventListener('abort', () => reject(lost('Aborted.')), { once: true })
      })
    const { outcome, stage } = attaching([hanging])
    stage.cancelAt(3_000)
    expect(await stage.failureOf(outcome)).toEqual({
      title: 'Cancelled',
      message: `The step was cancelled while reading snapshot ${idOf(1)}. ${NOTHING}`,
      remedy: 'Run this again.',
    })
    expect(stage.clock.now()).toBe(3_000)
  })

  it('counts no answer about another snapshot', async () => {
    const stage = new Stage({ faults: ['read:other-id'], atlas: { olderSnapshots: 1 } })
    stage.somebodyTakes()
    const wanted = stage.atlas.snapshots().at(-1)?.id ?? 'none'
    const { snapshot: found } = await stage.within(MINUTE, (context) => attachTo(wanted, context))
    expect(found.id).toBe(wanted)
    expect(stage.clock.now()).toBe(500)
  })
})
