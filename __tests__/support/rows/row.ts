import type { Atlas, OtherSnapshot } from '../../../emulator/atlas.js'
import type { VirtualSetup } from '../in-process.js'

/** Steps by the end of a sentence that begins with "a step". */
export type Rows = Readonly<Record<string, Row>>

/** A step and its expected result. The golden file of main.test.ts has its requests, errors, and warnings. */
export interface Row {
  readonly setup: VirtualSetup
  /** Title of the only error. If unset, the step succeeds. */
  readonly error?: string
  /** Facts that the error must contain, however its words change. */
  readonly mentions?: readonly string[]
  /** Some of the outputs. If unset, there is no snapshot in them. */
  readonly outputs?: Readonly<Record<string, unknown>>
  /** How many snapshots the step creates, by default none. */
  readonly created?: number
  /** How many access tokens are still valid after the step, by default none. */
  readonly livingTokens?: number
  /** State of the commit status. If unset, the step sets none. */
  readonly commitStatus?: 'error' | 'failure' | 'pending' | 'success'
  /** Maximum duration of the step. */
  readonly maxSeconds?: number
}

/** The tag of a step in its messages. An error contains it only if a snapshot with an unknown ID might exist. */
export const TAG = '[as-TAG]'

/** Outputs of a step without a snapshot. */
export const noSnapshot = { 'snapshot-id': '', status: '', created: '' } as const
/** Outputs of a step that created a snapshot and waited for it. */
export const completed = { status: 'completed', created: 'true' } as const
/** A step that created a snapshot and waited for it. */
export const createsOne = { outputs: completed, created: 1 } as const
/** Outputs of a step whose own snapshot is queued. */
export const queued = { status: 'queued', created: 'true' } as const
/** A step that created a snapshot, which is still queued. */
export const leavesQueued = { outputs: queued, created: 1 } as const

/** A snapshot that stays queued until long after the step. */
export const endless = { secondsToInProgress: 100_000, secondsToCompleted: 200_000 } as const
/** A snapshot that takes a minute, and nonces that stay valid for longer. */
export const brief = { secondsToInProgress: 5, secondsToCompleted: 60, nonceMaxAgeSeconds: 3600 } as const

/** Another client creates a snapshot with the description `nightly`, now or some minutes ago. */
export function createNightly(more: Partial<OtherSnapshot> = {}, minutesAgo = 0): (atlas: Atlas) => void {
  return (atlas) => {
    const takenAt = atlas.now() - minutesAgo * 60_000
    atlas.createOtherSnapshot('demo', { description: 'nightly', takenAt, ...more })
  }
}

/** The input `snapshot-id` with the ID of the first snapshot. */
export function firstSnapshotId(atlas: Atlas): Readonly<Record<string, string>> {
  return { 'snapshot-id': atlas.snapshots()[0]?.id ?? 'none' }
}
