import { describe, expect, it } from '@jest/globals'
import { OutcomeUnknownError } from '../../src/atlas/errors.js'
import type { Snapshot } from '../../src/atlas/snapshot.js'
import { assertNoneTruncated, type CreateRequest, postSnapshot } from '../../src/snapshot/order.js'
import { thrownBy } from '../support/answers.js'
import { idOf, lost, refused, type Scripted, scriptedClient, snapshot } from '../support/scripted-client.js'
import { BACKUP_PAGE, MINUTE, Stage, TAG } from '../support/stage.js'

const order: CreateRequest = {
  description: `${'a'.repeat(70)} ${TAG}`,
  tag: TAG,
  retentionInDays: 3,
  onConflict: 'wait',
  backupPage: BACKUP_PAGE,
}

function posting(answer: Scripted<Snapshot>, description = order.description) {
  const client = scriptedClient({ take: [answer] })
  const stage = new Stage({ client })
  const outcome = stage.within(MINUTE, (context) => postSnapshot({ ...order, description }, context))
  return { stage, outcome, calls: client.calls }
}

describe('a POST', () => {
  it.each([
    ['as it was sent', order.description],
    ['that Atlas changed but for the tag', `A${TAG}.`],
  ])('brings the snapshot that bears the tag, with a description %s', async (_, description) => {
    const own = snapshot({ description })
    const { stage, outcome, calls } = posting(own)
    expect(await outcome).toBe(own)
    expect(calls).toEqual([`take ${order.description}`])
    expect(stage.lines).toEqual([])
  })

  it.each([64, 70, 80])(
    'brings one whose description was cut after %d characters, with a warning',
    async (length) => {
      const cut = snapshot({ description: order.description.slice(0, length) })
      const { stage, outcome } = posting(cut)
      expect(await outcome).toBe(cut)
      expect(stage.lines).toEqual([
        `0 warning Atlas cut the description of snapshot ${idOf(1)} short, and ${TAG} with it: had the answer been lost, this step would not have known its own snapshot again. Shorten the input description.`,
      ])
    },
  )

  it.each([
    ['no description', undefined, order.description],
    ['an empty description', '', order.description],
    ['the first 63 characters', 'a'.repeat(63), order.description],
    ['the beginning of a short description', 'before', `before ${TAG}`],
    ['the description of another step', 'before [as-0a1b2c3e]', `before ${TAG}`],
    ['the description of somebody else', 'nightly', `before ${TAG}`],
    ['the description in other letters', `BEFORE ${TAG.toUpperCase()}`, `before ${TAG}`],
  ])('is unanswered by a snapshot with %s', async (_, description, sent) => {
    const { stage, outcome } = posting(snapshot({ id: idOf(2), description }), sent)
    const error = await thrownBy(() => outcome)
    expect(error).toBeInstanceOf(OutcomeUnknownError)
    expect(error).toMatchObject({
      title: 'Atlas answered about another snapshot',
      message: `The answer to the request for a snapshot is about another one, ${idOf(2)}.`,
      remedy: `See in Atlas whose snapshot ${idOf(2)} is, and check that no proxy between the runner and Atlas mixes up answers.`,
      mayHaveExecuted: true,
    })
    expect(stage.lines).toEqual([])
  })

  it.each([lost(), refused(403), new TypeError('no')])('throws what the client throws: %s', async (error) => {
    await expect(posting(error).outcome).rejects.toBe(error)
  })
})

describe('a look', () => {
  it('may show descriptions of others, and the whole one', () => {
    const descriptions = [undefined, '', 'nightly', 'a'.repeat(63), 'b'.repeat(70), order.description]
    const snapshots = descriptions.map((description) => snapshot({ description }))
    expect(() => assertNoneTruncated(snapshots, order)).not.toThrow()
    expect(() => assertNoneTruncated([], order)).not.toThrow()
  })

  it('may not show one that could be the whole one, cut short', async () => {
    const snapshots = [snapshot(), snapshot({ id: idOf(2), description: 'a'.repeat(64) })]
    expect(await thrownBy(() => assertNoneTruncated(snapshots, order))).toMatchObject({
      name: 'ActionError',
      title: 'Atlas cut a description short',
      message: `Snapshot ${idOf(2)} may be this step's or not: its description has lost the end, where ${TAG} would be.`,
      remedy: 'Give description another, shorter text, so that each step knows its own snapshot again.',
    })
  })
})
