import { OutcomeUnknownError } from '../atlas/errors.js'
import type { Snapshot } from '../atlas/snapshot.js'
import { ActionError } from '../failure.js'
import type { Context } from './context.js'
import { hasTag, isTruncated, type Tag } from './tag.js'
import type { SnapshotOptions } from './task.js'

/** What is to be taken. */
export interface CreateRequest
  extends Pick<SnapshotOptions, 'retentionInDays' | 'onConflict' | 'reuseWithinMs'> {
  /** Ends in the tag. */
  readonly description: string
  readonly tag: Tag
  /** Where a reader finds the cluster's snapshots. */
  readonly backupPage: string
}

/**
 * A POST that Atlas accepted, answered with a snapshot that does not bear the tag: somebody else's, or this step's own,
 * should Atlas ever change descriptions. Then no list could tell it apart, and each further POST would take one more.
 */
export class MismatchedResponseError extends OutcomeUnknownError {
  constructor({ id }: Snapshot) {
    super({
      title: 'Atlas answered about another snapshot',
      message: `The answer to the request for a snapshot is about another one, ${id}.`,
      remedy: `See in Atlas whose snapshot ${id} is, and check that no proxy between the runner and Atlas mixes up answers.`,
    })
  }
}

/**
 * One POST.
 *
 * @returns the snapshot, which bears the tag unless Atlas cut its description
 * @throws AtlasError; an OtherAnswerError where the answer is about another snapshot
 */
export async function postSnapshot(
  order: CreateRequest,
  { client, deadline, logger }: Context,
): Promise<Snapshot> {
  const { description, retentionInDays, tag } = order
  const snapshot = await client.createSnapshot({ description, retentionInDays }, deadline.signal)
  if (hasTag(snapshot, tag)) return snapshot
  if (!isTruncated(snapshot, description)) throw new MismatchedResponseError(snapshot)
  logger.warning(
    `Atlas cut the description of snapshot ${snapshot.id} short, and ${tag} with it: had the answer been lost, this step would not have known its own snapshot again. Shorten the input description.`,
  )
  return snapshot
}

/** @throws ActionError if a snapshot can be called neither this step's own nor somebody else's */
export function assertNoneTruncated(
  snapshots: readonly Snapshot[],
  { description, tag }: CreateRequest,
): void {
  const cut = snapshots.find((snapshot) => isTruncated(snapshot, description))
  if (cut === undefined) return
  throw new ActionError({
    title: 'Atlas cut a description short',
    message: `Snapshot ${cut.id} may be this step's or not: its description has lost the end, where ${tag} would be.`,
    remedy: 'Give description another, shorter text, so that each step knows its own snapshot again.',
  })
}
