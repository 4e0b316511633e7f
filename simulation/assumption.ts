import type { AtlasOptions } from '../emulator/atlas.js'
import type { FaultProfile } from './fault-profile.js'

/**
 * The longest time between a read of the list in Atlas and the arrival of the next POST, if only the requests of that
 * POST are slow. These are up to five requests of 30 s each (one without credentials and four with, or two for tokens
 * and two with them), plus a margin for the rest of the list.
 */
const MAX_GAP_S = 180
/** When the list is read again after a POST with an unknown outcome, in milliseconds. Not taken from what it checks. */
export const LIST_DELAY_MS = 5_000
const LIST_DELAY_S = LIST_DELAY_MS / 1000
/** Longer than any chain of retries if windows and `Retry-After` are short. */
const MAX_CHAIN_S = 1_800

/**
 * Adapts what was drawn to the assumptions of the guarantee (docs/reliability.md). Atlas rejects a second on-demand
 * snapshot while one is in progress, and every snapshot appears in the list before the next POST. Each exclusion
 * lengthens the snapshots of the run or shortens a delay. Only doubled POSTs are turned off, if the list hides them.
 */
export function assume(
  faultProfile: FaultProfile,
  atlas: AtlasOptions,
): { faultProfile: FaultProfile; atlas: AtlasOptions & { secondsToCompleted: number } } {
  const { intensity, windows, lateSeconds, longestRetryAfter } = faultProfile
  const { hidesUnfinished = false, lagSeconds = 0 } = atlas.list ?? {}
  const isFaulty = intensity > 0 || windows.length > 0
  // Excluded: a doubled POST whose snapshot is hidden until its end. The step isn't in doubt, so it goes on with its POSTs.
  const excluded = hidesUnfinished ? [...faultProfile.excluded, 'doubled' as const] : faultProfile.excluded
  const isLate = isFaulty && !excluded.includes('late')
  const isLost = isFaulty && !excluded.includes('lost')
  const isDoubled = isFaulty && !excluded.includes('doubled')
  const isHidden = hidesUnfinished && (isLost || isLate)
  const secondsToCompleted = Math.max(
    atlas.secondsToCompleted ?? 0,
    // Excluded: a snapshot that ends before the list shows it. It could begin and end between a read of the list and
    // the next POST, and no step could find it. After a lost POST, the step reads the list again after 5 s, so a shorter
    // lag needs no longer snapshot. A doubled POST isn't known to be lost.
    (isDoubled && lagSeconds > 0) || (isLost && lagSeconds > LIST_DELAY_S) ? lagSeconds + MAX_GAP_S : 0,
    // Excluded: a POST that is executed late, right after a read of the list, if its snapshot ends before the next POST.
    isLate ? lagSeconds + MAX_GAP_S : 0,
    // Excluded: a lost POST whose snapshot is hidden until its end, and ends between a read of the list and the next
    // POST. Atlas rejects that POST only while the snapshot is in progress, so it must outlast every chain of retries.
    isHidden ? MAX_CHAIN_S : 0,
  )
  return {
    faultProfile: {
      ...faultProfile,
      excluded,
      // Excluded: a POST that arrives after the snapshot of its repetition has ended (the assumption itself).
      lateSeconds: Math.min(lateSeconds, secondsToCompleted - 1),
      longestRetryAfter: isHidden ? Math.min(longestRetryAfter, 30) : longestRetryAfter,
      windows: isHidden
        ? windows.map((one) => ({ ...one, toMs: Math.min(one.toMs, one.fromMs + 240_000) }))
        : windows,
    },
    atlas: { ...atlas, secondsToCompleted },
  }
}
