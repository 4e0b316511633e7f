import type { Snapshot } from '../atlas/snapshot.js'
import type { Random } from '../ports.js'

/**
 * What the API lacks as an idempotency key: `[as-` + 8 random hexadecimal digits + `]`, drawn once a step and put at
 * the end of the description.
 */
export type Tag = `[as-${string}]`

export function drawTag(random: Random): Tag {
  return `[as-${random.hex(4)}]`
}

export function tagged(description: string, tag: Tag): string {
  return `${description} ${tag}`
}

/** Whether the snapshot is the step's own; ids and clocks play no part. */
export function bearsTag(snapshot: Snapshot, tag: Tag): boolean {
  return snapshot.description?.includes(tag) ?? false
}
