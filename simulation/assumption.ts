import type { AtlasOptions } from '../emulator/atlas.js'
import type { FaultProfile } from './fault-profile.js'
import type { FaultOutcome } from './faults.js'

/**
 * The longest time between a read of the list in Atlas and the arrival of the next POST, if only the requests of that
 * POST are slow. These are up to five requests of 30 s each (one without credentials and four with, or two for tokens
 * and two with them), plus a margin for the rest of the list.
 */
const MAX_GAP_S = 180
/** When the list is read again after a POST with an unknown outcome, in milliseconds. Not taken from what it checks. */
export const LIST_DELAY_MS = 5_000
const LIST_DELAY_S = LIST_DELAY_MS / 1000
/** How long lists can hide a snapshot that is in progress. */
export const MAX_HIDDEN_MS = 600_000

/**
 * Adapts what was drawn to the assumptions of the guarantee (docs/reliability.md). Atlas rejects a second on-demand
 * snapshot while one is in progress, and every snapshot appears in the list before the next POST. Each exclusion
 * lengthens the snapshots of the run or shortens a delay.
 */
export function assume(
  faultProfile: FaultProfile,
  atlas: AtlasOptions,
): { faultProfile: FaultProfile; atlas: AtlasOptions & { secondsToCompleted: number } } {
  const { intensity, windows, lateSeconds, excluded } = faultProfile
  const { hidesUnfinished = false, lagSeconds = 0 } = atlas.list ?? {}
  if (hidesUnfinished)
    return {
      // Excluded: a POST that is executed late, after the ten minutes have begun.
      faultProfile: { ...faultProfile, excluded: [...excluded, 'late'] },
      // Excluded: a snapshot that lists hide for longer than ten minutes.
      atlas: {
        ...atlas,
        secondsToCompleted: Math.min(atlas.secondsToCompleted ?? 0, MAX_HIDDEN_MS / 1000 - 60),
        list: { ...atlas.list, lagSeconds: 0 },
      },
    }
  const isPossible = (outcome: FaultOutcome) =>
    (intensity > 0 || windows.length > 0) && !excluded.includes(outcome)
  const secondsToCompleted = Math.max(
    atlas.secondsToCompleted ?? 0,
    // Excluded: a snapshot that ends before the list shows it. It could begin and end between a read of the list and
    // the next POST, and no step could find it. After a lost POST, the step reads the list again after 5 s, so a shorter
    // lag needs no longer snapshot. A doubled POST isn't known to be lost.
    (isPossible('doubled') && lagSeconds > 0) || (isPossible('lost') && lagSeconds > LIST_DELAY_S)
      ? lagSeconds + MAX_GAP_S
      : 0,
    // Excluded: a POST that is executed late, right after a read of the list, if its snapshot ends before the next POST.
    isPossible('late') ? lagSeconds + MAX_GAP_S : 0,
  )
  return {
    // Excluded: a POST that arrives after the snapshot of its repetition has ended (the assumption itself).
    faultProfile: { ...faultProfile, lateSeconds: Math.min(lateSeconds, secondsToCompleted - 1) },
    atlas: { ...atlas, secondsToCompleted },
  }
}
