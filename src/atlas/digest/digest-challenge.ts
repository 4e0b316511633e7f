import { type Algorithm, algorithmNamed, md5 } from './algorithm.js'
import type { Challenge } from './challenge.js'

/** The quality of protection: of the request line alone, or of its body too (RFC 7616 section 3.4.3). */
export type Qop = 'auth' | 'auth-int'

/** What a Digest challenge asks for (RFC 7616 section 3.3), reduced to what an answer needs. */
export interface DigestChallenge {
  readonly realm: string
  readonly nonce: string
  /** To be sent back as it is, even when empty */
  readonly opaque?: string
  readonly algorithm: Algorithm
  /** The server's spelling of the algorithm; absent if it named none, which means MD5 */
  readonly algorithmAsSent?: string
  /** Undefined is the form of RFC 2069: no qop, no nc */
  readonly qop: Qop | undefined
  /** Whether the user's name is to be sent as a hash (section 3.4.4) */
  readonly userhash: boolean
  /** Whether name and password are to be in UTF-8 and normalised (section 4) */
  readonly charset: boolean
  /** Whether the nonce of the refused request was too old, and its credentials right (section 3.3) */
  readonly stale: boolean
}

/**
 * The Digest challenge to answer: the one with the strongest algorithm, of equals the first; local policy may
 * overrule the server's order (RFC 7616 section 3.7). Undefined if none can be answered. None can whose scheme
 * is not Digest, Basic above all; that lacks realm or nonce; whose algorithm is unknown, or every qop it offers;
 * or that holds a value which must not be sent back.
 */
export function chooseChallenge(challenges: readonly Challenge[]): DigestChallenge | undefined {
  let best: DigestChallenge | undefined
  for (const challenge of challenges) {
    const candidate = answerable(challenge)
    if (candidate && (!best || candidate.algorithm.strength > best.algorithm.strength)) best = candidate
  }
  return best
}

/**
 * Whether a value from the server may be sent back to it: no control character, which could end the header and
 * begin another, and nothing but octets, since only they can be written into a header.
 */
export function isSendable(value: string): boolean {
  return !/[^\x20-\x7e\x80-\xff]/.test(value)
}

function answerable({ scheme, params }: Challenge): DigestChallenge | undefined {
  const realm = params.get('realm')
  const nonce = params.get('nonce')
  const opaque = params.get('opaque')
  const algorithmAsSent = params.get('algorithm')
  const algorithm = algorithmAsSent === undefined ? md5 : algorithmNamed(algorithmAsSent)
  const qop = chooseQop(params.get('qop'))
  if (scheme !== 'digest' || realm === undefined || nonce === undefined) return undefined
  if (algorithm === undefined || qop === 'unknown') return undefined
  if (!isSendable(realm) || !isSendable(nonce) || !isSendable(opaque ?? '')) return undefined
  return {
    realm,
    nonce,
    ...(opaque === undefined ? {} : { opaque }),
    algorithm,
    ...(algorithmAsSent === undefined ? {} : { algorithmAsSent }),
    qop,
    userhash: params.get('userhash')?.toLowerCase() === 'true',
    charset: params.get('charset')?.toLowerCase() === 'utf-8',
    stale: params.get('stale')?.toLowerCase() === 'true',
  }
}

// auth comes first: it protects as much of a request that TLS carries, and needs no hash of the body.
function chooseQop(list: string | undefined): Qop | undefined | 'unknown' {
  const offered = (list ?? '').toLowerCase().split(/[\s,]+/)
  if (offered.includes('auth')) return 'auth'
  if (offered.includes('auth-int')) return 'auth-int'
  // An empty list offers nothing, which is what a server says that does not know qop.
  return offered.every((value) => value === '') ? undefined : 'unknown'
}
