import type { Random } from '../ports.js'
import { type ClusterRef, createClient, type SnapshotClient } from './client.js'
import type { Credentials } from './credentials.js'
import { DigestAuth } from './digest-auth.js'
import type { Send } from './http.js'
import { withCommonHeaders, withLogging, withRequestTimeout } from './middleware.js'
import { type AuthDependencies, ServiceAccountAuth } from './service-account-auth.js'

interface ConnectionOptions extends AuthDependencies {
  readonly send: Send
  readonly random: Random
}

/** The operations on one cluster. */
interface Connection {
  readonly client: SnapshotClient
  /** Revokes a service account's token. Call it when no request is in flight. Never throws. */
  readonly close: (signal: AbortSignal) => Promise<void>
}

/** Combines the layers on top of `Send`, from headers and logging to authentication and the client. */
export function createConnection(
  cluster: ClusterRef,
  credentials: Credentials,
  { send, random, ...dependencies }: ConnectionOptions,
): Connection {
  const { clock, logger } = dependencies
  const sendToAtlas = withRequestTimeout(withLogging(withCommonHeaders(send), clock, logger), clock)
  if (credentials.kind === 'apiKey') {
    const auth = new DigestAuth(sendToAtlas, credentials, random)
    return { client: createClient(cluster, auth.send), close: async () => {} }
  }
  const { baseUrl } = cluster
  const auth = new ServiceAccountAuth({ ...dependencies, send: sendToAtlas, baseUrl, account: credentials })
  return { client: createClient(cluster, auth.send), close: (signal) => auth.close(signal) }
}
