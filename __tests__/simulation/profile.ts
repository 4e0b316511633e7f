import type { AtlasOptions } from '../../emulator/atlas.js'
import type { SnapshotOptions } from '../../src/snapshot/options.js'
import type { Access } from './access.js'
import type { Mood } from './mood.js'

/** Bends a scenario towards what is to be provoked; whatever it gives is put under the assumption again. */
export interface Profile {
  readonly name: string
  readonly mood?: Partial<Mood>
  readonly task?: Partial<SnapshotOptions>
  readonly atlas?: AtlasOptions
  readonly access?: Partial<Access>
  /** No other people, and nobody cancels. */
  readonly undisturbed?: boolean
  /** Somebody else's snapshot is under way at the start, and more follow. */
  readonly busy?: boolean
}
