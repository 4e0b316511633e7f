import type { AtlasError } from '../atlas/errors.js'
import { Failure } from '../failure.js'
import { StopReason, stopped } from './deadline.js'
import type { Tag } from './tag.js'

/** How things stood when taking ended without a snapshot. */
export interface Standing {
  readonly tag: Tag
  readonly backupPage: string
  /** Whether this step's snapshot may exist without having shown. */
  readonly inDoubt: boolean
  /** What the step was doing, as in `cancelled while asking Atlas for a snapshot`. */
  readonly doing: string
  /** What stood in the way last. */
  readonly trouble: AtlasError | undefined
}

/** The same failure, with what it leaves behind: nothing, or a snapshot that may exist, and how to find it. */
export function withAftermath(error: unknown, standing: Standing): unknown {
  const { tag, backupPage, inDoubt } = standing
  const left = inDoubt
    ? `Atlas may have taken a snapshot for this step, tagged ${tag}, though no answer says so.`
    : 'No snapshot was taken.'
  const look = `Look in the backups of the cluster (${backupPage}) for a description that ends in ${tag}; if it is there, give its id as snapshot-id, and only if it is not, run this again.`
  if (error instanceof StopReason) {
    const { doing, trouble } = standing
    return stopped(error, {
      doing,
      // A request that ended because the step did tells nothing new.
      message: trouble === undefined || trouble.cause === error ? left : `${trouble.message} ${left}`,
      remedy: inDoubt ? look : 'Run this again.',
    })
  }
  if (!(error instanceof Failure)) return error
  const { title, message, remedy } = error
  return new Failure({
    title,
    message: `${message} ${left}`,
    remedy: inDoubt ? `${look} ${remedy}` : remedy,
    cause: error,
  })
}
