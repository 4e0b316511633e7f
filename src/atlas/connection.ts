import type { Clock, Logger, Random } from '../runtime.js'
import { type ClusterRef, createClient, type SnapshotClient } from './client.js'
import type { Credentials } from './credentials.js'
import { DigestAuth } from './digest-auth.js'
import type { Send } from './http.js'
import {
  withCommonHeaders,
  withGracePeriod,
  withLogging,
  withRequestTimeout,
  withTrustCheck,
} from './middleware.js'
import { ServiceAccountAuth } from './service-account-auth.js'

/** Dependencies of a connection. */
interface ConnectionOptions {
  readonly send: Send
  readonly clock: Clock
  /** Milliseconds since 1970. */
  readonly wallClock: () => number
  readonly random: Random
  readonly logger: Logger
  /** Called with every new secret before anything can log it. */
  readonly setSecret: (secret: string) => void
}

/** The operations on one cluster. */
export interface Connection {
  readonly client: SnapshotClient
  /** Revokes a service account's token. Call it when no request is in flight. Never throws. */
  readonly close: (signal: AbortSignal) => Promise<void>
}

/** Combines the layers on top of `Send`, from headers and logging to authentication and the client. */
export function createConnection(
  cluster: ClusterRef,
  credentials: Credentials,
  { send, clock, wallClock, random, logger, setSecret }: ConnectionOptions,
): Connection {
  const logged = withLogging(withCommonHeaders(send), clock, logger)
  const limited = withTrustCheck(withRequestTimeout(logged, clock))
  const graceful = withGracePeriod(limited, clock)
  if (credentials.kind === 'apiKey') {
    const { send: sendAuthenticated } = new DigestAuth(graceful, credentials, random)
    return { client: createClient(cluster, sendAuthenticated, wallClock), close: async () => {} }
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
