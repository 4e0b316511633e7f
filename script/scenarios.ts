import type { Atlas, AtlasOptions, RequestLogEntry, SnapshotRecord } from '../emulator/atlas.js'
import { completeConfig, demo } from '../emulator/config.js'
import type { RunResult } from './runner.js'

/** Something that can happen between a step and Atlas, and how the step has to end. */
export interface Scenario {
  readonly name: string
  /** What happens in Atlas, a sentence. */
  readonly event: string
  /** What the step then has to do, the end of a sentence. */
  readonly expected: string
  /** How many times as fast as the recorded one a snapshot is. */
  readonly speed: number
  /** How Atlas behaves. `seconds`: how long a snapshot takes at the chosen speed. */
  readonly atlas?: (seconds: number) => AtlasOptions
  /** Faults in the emulator's own notation. */
  readonly faults?: readonly string[]
  /** What has happened on the cluster before the action starts. */
  readonly before?: (atlas: Atlas) => void
  /** What the steps are given beside project, cluster, address and `wait`. */
  readonly inputs: Readonly<Record<string, string>>
  /** How each step has to end; they run one after the other, with the same inputs. */
  readonly steps: readonly ExpectedStep[]
  /** How many snapshots the steps have to have taken in all. */
  readonly expectedSnapshots: number
  /** What else has to be true. */
  readonly checks?: readonly ScenarioCheck[]
}

/** How a step has to end. */
export interface ExpectedStep {
  readonly exitCode: number
  /** Any of these. */
  readonly status: readonly string[]
  readonly created: boolean
}

/** A statement that is true or not. */
interface ScenarioCheck {
  readonly claim: string
  readonly holds: (result: ScenarioResult) => boolean
}

/** One step of a scenario, as its user and as Atlas saw it. */
export interface StepRun {
  readonly result: RunResult
  readonly requests: readonly RequestLogEntry[]
}

/** All that happened in a scenario. */
export interface ScenarioResult {
  readonly runs: readonly StepRun[]
  /** Every snapshot that there is or was in Atlas at the end, in the order taken. */
  readonly snapshots: readonly SnapshotRecord[]
}

/** The snapshot whose life was recorded, in seconds. */
export const recorded = completeConfig({})

const apiKey = { 'public-key': demo.publicKey, 'private-key': demo.privateKey }
const serviceAccount = { 'client-id': demo.clientId, 'client-secret': demo.clientSecret }
const completes: ExpectedStep = { exitCode: 0, status: ['completed'], created: true }
/** Short enough to watch. */
const QUICK = 40

/** Every scenario of the demo; the first one is played unless another is asked for. */
export const scenarios: readonly Scenario[] = [
  {
    name: 'take',
    event: 'Nothing is in the way, and the snapshot completes.',
    expected: 'take one and wait until Atlas says that it is completed',
    speed: 12,
    inputs: apiKey,
    steps: [completes],
    expectedSnapshots: 1,
  },
  {
    name: 'sharded',
    event: 'The cluster is sharded, and its snapshot has members.',
    expected: 'take one and hand on the ids of its members',
    speed: QUICK,
    inputs: { ...apiKey, 'cluster-name': 'sharded' },
    steps: [completes],
    expectedSnapshots: 1,
    checks: [
      {
        claim: 'snapshot-ids are those of its members in Atlas',
        holds: ({ runs, snapshots }) =>
          runs[0]?.result.outputs['snapshot-ids'] === JSON.stringify(snapshots[0]?.memberIds),
      },
    ],
  },
  {
    name: 'conflict',
    event: 'Another snapshot of the cluster is in progress, so Atlas refuses a second one.',
    expected: 'wait until that one ends, and then take its own',
    // Slow enough for a busy machine to meet the other one.
    speed: 15,
    before: (atlas) => void atlas.createOtherSnapshot('demo', { description: 'nightly' }),
    inputs: apiKey,
    steps: [completes],
    expectedSnapshots: 1,
    checks: [
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
    event: 'The snapshot fails in Atlas.',
    expected: 'fail, so that no deployment runs without a backup',
    speed: QUICK,
    atlas: () => ({ failSnapshots: true }),
    inputs: apiKey,
    steps: [{ exitCode: 1, status: ['failed'], created: true }],
    expectedSnapshots: 1,
  },
  {
    name: 'timeout',
    event: 'The snapshot takes ten times as long as usual, and so longer than timeout-minutes allows.',
    expected: 'fail at its deadline, let the snapshot be, and say how to attach to it later',
    speed: QUICK,
    atlas: (seconds) => ({ secondsToCompleted: seconds * 10 }),
    inputs: { ...apiKey, 'timeout-minutes': '0.1' },
    steps: [{ exitCode: 1, status: ['queued', 'inProgress'], created: true }],
    expectedSnapshots: 1,
    checks: [
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
    event: 'Atlas takes the snapshot, but the connection breaks before its answer arrives.',
    expected: 'find its own snapshot by the tag in the description, and take no second one',
    speed: QUICK,
    faults: ['create:reset:executed'],
    inputs: apiKey,
    steps: [completes],
    expectedSnapshots: 1,
    checks: [
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
    event: 'There is no API key: a service account proves itself by client id and secret.',
    expected: 'mint a token, take one snapshot with it, and revoke it at the end',
    speed: QUICK,
    atlas: () => ({ keys: [] }),
    inputs: serviceAccount,
    steps: [completes],
    expectedSnapshots: 1,
    checks: [
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
    event: 'The same job runs twice, as after a later step that failed for no good reason.',
    expected: 'take a snapshot in the first run and use the same one in the second',
    speed: QUICK,
    inputs: { ...apiKey, 'reuse-within-minutes': '15' },
    steps: [completes, { exitCode: 0, status: ['completed'], created: false }],
    expectedSnapshots: 1,
    checks: [
      {
        claim: 'the second run asked Atlas to take nothing',
        holds: ({ runs }) => runs[1]?.requests.every(({ operation }) => operation !== 'create') === true,
      },
    ],
  },
]
