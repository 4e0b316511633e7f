import type { OtherSnapshot } from '../emulator/atlas.js'
import type { SnapshotOptions } from '../src/snapshot/context.js'
import type { SeededRandom } from './seeded-random.js'

/** A snapshot of another client. `atMs` is in milliseconds from the start, and negative if it began before the step. */
export interface ConcurrentSnapshot {
  readonly atMs: number
  readonly snapshot: OtherSnapshot
}

/** Draws the snapshots of other clients. */
export function drawConcurrentSnapshots(
  random: SeededRandom,
  options: SnapshotOptions,
  durationMs: number,
  contended: boolean,
): readonly ConcurrentSnapshot[] {
  const concurrent: ConcurrentSnapshot[] = []
  const add = (atMs: number) => concurrent.push({ atMs, snapshot: drawSnapshot(random, options, contended) })
  // Completed before the step, with a description that looks like the step's own if Atlas cuts both.
  while (random.chance(0.12)) add(-durationMs - random.magnitude(60_000, 86_400_000))
  const before = concurrent.length
  // In progress when the step starts.
  if (contended || random.chance(0.35)) add(-random.between(0, durationMs))
  // Right after the previous one, before the step gets its turn.
  while (concurrent.length > before && random.chance(0.35))
    add((concurrent.at(-1)?.atMs ?? 0) + durationMs + random.magnitude(1, 10_000))
  // At a random time, if Atlas allows it.
  while (random.chance(0.25)) add(random.between(0, Math.min(options.timeoutMs, durationMs * 4)))
  return concurrent.sort((a, b) => a.atMs - b.atMs)
}

function drawSnapshot(random: SeededRandom, options: SnapshotOptions, contended: boolean): OtherSnapshot {
  return {
    description: random.weighted<() => string>([
      [1, () => 'taken by hand'],
      [1, () => options.description],
      // Another attempt of the same run differs only in the tag.
      [2, () => `${options.description} [as-${random.hex(4)}]`],
    ])(),
    snapshotType: random.weighted([
      [4, 'onDemand'],
      [1, 'scheduled'],
    ]),
    fails: random.chance(contended ? 0.4 : 0.15),
  }
}
