import type { Atlas, OtherSnapshot } from '../../../emulator/atlas.js'
import type { VirtualScenario } from '../in-process.js'

/** A scenario, and what a user and Atlas have to see of it. How it is worded is in the golden file of main.test.ts. */
export interface Row {
  /** Ends the sentence that begins with "a step". */
  readonly name: string
  readonly scenario: VirtualScenario
  /** `operation status` of each request, 0 without a response. Polls in a row are one entry. */
  readonly requests?: readonly string[]
  /** Title of the one error. Without it the step succeeds. */
  readonly error?: string
  /** Facts in the error, or in the log and annotations of a step that succeeds. */
  readonly mentions?: readonly string[]
  /** The facts in each warning. */
  readonly warnings?: readonly (readonly string[])[]
  /** Some of the outputs. */
  readonly outputs?: Readonly<Record<string, unknown>>
  /** How many snapshots the step creates. */
  readonly created: number
  /** How many access tokens still work after the step, by default none. */
  readonly livingTokens?: number
  /** State of the commit status that the step sets. Without it the step sets none. */
  readonly commitStatus?: 'error' | 'failure' | 'pending' | 'success'
  /** How long the step takes at most. */
  readonly maxSeconds?: number
  /** Whether the step writes a job summary, by default true. */
  readonly hasSummary?: boolean
}

/** Outputs of a step without a snapshot. */
export const noSnapshot = { 'snapshot-id': '', status: '', created: '' } as const
/** Outputs of a step that created a snapshot and waited for it. */
export const completed = { status: 'completed', created: 'true' } as const
/** Outputs of a step that uses a snapshot that it did not create. */
export const reused = { status: 'completed', created: 'false' } as const

/** The requests of a step that creates a snapshot and waits for it. */
export const creates: readonly string[] = ['create 401', 'create 200', 'get 200']
/** Both lists, which are read before every further POST. */
export const lists: readonly string[] = ['list 200', 'list-sharded 200']

/** Times of a snapshot that stays queued until long after the step. */
export const endless = { secondsToInProgress: 100_000, secondsToCompleted: 200_000 } as const
/** A snapshot that takes a minute, and nonces that outlive it. */
export const brief = {
  secondsToInProgress: 5,
  secondsToCompleted: 60,
  digest: { nonceMaxAgeSeconds: 3600 },
} as const

/** Another client creates a snapshot called nightly, now or so many minutes ago. */
export function createNightly(more: Partial<OtherSnapshot> = {}, minutesAgo = 0): (atlas: Atlas) => void {
  return (atlas) => {
    const takenAt = atlas.now() - minutesAgo * 60_000
    atlas.createOtherSnapshot('demo', { description: 'nightly', takenAt, ...more })
  }
}
