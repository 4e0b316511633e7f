import { randomBytes } from 'node:crypto'
import { Atlas, type AtlasOptions } from '../emulator/atlas.js'
import { startServer } from '../emulator/server.js'

export interface EmulatedAtlas {
  readonly atlas: Atlas
  /** Origin, for the input `base-url`. */
  readonly url: string
  readonly close: () => Promise<void>
}

/** Starts an emulated Atlas on a free port of the loopback interface, on the machine's own clock. */
export async function startAtlas(options: AtlasOptions): Promise<EmulatedAtlas> {
  const atlas = new Atlas(options, {
    now: () => Date.now(),
    randomHex: (bytes) => randomBytes(bytes).toString('hex'),
  })
  const { url, close } = await startServer(atlas, { host: '127.0.0.1', port: 0 })
  return { atlas, url, close }
}
