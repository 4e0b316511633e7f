import type { SomebodysSnapshot } from '../../emulator/atlas.js'
import type { SnapshotOptions } from '../../src/snapshot/options.js'
import type { Dice } from './dice.js'

type Others = readonly { readonly atMs: number; readonly taking: SomebodysSnapshot }[]

/** How long before the step's start somebody else's snapshot may have begun is told as a negative `atMs`. */
export function drawOthers(dice: Dice, task: SnapshotOptions, durationMs: number, busy: boolean): Others {
  const others: { atMs: number; taking: SomebodysSnapshot }[] = []
  const add = (atMs: number) => others.push({ atMs, taking: drawTaking(dice, task, busy) })
  // Under way when the step starts.
  if (busy || dice.chance(0.35)) add(-dice.between(0, durationMs))
  // Right behind the one before: another step that gets in first.
  while (others.length > 0 && dice.chance(0.35))
    add((others.at(-1)?.atMs ?? 0) + durationMs + dice.magnitude(1, 10_000))
  // At a random moment, where Atlas lets them.
  while (dice.chance(0.25)) add(dice.between(0, Math.min(task.timeoutMs, durationMs * 4)))
  return others.sort((a, b) => a.atMs - b.atMs)
}

function drawTaking(dice: Dice, task: SnapshotOptions, busy: boolean): SomebodysSnapshot {
  return {
    description: dice.weighted<() => string>([
      [1, () => 'taken by hand'],
      [1, () => task.description],
      // Another attempt of the very same run: everything is alike but for the tag.
      [2, () => `${task.description} [as-${dice.hex(4)}]`],
    ])(),
    snapshotType: dice.weighted([
      [4, 'onDemand'],
      [1, 'scheduled'],
    ]),
    fails: dice.chance(busy ? 0.4 : 0.15),
  }
}
