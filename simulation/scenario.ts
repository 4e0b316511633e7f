import type { AtlasOptions, OtherSnapshot } from '../emulator/atlas.js'
import { describeCredentials } from '../src/atlas/credentials.js'
import type { SnapshotOptions } from '../src/snapshot/context.js'
import { type Access, drawAccess } from './access.js'
import { assume } from './assumption.js'
import { drawAtlas } from './atlas-options.js'
import { drawFaultProfile, type FaultProfile } from './fault-profile.js'
import { drawOptions } from './options.js'
import { SeededRandom } from './seeded-random.js'
import { drawTargetedScenario } from './targeted-scenarios.js'
import type { Suspension } from './virtual-clock.js'

/** A snapshot of another client. `atMs` is in milliseconds from the start, and negative if it began before the step. */
interface ConcurrentSnapshot {
  readonly atMs: number
  readonly snapshot: OtherSnapshot
}

/** Everything about a run except the individual faults, which are drawn for each request. */
export interface Scenario {
  readonly seed: number
  /** Name of the targeted scenario, if any. */
  readonly target: string | undefined
  readonly options: SnapshotOptions
  readonly atlas: AtlasOptions
  readonly faultProfile: FaultProfile
  readonly access: Access
  readonly concurrent: readonly ConcurrentSnapshot[]
  /** The step waits for a snapshot from before its start, or gets the ID of one of its members. */
  readonly attach: 'whole' | 'member' | undefined
  /** When the step is canceled, in milliseconds from the start. */
  readonly cancelAtMs: number | undefined
  /** When the step is suspended. */
  readonly suspension: Suspension | undefined
  /** Difference between the clocks of Atlas and the runner. */
  readonly skewMs: number
}

const HOUR_MS = 3_600_000

/** Draws the scenario of a seed, within `assume`. Some are based on a targeted scenario. */
export function drawScenario(seed: number): Scenario {
  const random = new SeededRandom(seed, 'scenario')
  const [target, targeted] = drawTargetedScenario(random) ?? []
  const { faultProfile, atlas } = assume(
    { ...drawFaultProfile(random), ...targeted?.faultProfile },
    drawAtlas(random, targeted?.atlas),
  )
  const durationMs = atlas.secondsToCompleted * 1000
  const access = drawAccess(random, faultProfile.travelMs, durationMs)
  const options = {
    ...drawOptions(random, describeCredentials(access.credentials), durationMs),
    ...targeted?.options,
  }
  const { attach, contended = false } = targeted ?? {}
  const isDisturbed = targeted === undefined || contended
  const isCanceled = isDisturbed && random.chance(0.2)
  return {
    seed,
    target,
    options,
    atlas: {
      ...atlas,
      ...access.atlas,
      rateLimits: { ...atlas.rateLimits, ...access.atlas.rateLimits },
    },
    faultProfile,
    access,
    concurrent: isDisturbed ? drawConcurrentSnapshots(random, options, durationMs, contended) : [],
    attach,
    cancelAtMs: isCanceled
      ? random.between(0, Math.min(options.timeoutMs, random.pick([2_000, 20_000, durationMs * 2])))
      : undefined,
    suspension: isDisturbed ? drawSuspension(random, options.timeoutMs, durationMs) : undefined,
    skewMs: random.between(-HOUR_MS, HOUR_MS),
  }
}

/** One that ends long before the deadline. */
function drawSuspension(random: SeededRandom, timeoutMs: number, durationMs: number): Suspension | undefined {
  const atMs = random.between(0, random.pick([10_000, durationMs]))
  const forMs = random.magnitude(1_000, 60_000)
  return random.chance(0.1) && atMs + forMs < timeoutMs / 2 ? { atMs, forMs } : undefined
}

/** Draws the snapshots of other clients. */
function drawConcurrentSnapshots(
  random: SeededRandom,
  options: SnapshotOptions,
  durationMs: number,
  contended: boolean,
): readonly ConcurrentSnapshot[] {
  const concurrent: ConcurrentSnapshot[] = []
  const add = (atMs: number) => concurrent.push({ atMs, snapshot: drawSnapshot(random, options, contended) })
  // Completed before the step.
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
      [1, () => options.request.description],
      // Another attempt of the same run differs only in the tag.
      [2, () => `[as-${random.hex(4)}] ${options.request.description}`],
    ])(),
    snapshotType: random.weighted([
      [4, 'onDemand'],
      [1, 'scheduled'],
    ]),
    fails: random.chance(contended ? 0.4 : 0.15),
  }
}
