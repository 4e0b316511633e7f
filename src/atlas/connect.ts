import type { Clock, Logger, Random } from '../ports.js'
import { type ClusterAddress, createClient, type SnapshotClient } from './client.js'
import { DigestSession } from './digest/session.js'
import { digestAuthenticator } from './digest-authenticator.js'
import type { Send } from './http.js'
import { allowGrace, limitTime, logRequests } from './transport.js'

const CNONCE_BYTES = 16

/** An Atlas API key. */
export interface ApiKey {
  readonly publicKey: string
  readonly privateKey: string
}

/** Builds everything that stands on the one seam: grace, time limit and debug lines, then credentials, then operations. */
export function connect(
  cluster: ClusterAddress,
  { publicKey, privateKey }: ApiKey,
  { send, clock, random, logger }: { send: Send; clock: Clock; random: Random; logger: Logger },
): SnapshotClient {
  const limited = allowGrace(limitTime(logRequests(send, clock, logger), clock), clock)
  const session = new DigestSession({ username: publicKey, password: privateKey }, () =>
    random.hex(CNONCE_BYTES),
  )
  return createClient(cluster, digestAuthenticator(limited, session))
}
