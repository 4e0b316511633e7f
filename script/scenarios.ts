import type { Atlas, AtlasOptions, RequestLogEntry, SnapshotRecord } from '../emulator/atlas.js'
import { completeConfig, demo } from '../emulator/config.js'
import type { RunResult } from './runner.js'

/** A situation of a step, and its expected result. */
export interface Scenario {
  readonly name: string
  /** What happens, as a sentence. */
  readonly event: string
  /** What the step must do, as the end of a sentence after "The step must". */
  readonly expected: string
  /** Speed of snapshots relative to the recorded one. */
  readonly speed: number
  /** Settings of the emulator. `seconds` is the duration of a snapshot at the selected speed. */
  readonly atlas?: (seconds: number) => AtlasOptions
  /** Faults in the emulator's compact form. */
  readonly faults?: readonly string[]
  /** Changes Atlas after the first request, so the time until the action has started does not matter. */
  readonly afterFirstRequest?: (atlas: Atlas) => void
  /** Inputs of the steps besides project, cluster, URL, and `wait`. */
  readonly inputs: Readonly<Record<string, string>>
  /** Expected results of the steps, which run one after the other with the same inputs. */
  readonly steps: readonly ExpectedStep[]
  /** Expected number of snapshots that the steps create. */
  readonly expectedSnapshots: number
  /** Additional checks. */
  readonly checks?: readonly ScenarioCheck[]
}

export interface ExpectedStep {
  readonly exitCode: number
  /** One of these. */
  readonly status: readonly string[]
  readonly created: boolean
}

interface ScenarioCheck {
  readonly claim: string
  readonly holds: (result: ScenarioResult) => boolean
}

/** The result of a step, and its requests to Atlas. */
export interface StepRun {
  readonly result: RunResult
  readonly requests: readonly RequestLogEntry[]
}

export interface ScenarioResult {
  readonly runs: readonly StepRun[]
  /** All snapshots in Atlas at the end, oldest first, including deleted ones. */
  readonly snapshots: readonly SnapshotRecord[]
}

/** The times of the recorded snapshot, in seconds. */
export const recorded = completeConfig({})

const apiKey = { 'public-key': demo.publicKey, 'private-key': demo.privateKey }
const serviceAccount = { 'client-id': demo.clientId, 'client-secret': demo.clientSecret }
const completes: ExpectedStep = { exitCode: 0, status: ['completed'], created: true }
/** Fast enough to watch. */
const QUICK = 40

/** All scenarios of the demo. */
export const scenarios: readonly Scenario[] = [
  {
    name: 'take',
    event: 'Atlas creates and completes the snapshot.',
    expected: 'create a snapshot and wait until it is completed',
    speed: 12,
    inputs: apiKey,
    steps: [completes],
    expectedSnapshots: 1,
  },
  {
    name: 'sharded',
    event: 'The cluster is sharded, so its snapshot has members.',
    expected: 'create a snapshot and output the IDs of its members',
    speed: QUICK,
    inputs: { ...apiKey, 'cluster-name': 'sharded' },
    steps: [completes],
    expectedSnapshots: 1,
    checks: [
      {
        claim: 'snapshot-ids contains the members in Atlas',
        holds: ({ runs, snapshots }) =>
          runs[0]?.result.outputs['snapshot-ids'] === JSON.stringify(snapshots[0]?.memberIds),
      },
    ],
  },
  {
    name: 'conflict',
    event: 'Another on-demand snapshot of the cluster is in progress, so Atlas rejects a second one.',
    expected: 'wait until the other snapshot ends, then create its own',
    speed: 15,
    afterFirstRequest: (atlas) => void atlas.createOtherSnapshot('demo', { description: 'nightly' }),
    inputs: apiKey,
    steps: [completes],
    expectedSnapshots: 1,
    checks: [
      {
        claim: 'Atlas rejected the first request',
        holds: ({ runs }) =>
          runs[0]?.requests.some(({ errorCode }) => errorCode === 'UNFINISHED_ON_DEMAND_SNAPSHOT') === true,
      },
      {
        claim: 'the snapshot was created after the other one ended',
        holds: ({ snapshots: [theirs, own] }) =>
          theirs?.takenBy === 'other' && own !== undefined && own.takenAt >= theirs.endsAt,
      },
    ],
  },
  {
    name: 'failed',
    event: 'The snapshot fails in Atlas.',
    expected: 'fail, so no deployment runs without a snapshot',
    speed: QUICK,
    atlas: () => ({ failSnapshots: true }),
    inputs: apiKey,
    steps: [{ exitCode: 1, status: ['failed'], created: true }],
    expectedSnapshots: 1,
  },
  {
    name: 'timeout',
    event: 'The snapshot takes longer than timeout-minutes.',
    expected: 'time out, leave the snapshot in Atlas, and explain how to wait for it later',
    speed: QUICK,
    atlas: (seconds) => ({ secondsToCompleted: seconds * 10 }),
    inputs: { ...apiKey, 'timeout-minutes': '0.1' },
    steps: [{ exitCode: 1, status: ['queued', 'inProgress'], created: true }],
    expectedSnapshots: 1,
    checks: [
      {
        claim: 'the snapshot is still in progress in Atlas',
        holds: ({ snapshots: [own] }) =>
          (own?.status === 'queued' || own?.status === 'inProgress') && !own.deleted,
      },
      {
        claim: 'the error contains the snapshot ID',
        holds: ({ runs, snapshots: [own] }) =>
          runs[0]?.result.annotations.some(
            ({ name, data }) =>
              name === 'error' && own !== undefined && data.includes(`snapshot-id: ${own.id}`),
          ) === true,
      },
    ],
  },
  {
    name: 'lost-response',
    event: 'Atlas creates the snapshot, but the connection breaks before the response arrives.',
    expected: 'find its own snapshot by the tag in the description, and create no second one',
    speed: QUICK,
    faults: ['create:reset:executed'],
    inputs: apiKey,
    steps: [completes],
    expectedSnapshots: 1,
    checks: [
      {
        claim: 'the response was lost',
        holds: ({ runs }) =>
          runs[0]?.requests.some(({ operation, status, executed }) => {
            return operation === 'create' && status === 0 && executed
          }) === true,
      },
    ],
  },
  {
    name: 'service-account',
    event: 'The step uses a service account instead of an API key.',
    expected: 'get an access token, create a snapshot, and revoke the token at the end',
    speed: QUICK,
    atlas: () => ({ keys: [] }),
    inputs: serviceAccount,
    steps: [completes],
    expectedSnapshots: 1,
    checks: [
      {
        claim: 'the first request got a token, and the last one revoked it',
        holds: ({ runs }) => {
          const operations = runs[0]?.requests.map(({ operation }) => operation) ?? []
          return operations[0] === 'token' && operations.at(-1) === 'revoke'
        },
      },
    ],
  },
  {
    name: 'reuse',
    event: 'The same job runs twice, for example because a later step failed.',
    expected: 'create a snapshot in the first run and reuse it in the second run',
    speed: QUICK,
    inputs: { ...apiKey, 'reuse-within-minutes': '15' },
    steps: [completes, { exitCode: 0, status: ['completed'], created: false }],
    expectedSnapshots: 1,
    checks: [
      {
        claim: 'the second run did not request a snapshot',
        holds: ({ runs }) => runs[1]?.requests.every(({ operation }) => operation !== 'create') === true,
      },
    ],
  },
]
