import { randomBytes } from 'node:crypto'
import { Atlas, type AtlasOptions } from '../emulator/atlas.js'
import { demo } from '../emulator/config.js'
import { type ServerOptions, startServer } from '../emulator/server.js'

/** Inputs of a step that waits for its snapshot, with the demo's API key. */
export const demoInputs = {
  'group-id': demo.groupId,
  'cluster-name': 'demo',
  'public-key': demo.publicKey,
  'private-key': demo.privateKey,
  wait: 'true',
} as const

export type EmulatedAtlas = Awaited<ReturnType<typeof startAtlas>>

/** Options of the server, and a clock in milliseconds since 1970. Default: this machine's clock. */
interface StartOptions extends Pick<ServerOptions, 'host' | 'tls'> {
  readonly now?: () => number
}

/** Starts an emulated Atlas. By default, it listens on a free port of 127.0.0.1. Its URL is for the `base-url` input. */
export async function startAtlas(options: AtlasOptions, { now = Date.now, ...server }: StartOptions = {}) {
  const atlas = new Atlas(options, { now, randomHex: (bytes) => randomBytes(bytes).toString('hex') })
  const { url, close } = await startServer(atlas, server)
  return { atlas, url, close }
}
