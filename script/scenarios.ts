import { completeConfig, demo } from '../emulator/config.js'
import type { End, Scenario } from './scenario.js'

/** The snapshot whose life was recorded, in seconds. */
export const recorded = completeConfig({})

const apiKey = { 'public-key': demo.publicKey, 'private-key': demo.privateKey }
const serviceAccount = { 'client-id': demo.clientId, 'client-secret': demo.clientSecret }
const completes: End = { exitCode: 0, status: ['completed'], created: true }
/** What a reader has the patience for. */
const QUICK = 40

/** Every scenario of the demo; the first one is played unless another is asked for. */
export const scenarios: readonly Scenario[] = [
  {
    name: 'take',
    happens: 'Nothing is in the way, and the snapshot completes.',
    hasTo: 'take one and wait until Atlas says that it is completed',
    speed: 12,
    inputs: apiKey,
    ends: [completes],
    taken: 1,
  },
  {
    name: 'sharded',
    happens: 'The cluster is sharded, and its snapshot has members.',
    hasTo: 'take one and hand on the ids of its members',
    speed: QUICK,
    inputs: { ...apiKey, 'cluster-name': 'sharded' },
    ends: [completes],
    taken: 1,
    proofs: [
      {
        claim: 'snapshot-ids are those of its members in Atlas',
        holds: ({ runs, snapshots }) =>
          runs[0]?.result.outputs['snapshot-ids'] === JSON.stringify(snapshots[0]?.memberIds),
      },
    ],
  },
  {
    name: 'conflict',
    happens: "Somebody else's snapshot of the cluster is under way, so that Atlas refuses another one.",
    hasTo: 'wait until that one ends, and then take its own',
    speed: QUICK,
    before: (atlas) => void atlas.createOtherSnapshot('demo', { description: 'nightly, by somebody else' }),
    inputs: apiKey,
    ends: [completes],
    taken: 1,
    proofs: [
      {
        claim: 'Atlas refused it at first',
        holds: ({ runs }) =>
          runs[0]?.requests.some(({ errorCode }) => errorCode === 'UNFINISHED_ON_DEMAND_SNAPSHOT') === true,
      },
      {
        claim: 'it was taken after the other one had ended',
        holds: ({ snapshots: [theirs, own] }) =>
          theirs?.takenBy === 'other' && own !== undefined && own.takenAt >= theirs.endsAt,
      },
    ],
  },
  {
    name: 'failed',
    happens: 'The snapshot fails in Atlas.',
    hasTo: 'fail, so that no deployment runs without a backup',
    speed: QUICK,
    atlas: () => ({ failSnapshots: true }),
    inputs: apiKey,
    ends: [{ exitCode: 1, status: ['failed'], created: true }],
    taken: 1,
  },
  {
    name: 'timeout',
    happens: 'The snapshot takes ten times as long as usual, and so longer than timeout-minutes allows.',
    hasTo: 'fail at its deadline, let the snapshot be, and say how to attach to it later',
    speed: QUICK,
    atlas: (seconds) => ({ secondsToCompleted: seconds * 10 }),
    inputs: { ...apiKey, 'timeout-minutes': '0.1' },
    ends: [{ exitCode: 1, status: ['queued', 'inProgress'], created: true }],
    taken: 1,
    proofs: [
      {
        claim: 'the snapshot goes on in Atlas',
        holds: ({ snapshots: [own] }) =>
          (own?.status === 'queued' || own?.status === 'inProgress') && !own.deleted,
      },
      {
        claim: 'the error names it as the snapshot-id for later',
        holds: ({ runs, snapshots: [own] }) =>
          runs[0]?.result.annotations.some(
            ({ name, data }) => name === 'error' && data.includes(`snapshot-id ${own?.id}`),
          ) === true,
      },
    ],
  },
  {
    name: 'lost-answer',
    happens: 'Atlas takes the snapshot, but the connection breaks before its answer arrives.',
    hasTo: 'find its own snapshot by the tag in the description, and take no second one',
    speed: QUICK,
    faults: ['create:reset:executed'],
    inputs: apiKey,
    ends: [completes],
    taken: 1,
    proofs: [
      {
        claim: 'the answer was lost',
        holds: ({ runs }) =>
          runs[0]?.requests.some(({ operation, status, executed }) => {
            return operation === 'create' && status === 0 && executed
          }) === true,
      },
    ],
  },
  {
    name: 'service-account',
    happens: 'There is no API key: a service account proves itself by client id and secret.',
    hasTo: 'mint a token, take one snapshot with it, and revoke it at the end',
    speed: QUICK,
    atlas: () => ({ keys: [] }),
    inputs: serviceAccount,
    ends: [completes],
    taken: 1,
    proofs: [
      {
        claim: 'a token was minted first, and revoked last',
        holds: ({ runs }) => {
          const operations = runs[0]?.requests.map(({ operation }) => operation) ?? []
          return operations[0] === 'token' && operations.at(-1) === 'revoke'
        },
      },
    ],
  },
  {
    name: 'reuse',
    happens: 'The same job runs twice, as after a later step that failed for no good reason.',
    hasTo: 'take a snapshot in the first run and use the same one in the second',
    speed: QUICK,
    inputs: { ...apiKey, 'reuse-within-minutes': '15' },
    ends: [completes, { exitCode: 0, status: ['completed'], created: false }],
    taken: 1,
    proofs: [
      {
        claim: 'the second run asked Atlas to take nothing',
        holds: ({ runs }) => runs[1]?.requests.every(({ operation }) => operation !== 'create') === true,
      },
    ],
  },
]
