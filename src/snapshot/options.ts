import type { ClusterRef } from '../atlas/client.js'

/** What a step is asked to do. */
export interface SnapshotOptions {
  readonly cluster: ClusterRef
  /** The credentials as the log names them: `API key abcdefgh`. */
  readonly credentialName: string
  /** Without the tag. */
  readonly description: string
  readonly retentionInDays: number
  readonly wait: boolean
  readonly onConflict: OnConflict
  /** Continues with this snapshot instead of creating one: 24 lower-case hexadecimal digits. */
  readonly snapshotId?: string | undefined
  /** Reuses a completed snapshot whose data is at most this old, in milliseconds. */
  readonly reuseWithinMs?: number | undefined
  /** One deadline for everything, in milliseconds. */
  readonly timeoutMs: number
  /** A fixed interval between status checks in milliseconds, `undefined` for the adaptive one. */
  readonly pollIntervalMs: number | undefined
}

/** What to do while another on-demand snapshot of the cluster is unfinished. */
export type OnConflict = 'wait' | 'reuse' | 'fail'
