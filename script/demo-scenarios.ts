import type { AtlasOptions } from '../emulator/atlas.js'
import { parseFaultSpec } from '../emulator/fault-spec.js'

/** A situation of a step, and its expected result. The step must create one snapshot. */
export interface DemoScenario {
  /** What happens, as a sentence. */
  readonly event: string
  /** What the step must do, as the end of a sentence after "The step must". */
  readonly expected: string
  readonly atlas?: AtlasOptions
  /** Another client's snapshot is in progress. */
  readonly conflicts?: boolean
  /** Inputs besides project, cluster, credentials, URL, and `wait`. */
  readonly inputs?: Readonly<Record<string, string>>
  readonly exitCode: number
}

export const demoScenarios: Readonly<Record<string, DemoScenario>> = {
  take: {
    event: 'Atlas creates and completes the snapshot.',
    expected: 'create a snapshot and wait until it is completed',
    exitCode: 0,
  },
  conflict: {
    event: 'Another on-demand snapshot of the cluster is in progress, so Atlas rejects a second one.',
    expected: 'wait until the other snapshot ends, then create its own',
    conflicts: true,
    exitCode: 0,
  },
  failed: {
    event: 'The snapshot fails in Atlas.',
    expected: 'fail, so no deployment runs without a snapshot',
    atlas: { failSnapshots: true },
    exitCode: 1,
  },
  timeout: {
    event: 'The snapshot takes longer than timeout-minutes.',
    expected: 'time out and leave the snapshot in Atlas',
    atlas: { secondsToCompleted: 60 },
    inputs: { 'timeout-minutes': '0.1' },
    exitCode: 1,
  },
  'lost-response': {
    event: 'Atlas creates the snapshot, but the connection breaks before the response arrives.',
    expected: 'find its own snapshot by the tag in the description, and create no second one',
    atlas: { faults: [parseFaultSpec('create:reset:executed')] },
    exitCode: 0,
  },
}
