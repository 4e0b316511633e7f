import type { AtlasError } from '../atlas/errors.js'
import { type ActionError, toActionError } from '../failure.js'
import { StopReason } from './deadline.js'
import { interrupted } from './stopped.js'
import type { Tag } from './tag.js'

/** How things stood when taking ended without a snapshot. */
export interface CreationState {
  readonly tag: Tag
  readonly backupPage: string
  /** Whether this step's snapshot may exist without having shown. */
  readonly mayHaveOrphan: boolean
  /** What the step was doing, as in `cancelled while asking Atlas for a snapshot`. */
  readonly phase: string
  /** What stood in the way last. */
  readonly lastError: AtlasError | undefined
}

/** The same failure, with what it leaves behind: nothing, or a snapshot that may exist, and how to find it. */
export function toCreationFailure(error: unknown, standing: CreationState): ActionError {
  const { mayHaveOrphan, phase } = standing
  const left = mayHaveOrphan ? orphanWarning(standing) : 'No snapshot was taken.'
  const look = mayHaveOrphan ? orphanRemedy(standing) : ''
  if (error instanceof StopReason) {
    // A request that ended because the step did tells nothing new.
    const lastError = standing.lastError?.cause === error ? undefined : standing.lastError
    return interrupted(error, {
      phase,
      message: lastError === undefined ? left : `${lastError.message} ${left}`,
      remedy: mayHaveOrphan ? look : undefined,
      lastError,
    })
  }
  const failure = toActionError(error)
  return failure.with(left, { remedy: `${look} ${failure.remedy}`.trim() })
}

/** The same failure of a step that adopted another snapshot while it was in doubt about its own. */
export function withOrphanWarning(
  error: unknown,
  tagged: Pick<CreationState, 'tag' | 'backupPage'>,
): ActionError {
  const failure = toActionError(error)
  return failure.with(orphanWarning(tagged), { remedy: `${orphanRemedy(tagged)} ${failure.remedy}` })
}

/** That this step's own snapshot may exist without having shown. */
export function orphanWarning({ tag }: Pick<CreationState, 'tag'>): string {
  return `Atlas may have taken a snapshot for this step, tagged ${tag}, though no answer says so.`
}

function orphanRemedy({ tag, backupPage }: Pick<CreationState, 'tag' | 'backupPage'>): string {
  return `Before running this again, look in the backups of the cluster (${backupPage}) for a description that ends in ${tag}; if it is there, give its id as snapshot-id.`
}
