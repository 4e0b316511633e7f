import { randomBytes } from 'node:crypto'
import { Atlas, type AtlasOptions } from '../emulator/atlas.js'
import { type ServerOptions, startServer } from '../emulator/server.js'

export interface EmulatedAtlas {
  readonly atlas: Atlas
  /** Origin, for the input `base-url`. */
  readonly url: string
  readonly close: () => Promise<void>
}

/** How an emulated Atlas is started: its server, and its clock in milliseconds since 1970 (by default the machine's). */
interface StartOptions extends Pick<ServerOptions, 'host' | 'tls' | 'hostnames'> {
  readonly now?: () => number
}

/** Starts an emulated Atlas, on a free port of 127.0.0.1 unless the server is told otherwise. */
export async function startAtlas(
  options: AtlasOptions,
  { now = Date.now, ...server }: StartOptions = {},
): Promise<EmulatedAtlas> {
  const atlas = new Atlas(options, {
    now,
    randomHex: (bytes) => randomBytes(bytes).toString('hex'),
  })
  const { url, close } = await startServer(atlas, { host: '127.0.0.1', port: 0, ...server })
  return { atlas, url, close }
}
