import { demo } from '../../../emulator/config.js'
import { TITLES } from '../../../src/titles.js'
import { brief, createNightly, endless, noSnapshot, type Row } from './row.js'

const backupPage = `${demo.groupId}#/clusters/backup/demo`
/** Facts in the error of a step that might have created a snapshot. */
const mayExist = ['[as-TAG]', backupPage, 'snapshot-id'] as const
/** The error of a step whose snapshot continues. */
const continues = {
  mentions: ['ID', 'queued', 'snapshot-id: ID', 'wait: true'],
  outputs: { status: 'queued', created: 'true' },
  created: 1,
} as const
const nothing = { outputs: noSnapshot, created: 0 } as const

const canceled: readonly Row[] = [
  {
    name: 'while its POST is in flight',
    scenario: { faults: ['create:hang'], cancelAtSeconds: 10 },
    mentions: mayExist,
    ...nothing,
  },
  {
    name: 'a second before the response to its POST',
    scenario: { atlas: endless, faults: ['create:delay=10000'], cancelAtSeconds: 9.5 },
    requests: ['create 401', 'create 200'],
    ...continues,
  },
  {
    name: 'before it retries its POST',
    scenario: { faults: ['create:429:retry-after=600'], cancelAtSeconds: 30 },
    mentions: ['HTTP 429'],
    ...nothing,
  },
  {
    name: 'while it searches for the snapshot of a lost POST',
    scenario: { faults: ['create:reset', 'list:hang'], cancelAtSeconds: 10 },
    mentions: ['ECONNRESET', ...mayExist],
    ...nothing,
  },
  {
    name: 'while it searches for a snapshot to reuse',
    scenario: { faults: ['list:hang'], inputs: { 'reuse-within-minutes': '60' }, cancelAtSeconds: 10 },
    ...nothing,
  },
  {
    name: 'while it searches for the conflicting snapshot',
    scenario: {
      before: createNightly(),
      atlas: { ...endless, list: { hidesUnfinished: true } },
      cancelAtSeconds: 100,
    },
    mentions: ['HTTP 400', 'UNFINISHED_ON_DEMAND_SNAPSHOT', ...mayExist],
    ...nothing,
  },
  {
    name: 'while it waits for the conflicting snapshot',
    scenario: { before: createNightly(), atlas: endless, cancelAtSeconds: 100 },
    mentions: ['ID', 'HTTP 400', 'UNFINISHED_ON_DEMAND_SNAPSHOT'],
    ...nothing,
  },
  { name: 'between two polls', scenario: { atlas: endless, cancelAtSeconds: 30 }, ...continues },
  { name: 'while a poll hangs', scenario: { faults: ['get:hang'], cancelAtSeconds: 10 }, ...continues },
  {
    name: 'while it reads the members of its snapshot',
    scenario: {
      atlas: brief,
      inputs: { 'cluster-name': 'sharded' },
      faults: ['get-sharded:hang'],
      cancelAtSeconds: 70,
    },
    mentions: ['ID', 'inProgress', 'snapshot-id: ID'],
    outputs: { status: 'inProgress', created: 'true' },
    created: 1,
  },
]

/** A 429 that delays the next POST until 50 s. */
const secondPostAt50 = 'create:429:retry-after=50'

const timedOut: readonly Row[] = [
  {
    name: 'while its POST is in flight',
    scenario: { faults: [secondPostAt50, 'create:hang'] },
    mentions: mayExist,
    ...nothing,
  },
  {
    name: 'a second before the response to its POST',
    scenario: { atlas: endless, faults: [secondPostAt50, 'create:delay=10500'] },
    ...continues,
  },
  {
    name: 'while a poll hangs',
    scenario: { faults: ['get:hang:times=always'] },
    ...continues,
    mentions: [...continues.mentions, '30 s'],
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
