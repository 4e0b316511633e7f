import { createHash } from 'node:crypto'
import { Atlas, type AtlasDeps, type AtlasOptions } from '../emulator/atlas.js'
import { VirtualClock } from './virtual-clock.js'

/** The time at zero of the virtual clock, which is also that of the recorded POST. */
export const EPOCH: number = Date.parse('2026-08-10T03:26:42Z')

/** An emulated Atlas on a virtual clock. */
export interface World {
  readonly clock: VirtualClock
  readonly atlas: Atlas
  /** Milliseconds since 1970. */
  readonly wallClock: () => number
}

/** @param deps replace the randomness of Atlas, or choose its faults */
export function createWorld(
  options: AtlasOptions = {},
  deps: Partial<Omit<AtlasDeps, 'now'>> = {},
  epoch = EPOCH,
): World {
  const clock = new VirtualClock()
  const wallClock = () => epoch + Math.floor(clock.now())
  const atlas = new Atlas(options, { now: wallClock, randomHex: seededHex('emulator'), ...deps })
  return { clock, atlas, wallClock }
}

/** Pseudorandom hexadecimal digits that are the same in every run. */
export function seededHex(seed: string): (bytes: number) => string {
  let drawn = 0
  return (bytes) => {
    drawn += 1
    return createHash('sha512')
      .update(`${seed} ${drawn}`)
      .digest('hex')
      .slice(0, bytes * 2)
  }
}
