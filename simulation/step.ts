import type { Atlas } from '../emulator/atlas.js'
import type { ActionRuntime } from '../src/action/node-runtime.js'
import { createConnection } from '../src/atlas/connection.js'
import type { Credentials } from '../src/atlas/credentials.js'
import type { Logger, Random } from '../src/ports.js'
import type { Dependencies, SnapshotOptions } from '../src/snapshot/context.js'
import { StopReason } from '../src/snapshot/deadline.js'
import { emulatedSend, type Network } from './emulated-send.js'
import type { World } from './world.js'

/** What happens in Atlas, and when: in milliseconds from the start of the step, and before it if not positive. */
export type WorldEvent = readonly [atMs: number, happens: (atlas: Atlas) => void]

/** What surrounds a step besides its world. */
interface Surroundings {
  readonly random: Random
  /** Of each request with its response. */
  readonly latencyMs?: number | undefined
  readonly network?: Network | undefined
  readonly events?: readonly WorldEvent[]
  /** When the step is canceled, in milliseconds from its start. */
  readonly cancelAtMs?: number | undefined
}

/** Makes what a step in a world runs on: `main` takes it, and `connectStep` connects the core to it. */
export function createStepRuntime(world: World, surroundings: Surroundings): ActionRuntime {
  const { clock, atlas, wallClock } = world
  const { random, latencyMs = 0, network = (send) => send, events = [], cancelAtMs } = surroundings
  for (const [atMs, happens] of events) {
    if (atMs <= 0) happens(atlas)
    else clock.setTimeout(atMs, () => happens(atlas))
  }
  const cancellation = new AbortController()
  const cancel = () => cancellation.abort(new StopReason('cancellation', 'Canceled (SIGINT)'))
  const keepGoing = cancelAtMs === undefined ? () => {} : clock.setTimeout(cancelAtMs, cancel)
  return {
    clock,
    random,
    wallClock,
    sender: { send: emulatedSend(world, latencyMs, network), close: () => {} },
    cancellation: { signal: cancellation.signal, release: keepGoing },
  }
}

/** What watches a step. What has a default ignores what it gets. */
interface Observers extends Partial<Pick<Dependencies, 'logger' | 'onSnapshot'>> {
  readonly setSecret?: (secret: string) => void
}

const ignore = () => undefined
const SILENT: Logger = { debug: ignore, info: ignore, notice: ignore, warning: ignore }

/** What the core needs, with the real client. Call `close` when no request is in flight. */
export function connectStep(
  cluster: SnapshotOptions['cluster'],
  { clock, random, sender }: ActionRuntime,
  credentials: Credentials,
  observers: Observers = {},
): { readonly dependencies: Dependencies; readonly close: (signal: AbortSignal) => Promise<void> } {
  const { logger = SILENT, setSecret = ignore, onSnapshot = ignore } = observers
  const runtime = { send: sender.send, clock, random, logger, setSecret }
  const { client, close } = createConnection(cluster, credentials, runtime)
  return { dependencies: { client, clock, random, logger, onSnapshot }, close }
}
