import { describe, expect, it } from '@jest/globals'
import type { Atlas } from '../../emulator/atlas.js'
import { play, until } from './scenario.js'

const theirs = (atlas: Atlas) => void atlas.createOtherSnapshot('demo', { description: 'theirs' })
const refusal =
  'Taking a snapshot of cluster demo was refused (HTTP 400 Bad Request, UNFINISHED_ON_DEMAND_SNAPSHOT: Cluster demo already has an on-demand snapshot that is queued or in progress).'
const lists = ['list 200', 'list-sharded 200']
/** Theirs is still queued when the action sees it first, however slow the machine is. */
const longQueued = { secondsToInProgress: 3, secondsToCompleted: 3.5 }

describe('while another on-demand snapshot of the cluster is unfinished', () => {
  it('on-conflict: wait waits until it ends, and then takes its own', async () => {
    const found = await play({ before: theirs, atlas: longQueued })
    expect(found.exitCode).toBe(0)
    expect(found.log).toEqual(
      expect.arrayContaining([
        refusal,
        'Waiting until snapshot ID (theirs), queued, which this step did not take, ends.',
        'It is out of the way: asking Atlas for a snapshot again.',
      ]),
    )
    expect(found.requests).toEqual([
      ...['create 401', 'create 400', ...lists, 'get 200'],
      ...[...lists, 'create 401', 'create 200', 'get 200'],
    ])
    expect(found.result.outputs).toMatchObject({ status: 'completed', created: 'true' })
    expect(found.result.outputs['description']).toContain(
      'octo-org/shop@7b1c9f0 Deploy run 19650281743.1 [as-',
    )
    expect(found.taken).toBe(1)
  }, 60_000)

  it('on-conflict: wait waits again when somebody else gets in first, twice', async () => {
    const found = await play({
      before: theirs,
      inputs: { 'poll-interval-seconds': '0.5' },
      during: async (_, atlas) => {
        for (let more = 0; more < 2; more++) {
          await until(() => atlas.snapshots().every(({ status }) => status === 'completed'))
          theirs(atlas)
        }
      },
    })
    expect(found.exitCode).toBe(0)
    expect(found.requests.filter((request) => request.startsWith('create'))).toEqual([
      ...['create 401', 'create 400', 'create 401', 'create 400', 'create 401', 'create 400'],
      ...['create 401', 'create 200'],
    ])
    expect(found.result.outputs).toMatchObject({ status: 'completed', created: 'true' })
    expect(found.taken).toBe(1)
  })

  it('on-conflict: wait takes its own though the other one fails', async () => {
    const found = await play({
      before: (atlas) => void atlas.createOtherSnapshot('demo', { description: 'theirs', fails: true }),
    })
    expect(found.exitCode).toBe(0)
    expect(found.log).toContainEqual(expect.stringContaining('which this step did not take, is failed after'))
    expect(found.result.outputs).toMatchObject({ status: 'completed', created: 'true' })
  }, 60_000)

  it('on-conflict: wait looks until it has ended where the lists hide it', async () => {
    const found = await play({ before: theirs, atlas: { list: { hidesUnfinished: true } } })
    expect(found.exitCode).toBe(0)
    expect(found.log).toEqual(
      expect.arrayContaining([
        'Atlas does not show what is in the way: asking once more.',
        'Atlas does not show what is in the way: looking until it does.',
        'It is out of the way: asking Atlas for a snapshot again.',
      ]),
    )
    expect(found.requests.filter((request) => request === 'create 400')).toHaveLength(2)
    expect(found.result.outputs).toMatchObject({ status: 'completed', created: 'true' })
    expect(found.taken).toBe(1)
  }, 60_000)

  it('on-conflict: reuse uses it, with a warning that its data may be older', async () => {
    const found = await play({ before: theirs, atlas: longQueued, inputs: { 'on-conflict': 'reuse' } })
    expect(found.exitCode).toBe(0)
    expect(found.warnings).toEqual([
      'Atlas snapshot | Using snapshot ID (theirs), queued, which this step did not take (on-conflict: reuse): its data may be older than this step, and it is kept until INSTANT.',
    ])
    expect(found.requests).toEqual(['create 401', 'create 400', ...lists, 'get 200'])
    expect(found.result.outputs).toMatchObject({
      status: 'completed',
      created: 'false',
      description: 'theirs',
    })
    expect(found.taken).toBe(0)
  }, 60_000)

  it('on-conflict: reuse fails when the other one fails, since a reused backup has to exist', async () => {
    const found = await play({
      before: (atlas) => void atlas.createOtherSnapshot('demo', { description: 'theirs', fails: true }),
      inputs: { 'on-conflict': 'reuse' },
    })
    expect(found.exitCode).toBe(1)
    expect(found.errors).toEqual([
      expect.stringMatching(/^The snapshot failed \| Atlas reports snapshot ID as failed/),
    ])
    expect(found.result.outputs).toMatchObject({ status: 'failed', created: 'false' })
  }, 60_000)

  it('on-conflict: fail fails and names it', async () => {
    const found = await play({ atlas: longQueued, before: theirs, inputs: { 'on-conflict': 'fail' } })
    expect(found.exitCode).toBe(1)
    expect(found.errors).toEqual([
      `Another snapshot of this cluster is unfinished | ${refusal} In the way is snapshot ID (theirs), queued. No snapshot was taken. Wait until the other snapshot ends, or set on-conflict to wait or reuse.`,
    ])
    expect(found.requests).toEqual(['create 401', 'create 400', ...lists])
    expect(found.taken).toBe(0)
  }, 60_000)

  it('the deadline ends the wait for it', async () => {
    const found = await play({
      before: theirs,
      atlas: { secondsToCompleted: 1000 },
      inputs: { 'timeout-minutes': '0.03' },
    })
    expect(found.exitCode).toBe(1)
    expect(found.errors).toEqual([
      `The deadline has passed | The deadline of 2 s has passed while waiting for snapshot ID, which this step did not take. ${refusal} No snapshot was taken. Run this again. For more time, raise the input timeout-minutes.`,
    ])
  }, 60_000)

  it('nothing that another person called their snapshot can be a command', async () => {
    const found = await play({
      before: (atlas) =>
        void atlas.createOtherSnapshot('demo', {
          description: '\n::error::x\r##[set-output name=status]completed',
        }),
    })
    expect(found.exitCode).toBe(0)
    expect(found.errors).toEqual([])
    const names = new Set(found.result.commands.map(({ name }) => name))
    expect([...names].sort()).toEqual(['add-mask', 'debug', 'notice'])
  }, 60_000)
})

it('a scheduled snapshot in progress is in nobody’s way', async () => {
  const found = await play({
    before: (atlas) =>
      void atlas.createOtherSnapshot('demo', { description: 'nightly', snapshotType: 'scheduled' }),
  })
  expect(found.requests).toEqual(['create 401', 'create 200', 'get 200'])
  expect(found.exitCode).toBe(0)
}, 60_000)
