import { demo } from '../../../emulator/config.js'
import { TITLES } from '../../../src/titles.js'
import { createNightly, endless, type Row } from './row.js'

const backupPage = `${demo.groupId}#/clusters/backup/demo`
/** Facts in the error of a step that might have created a snapshot. */
const mayExist = ['[as-TAG]', backupPage, 'snapshot-id'] as const
/** The error of a step whose snapshot continues. */
const continues = {
  mentions: ['ID', 'queued', 'snapshot-id: ID', 'wait: true'],
  outputs: { status: 'queued', created: 'true' },
  created: 1,
} as const

const canceled: readonly Row[] = [
  {
    name: 'while its POST is in flight',
    scenario: { faults: ['create:hang'], cancelAtSeconds: 10 },
    mentions: mayExist,
  },
  {
    name: 'while it searches for the snapshot of a lost POST',
    scenario: { faults: ['create:reset', 'list:hang'], cancelAtSeconds: 10 },
    mentions: ['ECONNRESET', ...mayExist],
  },
  {
    name: 'while it searches for a snapshot to reuse',
    scenario: { faults: ['list:hang'], inputs: { 'reuse-within-minutes': '60' }, cancelAtSeconds: 10 },
  },
  {
    name: 'while it searches for the conflicting snapshot',
    scenario: {
      before: createNightly(),
      atlas: { ...endless, list: { hidesUnfinished: true } },
      cancelAtSeconds: 100,
    },
    mentions: ['HTTP 400', 'UNFINISHED_ON_DEMAND_SNAPSHOT', ...mayExist],
  },
  {
    name: 'while it waits for the conflicting snapshot',
    scenario: { before: createNightly(), atlas: endless, cancelAtSeconds: 100 },
    mentions: ['ID', 'HTTP 400', 'UNFINISHED_ON_DEMAND_SNAPSHOT'],
  },
  { name: 'between two polls', scenario: { atlas: endless, cancelAtSeconds: 30 }, ...continues },
]

const timedOut: readonly Row[] = [
  {
    name: 'while its POST is in flight',
    // After 30 s without a response, the step would search for its snapshot.
    scenario: { faults: ['create:429:retry-after=50', 'create:hang'] },
    mentions: mayExist,
  },
  {
    name: 'while every poll fails',
    scenario: { atlas: endless, faults: ['get:503:times=always'] },
    ...continues,
    mentions: [...continues.mentions, 'HTTP 503'],
  },
  {
    name: 'while Atlas does not find its snapshot',
    scenario: { atlas: endless, faults: ['get:404:code=SNAPSHOT_NOT_FOUND:times=always'] },
    mentions: ['ID', 'queued', 'HTTP 404'],
    outputs: continues.outputs,
    created: 1,
  },
]

/** Steps that are canceled or time out, in each phase of their work. */
export const stopping: readonly Row[] = [
  ...canceled.map(
    (row): Row => ({
      ...row,
      name: `reports what exists in Atlas if it is canceled ${row.name}`,
      error: TITLES.canceled,
      mentions: ['SIGINT', ...(row.mentions ?? [])],
    }),
  ),
  ...timedOut.map(
    (row): Row => ({
      ...row,
      name: `reports what exists in Atlas if it times out ${row.name}`,
      scenario: { ...row.scenario, inputs: { 'timeout-minutes': '1' } },
      error: TITLES.timedOut,
      mentions: ['1 min', 'timeout-minutes', ...(row.mentions ?? [])],
    }),
  ),
]
