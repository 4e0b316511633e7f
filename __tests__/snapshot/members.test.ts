import { describe, expect, it } from '@jest/globals'
import type { Snapshot } from '../../src/atlas/snapshot.js'
import { getMemberIds } from '../../src/snapshot/members.js'
import { idOf, lost, type Script, scriptedClient, snapshot } from '../support/scripted-client.js'
import { MINUTE, Stage } from '../support/stage.js'

async function members(of: Snapshot, script: Script = {}, cancelAt?: number, limitMs = MINUTE) {
  const client = scriptedClient(script)
  const stage = new Stage({ client })
  if (cancelAt !== undefined) stage.cancelAt(cancelAt)
  const ids = await stage.within(limitMs, (context) => getMemberIds({ snapshot: of, created: true }, context))
  return { ids, calls: client.calls, lines: stage.lines }
}

const sharded = (more: Readonly<Record<string, unknown>> = {}) =>
  snapshot({ type: 'shardedCluster', ...more })

/** A read that is never answered. */
const untilAborted = (signal: AbortSignal) =>
  new Promise<Snapshot>((_, reject) => {
    signal.addEventListener('abort', () => reject(lost()), { once: true })
  })

describe('the member snapshots', () => {
  it.each(['replicaSet', undefined])('of a %s are the one snapshot, without a request', async (type) => {
    expect(await members(snapshot({ type }))).toEqual({ ids: [idOf(1)], calls: [], lines: [] })
  })

  it('are taken from the answer where it has them', async () => {
    const snapshotIds = [idOf(8), idOf(9)]
    expect(await members(sharded({ snapshotIds }))).toEqual({ ids: snapshotIds, calls: [], lines: [] })
  })

  it('are read from the sharded form, once, where the plain one lacks them', async () => {
    const readSharded = [sharded({ members: [{ id: idOf(8) }, { id: idOf(9) }] })]
    expect(await members(sharded(), { readSharded })).toEqual({
      ids: [idOf(8), idOf(9)],
      calls: [`read sharded ${idOf(1)}`],
      lines: [],
    })
  })

  it('are none where the sharded form lacks them too', async () => {
    expect((await members(sharded(), { readSharded: [sharded()] })).ids).toEqual([])
  })

  // It is the last word on the snapshot, and a step that does not wait has heard only the first one.
  it('are of no use where the sharded form says that the snapshot failed', async () => {
    const stage = new Stage({ client: scriptedClient({ readSharded: [sharded({ status: 'failed' })] }) })
    const work = stage.within(MINUTE, (context) =>
      getMemberIds({ snapshot: sharded(), created: true }, context),
    )
    expect(await stage.failureOf(work)).toMatchObject({
      title: 'The snapshot failed',
      message: `Atlas reports snapshot ${idOf(1)} as failed, so there is no backup to go back to.`,
    })
    expect(stage.lines).toEqual([])
    expect(stage.sightings).toHaveLength(1)
    expect(stage.sightings[0]).toContain('failed')
  })

  it('tell of one that was given, too, that it failed', async () => {
    const stage = new Stage({ client: scriptedClient({ readSharded: [sharded({ status: 'failed' })] }) })
    const given = { snapshot: sharded(), created: false, fromInput: true }
    const { remedy } = await stage.failureOf(stage.within(MINUTE, (context) => getMemberIds(given, context)))
    expect(remedy).toMatch(/ or give another snapshot-id\.$/)
  })

  it('are none, with a warning, if they cannot be read', async () => {
    expect(await members(sharded(), { readSharded: [lost()] })).toEqual({
      ids: [],
      calls: [`read sharded ${idOf(1)}`],
      lines: [
        `0 warning The members of snapshot ${idOf(1)} could not be read, so snapshot-ids is empty: Lost.`,
      ],
    })
  })

  it('are none, without a warning, once the step is cancelled, since that is told by itself', async () => {
    expect(await members(sharded(), { readSharded: [untilAborted] }, 5_000)).toEqual({
      ids: [],
      calls: [`read sharded ${idOf(1)}`],
      lines: [],
    })
  })

  it('are none, with a warning, once the deadline has passed', async () => {
    expect((await members(sharded(), { readSharded: [untilAborted] }, undefined, 5_000)).lines).toEqual([
      `5000 warning The members of snapshot ${idOf(1)} could not be read, so snapshot-ids is empty: Lost.`,
    ])
  })
})
