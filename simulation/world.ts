import { Atlas, type AtlasDeps, type AtlasOptions } from '../emulator/atlas.js'
import type { Random } from '../src/ports.js'
import { SeededRandom } from './seeded-random.js'
import { VirtualClock } from './virtual-clock.js'

/** The runner's time at zero of the virtual clock, which is also that of the recorded POST. */
export const EPOCH: number = Date.parse('2026-08-10T03:26:42Z')

/** An emulated Atlas on a virtual clock. */
export interface World {
  readonly clock: VirtualClock
  readonly atlas: Atlas
  /** The runner's clock, in milliseconds since 1970. */
  readonly wallClock: () => number
}

/** What replaces a default. */
interface WorldOptions extends Pick<AtlasDeps, 'chooseFault'> {
  readonly random?: Random
  /** Atlas's time at zero of the virtual clock, in milliseconds since 1970. */
  readonly epoch?: number
}

export function createWorld(
  options: AtlasOptions = {},
  { random = new SeededRandom(1, 'emulator'), epoch = EPOCH, ...deps }: WorldOptions = {},
): World {
  const clock = new VirtualClock()
  const now = () => epoch + Math.floor(clock.now())
  const atlas = new Atlas(options, { now, randomHex: (bytes) => random.hex(bytes), ...deps })
  return { clock, atlas, wallClock: () => EPOCH + clock.now() }
}
