import type { Atlas, AtlasOptions, RequestLogEntry, SnapshotRecord } from '../emulator/atlas.js'
import type { RunResult } from './runner.js'

/** Something that can happen between a step and Atlas, and how the step has to end. */
export interface Scenario {
  readonly name: string
  /** What happens in Atlas, a sentence. */
  readonly happens: string
  /** What the step then has to do, the end of a sentence. */
  readonly hasTo: string
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
  readonly ends: readonly End[]
  /** How many snapshots the steps have to have taken in all. */
  readonly taken: number
  /** What else has to be true. */
  readonly proofs?: readonly Proof[]
}

/** How a step has to end. */
export interface End {
  readonly exitCode: number
  /** Any of these. */
  readonly status: readonly string[]
  readonly created: boolean
}

/** A statement that is true or not. */
interface Proof {
  readonly claim: string
  readonly holds: (story: Story) => boolean
}

/** One step of a scenario, as its user and as Atlas saw it. */
export interface Run {
  readonly result: RunResult
  readonly requests: readonly RequestLogEntry[]
}

/** All that happened in a scenario. */
export interface Story {
  readonly runs: readonly Run[]
  /** The truth at the end: every snapshot there is or was, in the order taken. */
  readonly snapshots: readonly SnapshotRecord[]
}
