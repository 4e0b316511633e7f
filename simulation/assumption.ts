import type { AtlasOptions } from '../emulator/atlas.js'
import type { FaultProfile } from './fault-profile.js'

/**
 * The longest time from Atlas reading a list to Atlas getting the POST after it, when nothing but that POST's own
 * requests is slow: a bare one and four signed ones (or two for tokens and two that bear them), each within its 30 s,
 * and some for the rest of the list.
 */
const MAX_GAP_S = 180
/** How long the lists are listed at after a POST of unknown fate at least (`LIST_CONSISTENCY_DELAY_MS` of the core). */
const LIST_CONSISTENCY_DELAY_S = 5
/** A chain of retries that no run outlasts when windows and `Retry-After` are short. */
const MAX_CHAIN_S = 1_800

/**
 * Puts what was drawn under the assumption that the promise rests on (docs/reliability.md): Atlas refuses a second
 * on-demand snapshot while one is unfinished, and every snapshot shows in the lists before it is too late. Nothing
 * else is kept out. Each exclusion lengthens the snapshots of the run or shortens a delay; none turns a fault off.
 */
export function assume(
  faultProfile: FaultProfile,
  atlas: AtlasOptions,
): { faultProfile: FaultProfile; atlas: AtlasOptions; secondsToCompleted: number } {
  const { lagSeconds = 0, hidesUnfinished = false } = atlas.list ?? {}
  const faulty = faultProfile.intensity > 0 || faultProfile.windows.length > 0
  const late = faulty && faultProfile.lateSeconds > 0
  const loses = faulty && faultProfile.loses
  const doubles = faulty && faultProfile.doubles
  let atLeast = 0

  // Excluded: a snapshot that is over before the lists show it. Between a list that could not show it yet and the POST
  // after that list, it would begin and end without a trace, and nothing that reads lists could know of it. A lost POST
  // is listed for again after 5 s, so a lag within that needs no long snapshot; a doubled one is not known to be lost.
  if ((doubles && lagSeconds > 0) || (loses && lagSeconds > LIST_CONSISTENCY_DELAY_S)) {
    atLeast = lagSeconds + MAX_GAP_S
  }

  // Excluded, likewise: one that is executed late, right after a list, and over before the POST after it.
  if (late) atLeast = lagSeconds + MAX_GAP_S

  // Excluded: a lost or doubled POST whose snapshot is hidden until its end, and which ends between a list and the
  // POST after it. Only while it is unfinished does Atlas refuse that POST; so every chain of retries is shorter than it.
  const hidden = hidesUnfinished && (loses || doubles || late)
  if (hidden) atLeast = Math.max(atLeast, MAX_CHAIN_S)

  const secondsToCompleted = Math.max(atLeast, atlas.secondsToCompleted ?? 0)
  return {
    faultProfile: {
      ...faultProfile,
      // Excluded: a POST that arrives after the snapshot of the POST that repeated it has ended (the assumption itself).
      lateSeconds: Math.min(faultProfile.lateSeconds, secondsToCompleted - 1),
      longestRetryAfter: hidden
        ? Math.min(faultProfile.longestRetryAfter, 30)
        : faultProfile.longestRetryAfter,
      windows: hidden
        ? faultProfile.windows.map((window) => ({
            ...window,
            toMs: Math.min(window.toMs, window.fromMs + 240_000),
          }))
        : faultProfile.windows,
    },
    atlas: {
      ...atlas,
      secondsToCompleted,
      // Excluded: an unknown word in place of how a snapshot ended. What Atlas says last is the truth.
      oddStatus: atlas.oddStatus && {
        ...atlas.oddStatus,
        toSeconds: Math.min(atlas.oddStatus.toSeconds, secondsToCompleted),
      },
    },
    secondsToCompleted,
  }
}
