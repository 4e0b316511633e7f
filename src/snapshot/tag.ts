import type { Snapshot } from '../atlas/snapshot.js'
import type { Random } from '../ports.js'

/**
 * Replaces the idempotency key that the API does not have: `[as-` + 8 random hexadecimal digits + `]`. Each step creates
 * one tag. It starts the description, so a text that is cut at its end keeps it.
 */
export type Tag = `[as-${string}]`

export function createTag(random: Random): Tag {
  return `[as-${random.hex(4)}]`
}

export function withTag(description: string, tag: Tag): string {
  return `${tag} ${description}`
}

/** Whether this step created the snapshot. The tag counts anywhere, because Atlas might put a text before it. */
export function isOwn({ description = '' }: Snapshot, tag: Tag): boolean {
  return description.includes(tag)
}
