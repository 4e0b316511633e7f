import { demo } from '../../../emulator/config.js'
import { TITLES } from '../../../src/titles.js'
import type { VirtualSetup } from '../in-process.js'
import { createNightly, endless, type Row } from './row.js'

const backupPage = `${demo.groupId}#/clusters/backup/demo`
/** Facts in the error of a step that might have created a snapshot. */
const mayExist = ['[as-TAG]', backupPage, 'snapshot-id'] as const

const inputs = { 'timeout-minutes': '1' } as const

function canceled(when: string, setup: VirtualSetup, ...facts: readonly string[]): Row {
  const name = `reports what exists in Atlas if it is canceled ${when}`
  return { name, setup, error: TITLES.canceled, mentions: ['SIGINT', ...facts] }
}

/** Steps that are canceled or time out, in each phase of their work. */
export const stopping: readonly Row[] = [
  canceled(
    'while it searches for the snapshot of a lost POST',
    { faults: ['create:reset', 'list:hang'], cancelAtSeconds: 10 },
    ...['ECONNRESET', ...mayExist],
  ),
  canceled('while it searches for a snapshot to reuse', {
    faults: ['list:hang'],
    inputs: { 'reuse-within-minutes': '60' },
    cancelAtSeconds: 10,
  }),
  canceled(
    'while it searches for the conflicting snapshot',
    {
      before: createNightly(),
      atlas: { ...endless, list: { hidesUnfinished: true } },
      cancelAtSeconds: 100,
    },
    ...mayExist,
  ),
  canceled(
    'while it waits for the conflicting snapshot',
    { before: createNightly(), atlas: endless, cancelAtSeconds: 100 },
    'ID',
  ),
  {
    ...canceled(
      'while it reads a snapshot that a list showed',
      { faults: ['create:reset:executed', 'get:hang'], inputs: { wait: 'false' }, cancelAtSeconds: 10 },
      ...['ID', 'queued', 'snapshot-id: ID'],
    ),
    outputs: { status: 'queued', created: 'true' },
    created: 1,
  },
  {
    name: 'reports what exists in Atlas if it times out while every poll fails',
    setup: { inputs, atlas: endless, faults: ['get:503:times=always'] },
    error: TITLES.timedOut,
    mentions: ['1 min', 'timeout-minutes', 'ID', 'queued', 'snapshot-id: ID', 'wait: true', 'HTTP 503'],
    outputs: { status: 'queued', created: 'true' },
    created: 1,
  },
]
