import type { AtlasOptions } from '../emulator/atlas.js'
import { demo } from '../emulator/config.js'
import { parseFaultSpec } from '../emulator/fault-spec.js'

/** A situation of a step, and its expected result. The steps must create one snapshot in total. */
export interface DemoScenario {
  readonly name: string
  /** What happens, as a sentence. */
  readonly event: string
  /** What the step must do, as the end of a sentence after "The step must". */
  readonly expected: string
  readonly atlas?: AtlasOptions
  /** Another client's snapshot is in progress. */
  readonly conflicts?: boolean
  /** Inputs besides project, cluster, URL, and `wait`. */
  readonly inputs: Readonly<Record<string, string>>
  /** Expected exit codes of the steps, which run one after the other with the same inputs. */
  readonly exitCodes: readonly number[]
}

const apiKey = { 'public-key': demo.publicKey, 'private-key': demo.privateKey }

export const demoScenarios: readonly DemoScenario[] = [
  {
    name: 'take',
    event: 'Atlas creates and completes the snapshot.',
    expected: 'create a snapshot and wait until it is completed',
    inputs: apiKey,
    exitCodes: [0],
  },
  {
    name: 'sharded',
    event: 'The cluster is sharded, so its snapshot has members.',
    expected: 'create a snapshot and output the IDs of its members',
    inputs: { ...apiKey, 'cluster-name': 'sharded' },
    exitCodes: [0],
  },
  {
    name: 'conflict',
    event: 'Another on-demand snapshot of the cluster is in progress, so Atlas rejects a second one.',
    expected: 'wait until the other snapshot ends, then create its own',
    conflicts: true,
    inputs: apiKey,
    exitCodes: [0],
  },
  {
    name: 'failed',
    event: 'The snapshot fails in Atlas.',
    expected: 'fail, so no deployment runs without a snapshot',
    atlas: { failSnapshots: true },
    inputs: apiKey,
    exitCodes: [1],
  },
  {
    name: 'timeout',
    event: 'The snapshot takes longer than timeout-minutes.',
    expected: 'time out, leave the snapshot in Atlas, and explain how to wait for it later',
    atlas: { secondsToCompleted: 60 },
    inputs: { ...apiKey, 'timeout-minutes': '0.1' },
    exitCodes: [1],
  },
  {
    name: 'lost-response',
    event: 'Atlas creates the snapshot, but the connection breaks before the response arrives.',
    expected: 'find its own snapshot by the tag in the description, and create no second one',
    atlas: { faults: [parseFaultSpec('create:reset:executed')] },
    inputs: apiKey,
    exitCodes: [0],
  },
  {
    name: 'service-account',
    event: 'The step uses a service account instead of an API key.',
    expected: 'get an access token, create a snapshot, and revoke the token at the end',
    inputs: { 'client-id': demo.clientId, 'client-secret': demo.clientSecret },
    exitCodes: [0],
  },
  {
    name: 'reuse',
    event: 'Two services that share a cluster deploy within minutes.',
    expected: 'create a snapshot for the first service and reuse it for the second',
    inputs: { ...apiKey, 'reuse-within-minutes': '15' },
    exitCodes: [0, 0],
  },
]
