import type { ClusterRef } from '../atlas/client.js'

/** The options of a step. */
export interface SnapshotOptions {
  readonly cluster: ClusterRef
  /** The name of the credentials in the log: `API key abcdefgh`. */
  readonly credentialName: string
  /** Without the tag. */
  readonly description: string
  readonly retentionInDays: number
  readonly wait: boolean
  readonly onConflict: OnConflict
  /** Uses this snapshot instead of creating one: 24 lowercase hexadecimal digits. */
  readonly snapshotId?: string | undefined
  /** Reuses a completed snapshot if its restore point is at most this old, in milliseconds. */
  readonly reuseWithinMs?: number | undefined
  /** The time limit of the whole step, in milliseconds. */
  readonly timeoutMs: number
  /** A fixed interval between status checks in milliseconds, `undefined` for the adaptive one. */
  readonly pollIntervalMs: number | undefined
}

/** What to do if another on-demand snapshot of the cluster is in progress. */
export type OnConflict = 'wait' | 'reuse' | 'fail'
