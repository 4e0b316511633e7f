import type { Clock, Logger, Random } from '../runtime.js'
import type { TimeLimit } from '../timers.js'
import { type ClusterRef, createClient, type SnapshotClient } from './client.js'
import type { Credentials } from './credentials.js'
import { DigestAuth } from './digest-auth.js'
import type { Send } from './http.js'
import { withGracePeriod, withLogging, withRequestTimeout } from './middleware.js'
import { ServiceAccountAuth } from './service-account-auth.js'

/** What a connection is built from. */
interface ConnectionOptions {
  readonly send: Send
  readonly clock: Clock
  /** Milliseconds since 1970. */
  readonly wallClock: () => number
  readonly random: Random
  readonly logger: Logger
  /** Told of every secret that is received or made, before anything else can log it. */
  readonly setSecret: (secret: string) => void
}

/** The operations on one cluster. */
export interface Connection {
  readonly client: SnapshotClient
  /** Revokes a service account's token, once no request is in flight any more. Never throws. */
  readonly close: (signal: AbortSignal) => Promise<void>
}

/** How long `close` may take. */
export const REVOKE_LIMIT: TimeLimit = {
  limitMs: 3_000,
  stoppedMs: 500,
  timeoutMessage: (limit) => `no whole answer within ${limit}`,
}

/** Stacks everything above `Send`: debug lines, time limit and grace period, then credentials, then operations. */
export function createConnection(
  cluster: ClusterRef,
  credentials: Credentials,
  { send, clock, wallClock, random, logger, setSecret }: ConnectionOptions,
): Connection {
  const limited = withRequestTimeout(withLogging(send, clock, logger), clock)
  const graceful = withGracePeriod(limited, clock)
  if (credentials.kind === 'apiKey') {
    const auth = new DigestAuth(graceful, credentials, random)
    return { client: createClient(cluster, auth.send, wallClock), close: async () => {} }
  }
  const auth = new ServiceAccountAuth({
    baseUrl: cluster.baseUrl,
    account: credentials,
    send: graceful,
    sendTokenRequest: limited,
    clock,
    wallClock,
    logger,
    setSecret,
  })
  return { client: createClient(cluster, auth.send, wallClock), close: (signal) => auth.close(signal) }
}
