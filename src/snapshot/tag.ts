import type { Snapshot } from '../atlas/snapshot.js'
import { ActionError } from '../failure.js'
import type { Random } from '../runtime.js'

/**
 * What the API lacks as an idempotency key: `[as-` + 8 random hexadecimal digits + `]`, drawn once a step and put at
 * the end of the description.
 */
export type Tag = `[as-${string}]`

export function createTag(random: Random): Tag {
  return `[as-${random.hex(4)}]`
}

export function withTag(description: string, tag: Tag): string {
  return `${description} ${tag}`
}

/** No limit below this is plausible for a description, and nobody types so much of another's by chance. */
const MIN_TRUNCATED_LENGTH = 64

/**
 * Whether the snapshot's description may be the one that was sent, cut before the end of its tag. Whether Atlas cuts
 * long ones is not known; such a snapshot can neither be called the step's own nor somebody else's.
 */
export function isTruncated({ description = '' }: Snapshot, sent: string): boolean {
  return description.length >= MIN_TRUNCATED_LENGTH && description !== sent && sent.startsWith(description)
}

/** Whether the snapshot is the step's own; ids and clocks play no part. */
export function hasTag(snapshot: Snapshot, tag: Tag): boolean {
  return snapshot.description?.includes(tag) ?? false
}

/** @throws ActionError if a snapshot can be called neither this step's own nor somebody else's */
export function assertNoneTruncated(
  snapshots: readonly Snapshot[],
  { description, tag }: { readonly description: string; readonly tag: Tag },
): void {
  const cut = snapshots.find((snapshot) => isTruncated(snapshot, description))
  if (cut === undefined) return
  throw new ActionError({
    title: 'Atlas cut a description short',
    message: `Snapshot ${cut.id} may be this step's or not: its description has lost the end, where ${tag} would be.`,
    remedy: 'Give description another, shorter text, so that each step knows its own snapshot again.',
  })
}
