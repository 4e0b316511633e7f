import { createHash } from 'node:crypto'
import { Atlas, type AtlasDeps, type AtlasOptions } from '../emulator/atlas.js'
import { demo } from '../emulator/config.js'
import type { ClusterRef } from '../src/atlas/client.js'
import type { SnapshotOptions } from '../src/snapshot/context.js'
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

/** The options of a usual step. */
export function stepOptions(clusterName: string): SnapshotOptions {
  return {
    cluster: clusterRef(clusterName),
    credentialName: 'API key demouser',
    description: 'before deploy',
    retentionInDays: 7,
    wait: true,
    onConflict: 'wait',
    timeoutMs: 60 * 60_000,
    pollIntervalMs: undefined,
  }
}

export function clusterRef(clusterName: string): ClusterRef {
  return {
    baseUrl: 'https://cloud.mongodb.com',
    apiVersion: '2023-01-01',
    groupId: demo.groupId,
    clusterName,
  }
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
