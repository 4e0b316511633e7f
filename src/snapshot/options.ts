import type { ClusterRef } from '../atlas/client.js'

/** What one step is asked to do. */
export interface SnapshotOptions {
  readonly cluster: ClusterRef
  /** Who asks, for the log: `API key abcdefgh`. */
  readonly credentialName: string
  /** Without the tag. */
  readonly description: string
  readonly retentionInDays: number
  readonly wait: boolean
  readonly onConflict: OnConflict
  /** Takes nothing, and goes on with this snapshot: 24 lower-case hexadecimal digits. */
  readonly snapshotId?: string | undefined
  /** Use a completed snapshot whose data is at most this old, in milliseconds, in place of a new one. */
  readonly reuseWithinMs?: number | undefined
  /** One deadline for everything, in milliseconds. */
  readonly timeoutMs: number
  /** A fixed interval between two looks, in milliseconds; without it, the adaptive schedule. */
  readonly pollIntervalMs: number | undefined
}

/** What to do while another on-demand snapshot of the cluster is unfinished. */
export type OnConflict = 'wait' | 'reuse' | 'fail'
