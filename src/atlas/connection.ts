import type { Clock, Logger, Random } from '../ports.js'
import { withTimeout } from '../timers.js'
import { type ClusterRef, createClient, type SnapshotClient } from './client.js'
import type { Credentials } from './credentials.js'
import { DigestAuth } from './digest-auth.js'
import { RequestError } from './errors.js'
import { requestTarget, type Send } from './http.js'
import { type AuthDependencies, ServiceAccountAuth } from './service-account-auth.js'

/** From the start of a request to the last byte of its response. Then the request is ended, and its outcome is unknown. */
export const REQUEST_TIMEOUT_MS = 30_000
/** A cached response can be too old, and this action can't decode a compressed one. */
const COMMON_HEADERS = { 'accept-encoding': 'identity', 'cache-control': 'no-cache' }

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
  const sendLogged = withLogging(send, clock, logger)
  const sendToAtlas: Send = (request, parent) => {
    const complete = { ...request, headers: { ...COMMON_HEADERS, ...request.headers } }
    return withTimeout(clock, REQUEST_TIMEOUT_MS, (signal) => sendLogged(complete, signal), parent)
  }
  if (credentials.kind === 'apiKey') {
    const auth = new DigestAuth(sendToAtlas, credentials, random)
    return { client: createClient(cluster, auth.send), close: async () => {} }
  }
  const { baseUrl } = cluster
  const auth = new ServiceAccountAuth({ ...dependencies, send: sendToAtlas, baseUrl, account: credentials })
  return { client: createClient(cluster, auth.send), close: (signal) => auth.close(signal) }
}

/** Logs method, path, status, and milliseconds of each request as a debug line, never a header or a body. */
export function withLogging(send: Send, clock: Clock, logger: Logger): Send {
  return async (request, signal) => {
    const start = clock.now()
    const log = (outcome: string) =>
      logger.debug(
        `${request.method} ${requestTarget(request.url)} ${outcome} ${Math.round(clock.now() - start)} ms`,
      )
    try {
      const response = await send(request, signal)
      log(String(response.status))
      return response
    } catch (error) {
      log(error instanceof RequestError ? error.meaning : 'error')
      throw error
    }
  }
}
