import type { AtlasOptions, OtherSnapshot } from '../emulator/atlas.js'
import { describeCredentials } from '../src/atlas/credentials.js'
import type { SnapshotOptions } from '../src/snapshot/context.js'
import { type Access, drawAccess } from './access.js'
import { assume } from './assumption.js'
import { drawAtlas } from './atlas-options.js'
import { drawFaultProfile, type FaultProfile } from './fault-profile.js'
import { drawGateway, type GatewayProfile } from './gateway.js'
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
  readonly gateway: GatewayProfile
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
/** Placeholder for the description of the step's snapshot, which is only known later. Others can quote it. */
export const COPY = 'copy'

/** Draws the scenario of a seed, within `assume`. Some are based on a targeted scenario. */
export function drawScenario(seed: number): Scenario {
  const random = new SeededRandom(seed, 'scenario')
  const profile = drawTargetedScenario(random)
  const faultProfile = { ...drawFaultProfile(random), ...profile?.faultProfile }
  const drawn = assume(faultProfile, drawAtlas(random, profile?.atlas))
  const durationMs = drawn.atlas.secondsToCompleted * 1000
  const { travelMs } = drawn.faultProfile
  const access = drawAccess(new SeededRandom(seed, 'access'), travelMs, durationMs)
  const drawnOptions = drawOptions(random, describeCredentials(access.credentials), durationMs)
  const options = { ...drawnOptions, ...profile?.options }
  const disturbed = profile === undefined || profile.contended === true
  const concurrent = drawConcurrentSnapshots(random, options, durationMs, profile?.contended === true)
  const cancelAtMs = random.chance(0.2)
    ? random.between(0, Math.min(options.timeoutMs, random.pick([2_000, 20_000, durationMs * 2])))
    : undefined
  const copy = profile?.copy
  return {
    seed,
    target: profile?.name,
    options,
    atlas: {
      ...drawn.atlas,
      ...access.atlas,
      rateLimits: { ...drawn.atlas.rateLimits, ...access.atlas.rateLimits },
    },
    faultProfile: drawn.faultProfile,
    access,
    gateway: drawGateway(new SeededRandom(seed, 'gateway')),
    concurrent: [
      ...(disturbed ? concurrent : []),
      ...(copy === undefined
        ? []
        : [
            {
              atMs: copy.atMs,
              snapshot: { description: { own: COPY, quoted: `before ${COPY}` }[copy.tag] },
            },
          ]),
    ],
    attach: profile?.attach,
    cancelAtMs: disturbed ? cancelAtMs : undefined,
    suspension:
      profile?.suspension ??
      (disturbed
        ? drawSuspension(new SeededRandom(seed, 'suspension'), options.timeoutMs, durationMs)
        : undefined),
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
      [1, () => options.description],
      // Another attempt of the same run differs only in the tag.
      [2, () => `[as-${random.hex(4)}] ${options.description}`],
    ])(),
    snapshotType: random.weighted([
      [4, 'onDemand'],
      [1, 'scheduled'],
    ]),
    fails: random.chance(contended ? 0.4 : 0.15),
  }
}
