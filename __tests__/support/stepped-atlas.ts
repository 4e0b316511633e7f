import type { AtlasOptions } from '../../emulator/atlas.js'
import { type EmulatedAtlas, startAtlas } from '../../script/emulated-atlas.js'

const MS_PER_REQUEST = 200

/**
 * Starts an emulated Atlas whose clock moves only with requests, so the result does not depend on the load of the
 * machine.
 */
export async function startSteppedAtlas(
  options: AtlasOptions,
  server: Omit<NonNullable<Parameters<typeof startAtlas>[1]>, 'now'> = {},
): Promise<EmulatedAtlas> {
  const start = Date.now()
  let requests: readonly unknown[] = []
  const now = () => start + requests.length * MS_PER_REQUEST
  const emulated = await startAtlas(options, { ...server, now })
  requests = emulated.atlas.requests
  return emulated
}
