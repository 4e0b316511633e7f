import { createConnection } from '../src/atlas/connection.js'
import type { Credentials } from '../src/atlas/credentials.js'
import type { Send } from '../src/atlas/http.js'
import type { Clock, Logger, Random } from '../src/runtime.js'
import type { Dependencies, SnapshotOptions } from '../src/snapshot/context.js'
import { demoAccount } from './access.js'

/** What surrounds a step. What has a default is the demo's service account, or ignores what it gets. */
interface Surroundings extends Partial<Pick<Dependencies, 'onSnapshot' | 'onActivity'>> {
  readonly send: Send
  readonly clock: Clock
  /** Milliseconds since 1970. */
  readonly wallClock: () => number
  readonly random: Random
  readonly credentials?: Credentials
  readonly logger?: Logger
  readonly setSecret?: (secret: string) => void
}

const ignore = () => undefined
const SILENT: Logger = { debug: ignore, info: ignore, notice: ignore, warning: ignore }

/** What the core needs, with the real client on this network. Call `close` when no request is in flight. */
export function connectStep(
  cluster: SnapshotOptions['cluster'],
  { send, clock, wallClock, random, ...more }: Surroundings,
): { readonly dependencies: Dependencies; readonly close: (signal: AbortSignal) => Promise<void> } {
  const { credentials = demoAccount, logger = SILENT, setSecret = ignore } = more
  const { onSnapshot = ignore, onActivity = ignore } = more
  const runtime = { send, clock, wallClock, random, logger, setSecret }
  const { client, close } = createConnection(cluster, credentials, runtime)
  return { dependencies: { client, clock, random, logger, onSnapshot, onActivity }, close }
}
