import type { AtlasOptions, OtherSnapshot } from '../emulator/atlas.js'
import { describeCredentials } from '../src/atlas/credentials.js'
import type { SnapshotOptions } from '../src/snapshot/context.js'
import { type Access, drawAccess } from './access.js'
import { drawAtlas } from './atlas-options.js'
import { drawProgressFaults, drawSafetyFaults, type FaultProfile } from './fault-profile.js'
import { drawOptions } from './options.js'
import { SeededRandom } from './seeded-random.js'

/** A snapshot of another client. `atMs` is in milliseconds from the start, and negative if it began before the step. */
interface ConcurrentSnapshot {
  readonly atMs: number
  readonly snapshot: OtherSnapshot
}

/** Everything about a run except the individual faults, which are drawn for each request. */
export interface Scenario {
  readonly seed: number
  /** In a `safety` run, anything can happen, and the step must do no harm. In a `progress` run, the step must succeed. */
  readonly kind: 'safety' | 'progress'
  readonly options: SnapshotOptions
  readonly atlas: AtlasOptions
  readonly faultProfile: FaultProfile
  readonly access: Access
  readonly concurrent: readonly ConcurrentSnapshot[]
  /** The step waits for a snapshot from before its start. */
  readonly isGiven: boolean
  /** When the step is canceled, in milliseconds from the start. */
  readonly cancelAtMs: number | undefined
  /** Difference between the clocks of Atlas and the runner. */
  readonly skewMs: number
}

const HOUR_MS = 3_600_000
const PROGRESS_SHARE = 0.25
const GIVEN_SHARE = 0.04

/** Draws the scenario of a seed. */
export function drawScenario(seed: number): Scenario {
  const random = new SeededRandom(seed, 'scenario')
  return random.chance(PROGRESS_SHARE) ? drawProgress(seed, random) : drawSafety(seed, random)
}

function drawSafety(seed: number, random: SeededRandom): Scenario {
  const faultProfile = drawSafetyFaults(random)
  const atlas = drawAtlas(random)
  const durationMs = atlas.secondsToCompleted * 1000
  const access = drawAccess(random, durationMs)
  const options = drawOptions(random, describeCredentials(access.credentials), durationMs)
  return {
    seed,
    kind: 'safety',
    options,
    atlas,
    faultProfile,
    access,
    concurrent: drawConcurrentSnapshots(random, options, durationMs, random.chance(0.1)),
    isGiven: random.chance(GIVEN_SHARE),
    cancelAtMs: random.chance(0.2)
      ? random.between(0, Math.min(options.timeoutMs, random.pick([2_000, 20_000, durationMs * 2])))
      : undefined,
    skewMs: random.between(-HOUR_MS, HOUR_MS),
  }
}

/** Time for backoff, a rate limit of tokens, and the next status check. */
const AMPLE_MS = 900_000

/**
 * Draws a scenario in which the step must succeed. It is not canceled. Faults are recoverable and end early enough, no snapshot
 * fails, and `on-conflict` is not `fail`.
 */
function drawProgress(seed: number, random: SeededRandom): Scenario {
  const drawn = drawAtlas(random)
  const hasOthers = random.chance(0.5)
  const faultProfile = drawProgressFaults(random)
  const { snapshots: _, ...rateLimits } = drawn.rateLimits
  const atlas = { ...drawn, failSnapshots: false, rateLimits }
  const durationMs = atlas.secondsToCompleted * 1000
  const drawnAccess = drawAccess(random, durationMs)
  // A request gets only one new token.
  const access = { ...drawnAccess, tokensExpireAtMs: drawnAccess.tokensExpireAtMs.slice(0, 1) }
  const options = drawOptions(random, describeCredentials(access.credentials), durationMs)
  const concurrent = hasOthers ? drawConcurrentSnapshots(random, options, durationMs, random.chance(0.3)) : []
  const [{ toMs = 0 } = {}] = faultProfile.windows
  const lag = ((atlas.list?.lagSeconds ?? 0) + faultProfile.longestRetryAfter) * 1000
  const timeoutMs = toMs + lag + (concurrent.length + 2) * durationMs * 2 + AMPLE_MS
  return {
    seed,
    kind: 'progress',
    options: { ...options, timeoutMs, onConflict: 'wait' },
    atlas,
    faultProfile,
    access,
    concurrent: concurrent.map(({ atMs, snapshot }) => ({ atMs, snapshot: { ...snapshot, fails: false } })),
    isGiven: hasOthers && random.chance(GIVEN_SHARE),
    cancelAtMs: undefined,
    skewMs: random.between(-HOUR_MS, HOUR_MS),
  }
}

/** Draws the snapshots of other clients. */
function drawConcurrentSnapshots(
  random: SeededRandom,
  options: SnapshotOptions,
  durationMs: number,
  isContended: boolean,
): readonly ConcurrentSnapshot[] {
  const concurrent: ConcurrentSnapshot[] = []
  const add = (atMs: number) =>
    concurrent.push({ atMs, snapshot: drawSnapshot(random, options, isContended) })
  // Completed before the step.
  while (random.chance(0.12)) add(-durationMs - random.magnitude(1_000, 86_400_000))
  const before = concurrent.length
  // In progress when the step starts. Often, it ends around the first conflict.
  if (isContended || random.chance(0.35))
    add(random.chance(0.3) ? random.magnitude(100, 20_000) - durationMs : -random.between(0, durationMs))
  // Right after the previous one, before the step gets its turn.
  while (concurrent.length > before && random.chance(0.35))
    add((concurrent.at(-1)?.atMs ?? 0) + durationMs + random.magnitude(1, 10_000))
  // At a random time, if Atlas allows it.
  while (random.chance(0.25)) add(random.between(0, Math.min(options.timeoutMs, durationMs * 4)))
  return concurrent.sort((a, b) => a.atMs - b.atMs)
}

function drawSnapshot(random: SeededRandom, options: SnapshotOptions, isContended: boolean): OtherSnapshot {
  return {
    description: random.weighted<() => string>([
      [1, () => 'taken by hand'],
      [1, () => options.request.description],
      // Another attempt of the same run differs only in the tag.
      [2, () => `[as-${random.hex(4)}] ${options.request.description}`],
    ])(),
    snapshotType: random.weighted([
      [4, 'onDemand'],
      [1, 'scheduled'],
    ]),
    fails: random.chance(isContended ? 0.4 : 0.15),
  }
}
