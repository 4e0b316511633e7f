import { hash, octets } from './algorithm.js'
import type { DigestChallenge } from './digest-challenge.js'

/** Who signs: with Atlas, a public key and its private one. */
export interface User {
  readonly username: string
  readonly password: string
}

export interface DigestRequest {
  readonly method: string
  /** The request-target as it is sent: path and query */
  readonly uri: string
  /** '' if there is none; hashed in UTF-8, and only for auth-int */
  readonly body: string
}

/** What the first request after a challenge was signed with; a `-sess` algorithm's key is made of it. */
export interface SessionSeed {
  readonly nonce: string
  readonly cnonce: string
}

export interface Counts {
  /** How many requests were signed on this nonce, this one included */
  readonly nc: number
  readonly cnonce: string
  /** Left out, the request is the first of its session */
  readonly session?: SessionSeed
}

/** Nc as it is sent and hashed: eight lower-case hexadecimal digits (RFC 7616 section 3.4) */
export function ncValue(nc: number): string {
  return nc.toString(16).padStart(8, '0')
}

/** Name and password in the form that is hashed: in NFC if the server asked for UTF-8 (RFC 7616 section 4) */
export function prepare({ username, password }: User, { charset }: DigestChallenge): User {
  if (!charset) return { username, password }
  return { username: username.normalize('NFC'), password: password.normalize('NFC') }
}

/**
 * The `response` of RFC 7616 section 3.4.1, in lower-case hexadecimal digits. Its `rspauth` (section 3.5) is the
 * same with an empty method and the body of the answer.
 */
export function responseDigest(
  challenge: DigestChallenge,
  user: User,
  request: DigestRequest,
  counts: Counts,
): string {
  const { algorithm, nonce, qop } = challenge
  const key = hash(algorithm, a1(challenge, user, counts))
  const protectedParts = hash(algorithm, a2(challenge, request))
  // Without qop there are no counts either: RFC 2617 section 3.2.2.1, for servers of RFC 2069.
  const counted = qop === undefined ? '' : `:${ncValue(counts.nc)}:${octets(counts.cnonce)}:${qop}`
  return hash(algorithm, `${key}:${nonce}${counted}:${protectedParts}`)
}

// Section 3.4.2. The session key stays what the session's first request made it, whatever nonce comes later.
function a1(challenge: DigestChallenge, user: User, counts: Counts): string {
  const { username, password } = prepare(user, challenge)
  const secret = `${octets(username)}:${challenge.realm}:${octets(password)}`
  if (!challenge.algorithm.session) return secret
  const { nonce, cnonce } = counts.session ?? { nonce: challenge.nonce, cnonce: counts.cnonce }
  return `${hash(challenge.algorithm, secret)}:${nonce}:${octets(cnonce)}`
}

// Section 3.4.3.
function a2({ algorithm, qop }: DigestChallenge, { method, uri, body }: DigestRequest): string {
  const line = `${octets(method)}:${octets(uri)}`
  return qop === 'auth-int' ? `${line}:${hash(algorithm, octets(body))}` : line
}
