import type { AtlasOptions } from '../emulator/atlas.js'
import type { ListConfig } from '../emulator/config.js'
import { PAGE_SIZE } from '../src/atlas/client.js'
import { TAG_LENGTH } from './atlas-options.js'
import type { FaultProfile } from './fault-profile.js'

/**
 * The longest time between a read of the list in Atlas and the arrival of the next POST, if only the requests of that
 * POST are slow. These are up to five requests of 30 s each (one without credentials and four with, or two for tokens
 * and two with them), plus a margin for the rest of the list.
 */
const MAX_GAP_S = 180
/** When the lists are read again after a POST with an unknown outcome, in milliseconds. Not taken from what it checks. */
export const LIST_CONSISTENCY_DELAY_MS = 5_000
const LIST_CONSISTENCY_DELAY_S = LIST_CONSISTENCY_DELAY_MS / 1000
/** Longer than any chain of retries if windows and `Retry-After` are short. */
const MAX_CHAIN_S = 1_800

/**
 * Adapts what was drawn to the assumptions of the guarantee (docs/reliability.md). Atlas rejects a second on-demand
 * snapshot while one is in progress, and every snapshot appears in the lists before the next POST. Each exclusion
 * lengthens the snapshots of the run or shortens a delay. Only doubled POSTs are turned off, if lists hide them.
 */
export function assume(
  faultProfile: FaultProfile,
  atlas: AtlasOptions,
): { faultProfile: FaultProfile; atlas: AtlasOptions & { secondsToCompleted: number } } {
  const { intensity, windows, lateSeconds, longestRetryAfter } = faultProfile
  const { olderSnapshots = 0, olderOfOtherKind = 0, memberLeadSeconds = 0, oddStatus, descriptions } = atlas
  const {
    hidesUnfinished = false,
    members = 'none',
    lagSeconds = 0,
    pageLimit = PAGE_SIZE,
  } = atlas.list ?? {}
  const faulty = intensity > 0 || windows.length > 0
  // Excluded: a doubled POST whose snapshot is hidden until its end. The step isn't in doubt, so it goes on with its POSTs.
  const excluded = hidesUnfinished ? [...faultProfile.excluded, 'doubled' as const] : faultProfile.excluded
  const late = faulty && !excluded.includes('late')
  const loses = faulty && !excluded.includes('lost')
  const doubles = faulty && !excluded.includes('doubled')
  const hidden = hidesUnfinished && (loses || late)

  const secondsToCompleted = Math.max(
    atlas.secondsToCompleted ?? 0,
    // Excluded: a snapshot that ends before the lists show it. It could begin and end between a read of the lists and
    // the next POST, and no step could find it. After a lost POST, the step reads the lists again after 5 s, so a shorter
    // lag needs no longer snapshot. A doubled POST isn't known to be lost.
    (doubles && lagSeconds > 0) || (loses && lagSeconds > LIST_CONSISTENCY_DELAY_S)
      ? lagSeconds + MAX_GAP_S
      : 0,
    // Excluded: a POST that is executed late, right after a read of the lists, if its snapshot ends before the next POST.
    late ? lagSeconds + MAX_GAP_S : 0,
    // Excluded: a lost POST whose snapshot is hidden until its end, and ends between a read of the lists and the next
    // POST. Atlas rejects that POST only while the snapshot is in progress, so it must outlast every chain of retries.
    hidden ? MAX_CHAIN_S : 0,
  )
  const membersEndAfter = secondsToCompleted - memberLeadSeconds
  const showsKind = !hidesUnfinished && lagSeconds <= LIST_CONSISTENCY_DELAY_S && membersEndAfter > lagSeconds
  const mayHideKind = members !== 'none' && (faulty || atlas.keys !== undefined) && !showsKind
  return {
    faultProfile: {
      ...faultProfile,
      excluded,
      // Excluded: a POST that arrives after the snapshot of its repetition has ended (the assumption itself).
      lateSeconds: Math.min(lateSeconds, secondsToCompleted - 1),
      longestRetryAfter: hidden ? Math.min(longestRetryAfter, 30) : longestRetryAfter,
      windows: hidden
        ? windows.map((one) => ({ ...one, toMs: Math.min(one.toMs, one.fromMs + 240_000) }))
        : windows,
    },
    atlas: {
      ...atlas,
      secondsToCompleted,
      // Excluded: a doubled POST whose repetition exceeds the rate limit, so Atlas seems to have rejected it. Also excluded:
      // a limit that a single read of the lists exceeds, because of their pages.
      rateLimits: doubles || pageLimit < PAGE_SIZE ? {} : (atlas.rateLimits ?? {}),
      // Excluded: members that are completed before anything shows that a cluster is sharded that perhaps can't be read.
      olderSnapshots: Math.max(olderSnapshots, mayHideKind ? olderOfOtherKind + 1 : 0),
      list: assumeLists(atlas, intensity > 0 || windows.some(({ fault }) => fault === undefined)),
      // Excluded: a description that is cut before the end of the tag.
      descriptions: {
        ...descriptions,
        maxLength: Math.max(
          descriptions?.maxLength ?? Number.POSITIVE_INFINITY,
          (descriptions?.prefix ?? '').length + TAG_LENGTH,
        ),
      },
      // Excluded: an unknown status instead of the final status.
      oddStatus: oddStatus && { ...oddStatus, toSeconds: Math.min(oddStatus.toSeconds, secondsToCompleted) },
    },
  }
}

/** Excludes lists that lack entries although nothing in them shows it. */
function assumeLists(
  { list = {}, olderSnapshots = 0, olderOfOtherKind = 0, clusters = [] }: AtlasOptions,
  hasFaults: boolean,
): Partial<ListConfig> {
  const { hasCount = true, pageLimit = PAGE_SIZE, ofOtherKind = 'empty', members = 'none' } = list
  const wasSharded = olderOfOtherKind > 0 && clusters[0]?.kind !== 'sharded'
  const isSplit = pageLimit < PAGE_SIZE || olderSnapshots > PAGE_SIZE / 2
  return {
    ...list,
    // Excluded without a count: a rejected page, which ends the list, and entries that move to an earlier page.
    hasCount: hasCount || (isSplit && hasFaults),
    shrinks: hasCount ? (list.shrinks ?? 0) : 0,
    // Excluded: members of the time when the cluster was sharded, if no complete list shows their whole snapshots.
    members: wasSharded && hasFaults ? 'none' : members,
    ofOtherKind: olderOfOtherKind > 0 && ofOtherKind === 'refused' ? 'empty' : ofOtherKind,
  }
}
