import type { AtlasError } from '../atlas/errors.js'
import { Failure } from '../failure.js'
import { StopReason, stopped } from './deadline.js'
import type { Tag } from './tag.js'

/** How things stood when taking ended without a snapshot. */
export interface Standing {
  readonly tag: Tag
  readonly backupPage: string
  /** Whether a POST may have been executed whose snapshot has not shown. */
  readonly inDoubt: boolean
  /** What the step was doing, as the end of `The step was …`. */
  readonly doing: string
  /** The last request's error, if it was the last. */
  readonly trouble: AtlasError | undefined
}

/** The same failure, with what it leaves behind: nothing, or a snapshot that may exist, and how to find it. */
export function withAftermath(error: unknown, standing: Standing): unknown {
  const { tag, backupPage, inDoubt } = standing
  const left = inDoubt
    ? `Atlas may have taken a snapshot for this step, tagged ${tag}, though no answer says so.`
    : 'No snapshot was taken.'
  const look = inDoubt
    ? `Look in the backups of the cluster (${backupPage}) for a description that ends in ${tag}; if it is there, give its id as snapshot-id. `
    : ''
  if (error instanceof StopReason) {
    const { doing, trouble } = standing
    const unanswered =
      trouble === undefined ? '' : ` The last request got no usable answer: ${trouble.message}`
    return stopped(error, {
      message: `The step was ${doing}.${unanswered} ${left}`,
      remedy: `${look}Run this again when the cluster is free and Atlas answers.`,
    })
  }
  if (!(error instanceof Failure)) return error
  const { title, message, remedy } = error
  return new Failure({ title, message: `${message} ${left}`, remedy: `${look}${remedy}`, cause: error })
}
