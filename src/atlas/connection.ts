import type { Clock, Logger, Random } from '../runtime.js'
import { type ClusterRef, createClient, type SnapshotClient } from './client.js'
import type { Credentials } from './credentials.js'
import { DigestSession } from './digest/session.js'
import { digestAuthenticator } from './digest-auth.js'
import type { Send } from './http.js'
import { withGracePeriod, withLogging, withRequestTimeout } from './middleware.js'
import { bearerAuthenticator, createTokenEndpoint, TokenSession } from './service-account-auth.js'

const CNONCE_BYTES = 16

/** What a connection is built from. */
interface ConnectionAdapters {
  readonly send: Send
  readonly clock: Clock
  readonly random: Random
  readonly logger: Logger
  /** Told of every secret that is received or made, before anything else can show it. */
  readonly setSecret: (secret: string) => void
}

/** The operations on one cluster, and an end to what they prove themselves with. */
export interface Connection {
  readonly client: SnapshotClient
  /**
   * Has a service account's token revoked, if there is one; to be called when nothing is under way any more. Ends when the
   * signal says so, never throws, and says in a debug line how it went. An API key has nothing to release.
   */
  readonly close?: (signal: AbortSignal) => Promise<void>
}

/** Builds everything that stands on the one seam: grace, time limit and debug lines, then credentials, then operations. */
export function createConnection(
  cluster: ClusterRef,
  credentials: Credentials,
  { send, clock, random, logger, setSecret }: ConnectionAdapters,
): Connection {
  const limited = withRequestTimeout(withLogging(send, clock, logger), clock)
  const graceful = withGracePeriod(limited, clock)
  if (credentials.kind === 'API key') {
    const { publicKey, privateKey } = credentials
    const session = new DigestSession({ username: publicKey, password: privateKey }, () =>
      random.hex(CNONCE_BYTES),
    )
    return { client: createClient(cluster, digestAuthenticator(graceful, session)) }
  }
  const endpoint = createTokenEndpoint(cluster.baseUrl, credentials, { send: limited, setSecret })
  const session = new TokenSession(endpoint, { clock, logger })
  return {
    client: createClient(cluster, bearerAuthenticator(graceful, session)),
    close: (signal) => session.close(signal),
  }
}
