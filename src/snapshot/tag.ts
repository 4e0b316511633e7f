import type { Snapshot } from '../atlas/snapshot.js'
import type { Random } from '../runtime.js'

/**
 * Replaces the idempotency key that the API does not have: `[as-` + 8 random hexadecimal digits + `]` at the end of the
 * description. Each step creates one tag.
 */
export type Tag = `[as-${string}]`

/** What the step sends as the description, and the tag at its end. */
export interface TaggedDescription {
  readonly description: string
  readonly tag: Tag
}

/** Atlas is unlikely to truncate to less than this, and other descriptions are unlikely to match this much by chance. */
const MIN_TRUNCATED_LENGTH = 64

export function createTag(random: Random): Tag {
  return `[as-${random.hex(4)}]`
}

export function withTag(description: string, tag: Tag): string {
  return `${description} ${tag}`
}

/** Whether the description is the step's own, even if Atlas put text before or behind it. */
export function hasOwnDescription(
  { description: listed = '' }: Snapshot,
  { description, tag }: TaggedDescription,
): boolean {
  return listed.endsWith(tag) || listed.startsWith(description)
}

/**
 * Whether the snapshot's description might be the one that was sent, but truncated, or with text before and behind it.
 * Atlas does not document whether it changes descriptions.
 */
export function isChanged(snapshot: Snapshot, sent: TaggedDescription): boolean {
  const { description: listed = '' } = snapshot
  const isTruncated = listed.length >= MIN_TRUNCATED_LENGTH && sent.description.startsWith(listed)
  return !hasOwnDescription(snapshot, sent) && (isTruncated || listed.includes(sent.tag))
}
