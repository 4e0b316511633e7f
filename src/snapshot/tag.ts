import type { Snapshot } from '../atlas/snapshot.js'
import { ActionError } from '../failure.js'
import type { Random } from '../runtime.js'
import { TITLES } from '../titles.js'

/**
 * In place of the idempotency key that the API lacks: `[as-` + 8 random hexadecimal digits + `]`, drawn once a step and
 * put at the end of the description.
 */
export type Tag = `[as-${string}]`

/** A list shows snapshots of which one might be the step's own, and cannot tell which. */
export class AmbiguousSnapshotError extends ActionError {}

/** Atlas hardly cuts a description to less than this, and another one hardly matches so much of it by chance. */
const MIN_TRUNCATED_LENGTH = 64

export function createTag(random: Random): Tag {
  return `[as-${random.hex(4)}]`
}

export function withTag(description: string, tag: Tag): string {
  return `${description} ${tag}`
}

/** Whether the snapshot is the step's own: its description ends in the tag. IDs and clocks play no part. */
export function hasTag(snapshot: Snapshot, tag: Tag): boolean {
  return snapshot.description?.endsWith(tag) ?? false
}

/**
 * The one snapshot with the tag, `undefined` if there is none.
 *
 * @throws ActionError if there are two, because only one can be the step's own
 */
export function findTagged(snapshots: readonly Snapshot[], tag: Tag): Snapshot | undefined {
  const tagged = snapshots.filter((snapshot) => hasTag(snapshot, tag))
  // The members of a sharded cluster's snapshot can have its description.
  const whole = tagged.filter(({ type }) => type === 'shardedCluster')
  const [first, second] = whole.length > 0 ? whole : tagged
  if (first === undefined || second === undefined) return first
  throw new AmbiguousSnapshotError({
    title: TITLES.duplicateTag,
    message: `The descriptions of snapshots ${first.id} and ${second.id} both end in ${tag}, which only this step uses.`,
    remedy: 'See in Atlas where the two come from. Delete the one that is not needed.',
  })
}

/**
 * Whether the snapshot's description might be the one that was sent, cut before the end of its tag. Whether Atlas cuts
 * long ones is not known.
 */
export function isTruncated({ description = '' }: Snapshot, sent: string): boolean {
  return description.length >= MIN_TRUNCATED_LENGTH && description !== sent && sent.startsWith(description)
}

/** @throws ActionError if a snapshot might be the step's own or not, because its description was cut */
export function assertNoneTruncated(
  snapshots: readonly Snapshot[],
  { description, tag }: { readonly description: string; readonly tag: Tag },
): void {
  const truncated = snapshots.find((snapshot) => isTruncated(snapshot, description))
  if (truncated === undefined) return
  throw new AmbiguousSnapshotError({
    title: TITLES.descriptionTruncated,
    message: `Snapshot ${truncated.id} may be this step's or not: its description has lost the end, where ${tag} would be.`,
    remedy: 'Give description another, shorter text, so that each step knows its own snapshot again.',
  })
}
