import type { AtlasOptions } from '../../emulator/atlas.js'
import { startAtlas } from '../../script/emulated-atlas.js'
import { life } from './action.js'

export interface Backend {
  readonly port: number
  readonly close: () => Promise<void>
}

/** An Atlas that asks nobody for credentials, for a real server to stand in front of. */
export async function startBackend(options: AtlasOptions = life): Promise<Backend> {
  const { url, close } = await startAtlas({ ...options, authentication: 'none' })
  return { port: Number(new URL(url).port), close }
}
