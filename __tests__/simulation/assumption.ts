import type { AtlasOptions } from '../../emulator/atlas.js'
import type { Mood } from './mood.js'

/**
 * The longest time from Atlas reading a list to Atlas getting the POST after it, when nothing but that POST's own
 * requests is slow: a bare one and four signed ones (or two for tokens and two that bear them), each within its 30 s,
 * and some for the rest of the list.
 */
const LONGEST_GAP_S = 180
/** How long the lists are looked at after a POST of unknown fate at least (`SETTLING_MS` of the core). */
const SETTLING_S = 5
/** A chain of retries that no run outlasts when spells and `Retry-After` are short. */
const LONGEST_CHAIN_S = 1_800

/**
 * Puts what was drawn under the assumption that the promise rests on (docs/reliability.md): Atlas refuses a second
 * on-demand snapshot while one is unfinished, and every snapshot shows in the lists before it is too late. Nothing
 * else is kept out. Each exclusion lengthens the snapshots of the run or shortens a delay; none turns a fault off.
 */
export function assume(
  mood: Mood,
  atlas: AtlasOptions,
): { mood: Mood; atlas: AtlasOptions; secondsToCompleted: number } {
  const { lagSeconds = 0, hidesUnfinished = false } = atlas.list ?? {}
  const faulty = mood.intensity > 0 || mood.spells.length > 0
  const late = faulty && mood.lateSeconds > 0
  const loses = faulty && mood.loses
  const doubles = faulty && mood.doubles
  let atLeast = 0

  // Excluded: a snapshot that is over before the lists show it. Between a list that could not show it yet and the POST
  // after that list, it would begin and end without a trace, and nothing that reads lists could know of it. A lost POST
  // is looked for again after 5 s, so a lag within that needs no long snapshot; a doubled one is not known to be lost.
  if ((doubles && lagSeconds > 0) || (loses && lagSeconds > SETTLING_S)) {
    atLeast = lagSeconds + LONGEST_GAP_S
  }

  // Excluded, likewise: one that is executed late, right after a list, and over before the POST after it.
  if (late) atLeast = lagSeconds + LONGEST_GAP_S

  // Excluded: a lost or doubled POST whose snapshot is hidden until its end, and which ends between a list and the
  // POST after it. Only while it is unfinished does Atlas refuse that POST; so every chain of retries is shorter than it.
  const hidden = hidesUnfinished && (loses || doubles || late)
  if (hidden) atLeast = Math.max(atLeast, LONGEST_CHAIN_S)

  const secondsToCompleted = Math.max(atLeast, atlas.secondsToCompleted ?? 0)
  return {
    mood: {
      ...mood,
      // Excluded: a POST that arrives after the snapshot of the POST that repeated it has ended (the assumption itself).
      lateSeconds: Math.min(mood.lateSeconds, secondsToCompleted - 1),
      longestRetryAfter: hidden ? Math.min(mood.longestRetryAfter, 30) : mood.longestRetryAfter,
      spells: hidden
        ? mood.spells.map((spell) => ({ ...spell, toMs: Math.min(spell.toMs, spell.fromMs + 240_000) }))
        : mood.spells,
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
