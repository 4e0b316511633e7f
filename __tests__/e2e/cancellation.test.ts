import { describe, expect, it } from '@jest/globals'
import type { Atlas } from '../../emulator/atlas.js'
import { demo } from '../../emulator/config.js'
import type { ActionRun } from '../../script/runner.js'
import { readSummary } from '../support/summary-page.js'
import { play, type Scenario, until } from './scenario.js'

const backupPage = `http://atlas/v2/${demo.groupId}#/clusters/backup/demo`
const mayExist = `Atlas may have taken a snapshot for this step, tagged [as-TAG], though no answer says so. Before running this again, look in the backups of the cluster (${backupPage}) for a description that ends in [as-TAG]; if it is there, give its id as snapshot-id.`
const nothing = 'No snapshot was taken. Run this again.'
const taking = 'Taking a snapshot of cluster demo'

const attach = 'To wait for it later, run this action with snapshot-id ID and wait: true.'
const waiting = 'waiting for the snapshot. '
const left = (status: string) =>
  `Snapshot ID was ${status} when last seen; it goes on in Atlas, and nothing was deleted. ${attach}`

/** Runners on Windows end a process where Node knows no signal, so that nothing could be told apart here. */
const onPosix = process.platform === 'win32' ? describe.skip : describe

onPosix('a step that is cancelled', () => {
  it.each<{ when: string; scenario: Scenario; at: (atlas: Atlas) => boolean; says: string; status: string }>([
    {
      when: 'while its POST is under way',
      scenario: { faults: ['create:hang'] },
      at: asked('create', 2),
      says: `asking Atlas for a snapshot. ${mayExist}`,
      status: '',
    },
    {
      when: 'while it waits to ask again',
      scenario: { faults: ['create:429:retry-after=600:times=always'] },
      at: asked('create', 2),
      says: `asking Atlas for a snapshot. ${taking} was put off (HTTP 429 Too Many Requests, UNEXPECTED_ERROR: Unexpected error). ${nothing}`,
      status: '',
    },
    {
      when: 'while it looks for a snapshot that may exist',
      scenario: { faults: ['create:reset', 'list:hang'] },
      at: asked('list', 1),
      says: `asking Atlas for a snapshot. ${taking}: the connection broke before the whole answer had come (read ECONNRESET). ${mayExist}`,
      status: '',
    },
    {
      when: 'while it waits for the snapshot of somebody else',
      scenario: {
        atlas: { secondsToInProgress: 0, secondsToCompleted: 1000 },
        before: (atlas) => void atlas.createOtherSnapshot('demo', { description: 'theirs' }),
      },
      at: asked('get', 2),
      says: `waiting for snapshot ID, which this step did not take. ${taking} was refused (HTTP 400 Bad Request, UNFINISHED_ON_DEMAND_SNAPSHOT: Cluster demo already has an on-demand snapshot that is queued or in progress). ${nothing}`,
      status: '',
    },
    {
      when: 'between two polls',
      scenario: {
        atlas: { secondsToInProgress: 1000, secondsToCompleted: 2000 },
        inputs: { 'poll-interval-seconds': '600' },
      },
      at: asked('create', 2),
      says: waiting + left('queued'),
      status: 'queued',
    },
    {
      when: 'while a poll hangs',
      scenario: { faults: ['get:hang'] },
      at: asked('get', 1),
      says: waiting + left('queued'),
      status: 'queued',
    },
  ])(
    '$when fails within 2 s and says what goes on in Atlas',
    async ({ scenario, at, says, status }) => {
      for (const signal of ['SIGINT', 'SIGTERM'] as const) {
        let killedAt = 0
        const during = async (run: ActionRun, atlas: Atlas) => {
          await until(() => at(atlas) && (status === '' || run.outputs().length > 0))
          killedAt = performance.now()
          run.kill(signal)
          await run.result
          killedAt = performance.now() - killedAt
        }
        const found = await play({ ...scenario, during })
        expect(found.errors).toEqual([`Cancelled | The step was cancelled (${signal}) while ${says}`])
        expect(found.exitCode).toBe(1)
        expect(found.result.signal).toBeNull()
        expect(found.result.outputs['status']).toBe(status)
        expect(found.result.outputs['snapshot-id']).toMatch(status === '' ? /^$/ : /^[0-9a-f]{24}$/)
        expect(readSummary(found.result.summary).headline).toBe('❌ No backup of demo to rely on: Cancelled')
        expect(killedAt).toBeLessThan(2_000)
      }
    },
    60_000,
  )

  it('learns the id of a POST that is answered within a second', async () => {
    const during = async (run: ActionRun, atlas: Atlas) => {
      await until(() => asked('create', 2)(atlas))
      run.kill('SIGINT')
    }
    const found = await play({ faults: ['create:delay=500'], during })
    expect(found.errors).toEqual([
      `Cancelled | The step was cancelled (SIGINT) while ${waiting}${left('queued')}`,
    ])
    expect(found.requests).toEqual(['create 401', 'create 200'])
    expect(found.result.outputs).toMatchObject({ status: 'queued', created: 'true' })
    expect(found.exitCode).toBe(1)
  }, 60_000)
})

/** Whether so many requests of an operation have come. */
function asked(operation: string, times: number): (atlas: Atlas) => boolean {
  return (atlas) => atlas.requests.filter((request) => request.operation === operation).length >= times
}
