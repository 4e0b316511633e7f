import type { Snapshot } from '../atlas/snapshot.js'
import { ActionError } from '../failure.js'
import type { Random } from '../runtime.js'
import { TITLES } from '../titles.js'

/**
 * Replaces the idempotency key that the API does not have: `[as-` + 8 random hexadecimal digits + `]` at the end of the
 * description. Each step creates one tag.
 */
export type Tag = `[as-${string}]`

/** The lists do not show whether a snapshot is the step's own. */
export class AmbiguousSnapshotError extends ActionError {}

/** Atlas is unlikely to truncate to less than this, and other descriptions are unlikely to match this much by chance. */
const MIN_TRUNCATED_LENGTH = 64

export function createTag(random: Random): Tag {
  return `[as-${random.hex(4)}]`
}

export function withTag(description: string, tag: Tag): string {
  return `${description} ${tag}`
}

/** Whether the snapshot is the step's own. Only the tag decides this, not IDs or times. */
export function hasTag(snapshot: Snapshot, tag: Tag): boolean {
  return snapshot.description?.endsWith(tag) ?? false
}

/**
 * The snapshot with the tag, `undefined` if there is none.
 *
 * @throws AmbiguousSnapshotError if two snapshots have the tag, because only one can be the step's own
 */
export function findTagged(snapshots: readonly Snapshot[], tag: Tag): Snapshot | undefined {
  const tagged = snapshots.filter((snapshot) => hasTag(snapshot, tag))
  // The members of a sharded cluster's snapshot can have the same description.
  const whole = tagged.filter(({ type }) => type === 'shardedCluster')
  const [first, second] = whole.length > 0 ? whole : tagged
  if (first === undefined || second === undefined) return first
  throw new AmbiguousSnapshotError({
    title: TITLES.duplicateTag,
    message: `Snapshots ${first.id} and ${second.id} both have tag ${tag}, but only this step uses it.`,
    remedy:
      'Check in Atlas where both snapshots come from. Set snapshot-id to the one that you need, and delete the other one.',
  })
}

/**
 * Whether the snapshot's description might be a truncated copy of the one that was sent. Atlas does not document whether
 * it truncates descriptions.
 */
export function isTruncated({ description = '' }: Snapshot, sent: string): boolean {
  return description.length >= MIN_TRUNCATED_LENGTH && description !== sent && sent.startsWith(description)
}

/** @throws AmbiguousSnapshotError if a truncated description might be the step's own */
export function assertNoneTruncated(
  snapshots: readonly Snapshot[],
  { description, tag }: { readonly description: string; readonly tag: Tag },
): void {
  const truncated = snapshots.find((snapshot) => isTruncated(snapshot, description))
  if (truncated === undefined) return
  throw new AmbiguousSnapshotError({
    title: TITLES.descriptionTruncated,
    message: `Snapshot ${truncated.id} might be from this step, but its description is truncated before ${tag}.`,
    remedy: 'Set the description input to a different, shorter text.',
  })
}
