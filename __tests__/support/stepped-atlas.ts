import type { AtlasOptions } from '../../emulator/atlas.js'
import { type EmulatedAtlas, startAtlas } from '../../script/emulated-atlas.js'

/** How far Atlas's clock moves with each request. */
const MS_PER_REQUEST = 200

/**
 * Starts an emulated Atlas whose clock moves only with requests, so that what the bundle meets does not depend on how
 * busy the machine is.
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
