import { totalmem } from 'node:os'
import { afterEach, expect, it } from '@jest/globals'
import { type EmulatedAtlas, startAtlas } from '../../script/emulated-atlas.js'
import type { RunResult } from '../../script/runner.js'
import { startSnapshot } from '../support/bundle.js'

/** 200 processes need about 11 GB. */
const FLEET = totalmem() > 14 * 2 ** 30 ? 200 : 40
if (FLEET < 200)
  console.warn(`Testing ${FLEET} processes instead of 200 because this machine has too little memory.`)
const QUEUE = 20

let emulated: EmulatedAtlas | undefined
afterEach(() => emulated?.close())

it(`${FLEET} processes on different clusters create one snapshot each`, async () => {
  const names = Array.from({ length: FLEET }, (_, index) => `cluster-${index}`)
  emulated = await startAtlas({
    clusters: names.map((name) => ({ name, kind: 'replicaSet' as const })),
    secondsToInProgress: 0.5,
    secondsToCompleted: 2,
  })
  const { atlas, url } = emulated
  const results = await runAll(
    names,
    (name) =>
      startSnapshot(url, {
        inputs: { 'cluster-name': name, 'poll-interval-seconds': '1' },
        timeoutMs: 170_000,
      }).result,
  )
  expect(results.filter(({ exitCode }) => exitCode !== 0)).toEqual([])
  for (const [index, name] of names.entries()) {
    const [snapshot, ...more] = atlas.snapshots(name)
    expect(more).toEqual([])
    expect(results[index]?.outputs).toMatchObject({
      'snapshot-id': snapshot?.id,
      status: 'completed',
      created: 'true',
    })
    expect(snapshot).toMatchObject({ status: 'completed' })
  }
})

it(`${QUEUE} processes on one cluster with on-conflict: wait create one snapshot each, one after the other`, async () => {
  emulated = await startAtlas({ secondsToInProgress: 0.1, secondsToCompleted: 0.4 })
  const names = Array.from({ length: QUEUE }, (_, index) => `step ${index}`)
  const { atlas, url } = emulated
  const results = await runAll(
    names,
    (name) =>
      startSnapshot(url, {
        inputs: { description: name, 'poll-interval-seconds': '0.2' },
        timeoutMs: 170_000,
      }).result,
  )
  expect(results.filter(({ exitCode }) => exitCode !== 0)).toEqual([])
  const snapshots = atlas.snapshots('demo')
  expect(snapshots).toHaveLength(QUEUE)
  for (const [index, name] of names.entries()) {
    const own = snapshots.filter(({ description }) => description.startsWith(`${name} [`))
    expect(own).toHaveLength(1)
    expect(results[index]?.outputs).toMatchObject({
      'snapshot-id': own[0]?.id,
      status: 'completed',
      created: 'true',
    })
  }
  const spans = snapshots
    .map(({ takenAt, endsAt }) => ({ takenAt, endsAt }))
    .sort((a, b) => a.takenAt - b.takenAt)
  for (const [index, { takenAt }] of spans.entries()) {
    if (index > 0) expect(takenAt).toBeGreaterThanOrEqual(spans[index - 1]?.endsAt ?? Number.NaN)
  }
})

/** Runs the work for every name at the same time. Results are in the order of the names. */
function runAll(names: readonly string[], work: (name: string) => Promise<RunResult>): Promise<RunResult[]> {
  return Promise.all(names.map(work))
}
