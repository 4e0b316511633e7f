import type { Dice } from './dice.js'
import type { FaultName } from './fault-menu.js'
import type { Spell } from './mood.js'
import type { Profile } from './profile.js'

/** How many runs are bent towards one of the provocations. */
const SHARE = 0.3

/** Rare meetings of circumstances that a promise once broke on, or might; within the assumption like all else. */
export const provocations: readonly [Profile, ...Profile[]] = [
  {
    name: "a late POST that waits behind somebody else's snapshot",
    mood: { intensity: 0, lateSeconds: 170, travelMs: 60, spells: [atFirst('late')] },
    task: { onConflict: 'reuse', wait: true },
    busy: true,
  },
  {
    name: 'a lost POST, and one list that answers long before the other',
    mood: {
      intensity: 0,
      loses: true,
      lateSeconds: 0,
      doubles: false,
      longestRetryAfter: 600,
      retryAfter: 'seconds',
      spells: [atFirst('reset-executed'), { fromMs: 4_000, toMs: 60_000, on: 'sharded lists', fault: '429' }],
    },
    atlas: { secondsToCompleted: 60, list: { lagSeconds: 10, hidesUnfinished: false } },
    undisturbed: true,
  },
  {
    name: 'a late POST, and one list that answers long before the other',
    mood: {
      intensity: 0,
      lateSeconds: 20,
      doubles: false,
      spells: [atFirst('late'), { fromMs: 4_000, toMs: 280_000, on: 'sharded lists', fault: '5xx' }],
    },
    atlas: { secondsToCompleted: 60, list: { lagSeconds: 0, hidesUnfinished: false } },
    undisturbed: true,
  },
  {
    name: 'a lost POST whose snapshot the lists hide until its end',
    mood: { intensity: 0.1, fatal: 0, loses: true, spells: [atFirst('hang-executed')] },
    task: { pollIntervalMs: 60_000 },
    atlas: { list: { hidesUnfinished: true } },
  },
  {
    name: 'a doubled POST whose snapshot the lists do not show yet',
    mood: { intensity: 0.05, doubles: true, spells: [atFirst('twice')] },
    atlas: { list: { lagSeconds: 20 } },
  },
  {
    name: 'a doubled POST whose snapshot the lists hide until its end',
    mood: { intensity: 0, doubles: true, spells: [atFirst('twice')] },
    task: { pollIntervalMs: 60_000 },
    atlas: { list: { hidesUnfinished: true } },
  },
  {
    name: 'being told to come back at once, over and over',
    mood: {
      intensity: 0,
      retryAfter: 'zero',
      spells: [{ fromMs: 0, toMs: 60_000, on: 'everything', fault: '429' }],
    },
  },
  {
    name: 'a POST that is answered with another snapshot',
    mood: { intensity: 0.05, loses: true, spells: [atFirst('other-id-executed')] },
  },
  {
    name: 'a lost POST whose snapshot ends before it is given up',
    mood: { intensity: 0, loses: true, lateSeconds: 0, doubles: false, spells: [atFirst('hang-executed')] },
    atlas: { secondsToCompleted: 20, list: { lagSeconds: 0, hidesUnfinished: false } },
  },
  { name: 'a cluster that many want', mood: { intensity: 0.1 }, busy: true },
]

/** The profile of a run, if it has one. */
export function drawProvocation(dice: Dice): Profile | undefined {
  return dice.chance(SHARE) ? dice.pick(provocations) : undefined
}

/** Strikes the POSTs of the first seconds. */
function atFirst(fault: FaultName): Spell {
  return { fromMs: 0, toMs: 4_000, on: 'takes', fault }
}
