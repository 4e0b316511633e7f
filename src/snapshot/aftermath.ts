import type { AtlasError } from '../atlas/errors.js'
import { asFailure, type Failure } from '../failure.js'
import { StopReason } from './deadline.js'
import { stopped } from './stopped.js'
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
export function withAftermath(error: unknown, standing: Standing): Failure {
  const { inDoubt, doing } = standing
  const left = inDoubt ? mayExist(standing) : 'No snapshot was taken.'
  const look = inDoubt ? lookFor(standing) : ''
  if (error instanceof StopReason) {
    // A request that ended because the step did tells nothing new.
    const trouble = standing.trouble?.cause === error ? undefined : standing.trouble
    return stopped(error, {
      doing,
      message: trouble === undefined ? left : `${trouble.message} ${left}`,
      remedy: inDoubt ? look : undefined,
      trouble,
    })
  }
  const failure = asFailure(error)
  return failure.with(left, { remedy: `${look} ${failure.remedy}`.trim() })
}

/** The same failure of a step that adopted another snapshot while it was in doubt about its own. */
export function withDoubt(error: unknown, tagged: Pick<Standing, 'tag' | 'backupPage'>): Failure {
  const failure = asFailure(error)
  return failure.with(mayExist(tagged), { remedy: `${lookFor(tagged)} ${failure.remedy}` })
}

/** That this step's own snapshot may exist without having shown. */
export function mayExist({ tag }: Pick<Standing, 'tag'>): string {
  return `Atlas may have taken a snapshot for this step, tagged ${tag}, though no answer says so.`
}

function lookFor({ tag, backupPage }: Pick<Standing, 'tag' | 'backupPage'>): string {
  return `Before running this again, look in the backups of the cluster (${backupPage}) for a description that ends in ${tag}; if it is there, give its id as snapshot-id.`
}
