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

/**
 * Starts an emulated Atlas. By default, it listens on a free port of 127.0.0.1. Its URL is for the `base-url` input.
 *
 * @param now milliseconds since 1970
 */
export async function startAtlas(options: AtlasOptions, server: ServerOptions = {}, now = Date.now) {
  const atlas = new Atlas(options, { now, randomHex: (bytes) => randomBytes(bytes).toString('hex') })
  return { atlas, ...(await startServer(atlas, server)) }
}
