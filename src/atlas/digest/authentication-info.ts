import type { DigestChallenge, Qop } from './digest-challenge.js'
import { type Counts, responseDigest, type User } from './response.js'
import { Scanner } from './scanner.js'

/** What a server adds to an answer it gave to digest credentials (RFC 7616 section 3.5), unescaped. */
interface AuthenticationInfo {
  /** The nonce it would like the next request to use */
  readonly nextnonce?: string
  /** The proof that the server knows the password too */
  readonly rspauth?: string
  readonly qop?: string
  readonly cnonce?: string
  readonly nc?: string
}

/** What of a signed request the server's proof is made with. */
export interface SignedParts {
  /** With the nonce that the request was signed on */
  readonly challenge: DigestChallenge
  readonly uri: string
  readonly counts: Counts
}

/**
 * Reads the value of an Authentication-Info header; several lines are joined by commas. Nothing is thrown: what
 * is malformed is skipped up to the next comma, and of a parameter that occurs twice the first counts. Linear
 * time.
 */
export function parseAuthenticationInfo(value: string): AuthenticationInfo {
  const scanner = new Scanner(value)
  const info: { -readonly [name in keyof AuthenticationInfo]: string } = {}
  while (!scanner.done) {
    scanner.skipSpace()
    if (scanner.eat(',')) continue
    const name = scanner.token().toLowerCase()
    scanner.skipSpace()
    const param = name !== '' && scanner.eat('=') ? readValue(scanner) : undefined
    if (param === undefined) scanner.skipElement()
    else if (isInfoName(name)) info[name] ??= param
  }
  return info
}

/**
 * Whether `rspauth` is what only a server that knows the password could compute for this request and this body
 * of its answer (RFC 7616 section 3.5). True if there is no `rspauth`: a server need not prove itself.
 */
export function verifyRspauth(
  info: AuthenticationInfo,
  { challenge, uri, counts }: SignedParts,
  user: User,
  responseBody: string,
): boolean {
  if (info.rspauth === undefined) return true
  const answered = { ...challenge, qop: responseQop(info, challenge) }
  const answer = { method: '', uri, body: responseBody }
  return info.rspauth.toLowerCase() === responseDigest(answered, user, answer, counts)
}

// The server should keep to the request's qop but may choose another; without one it got no nc to hash.
function responseQop(info: AuthenticationInfo, challenge: DigestChallenge): Qop | undefined {
  if (challenge.qop === undefined) return undefined
  const qop = info.qop?.toLowerCase()
  return qop === 'auth' || qop === 'auth-int' ? qop : challenge.qop
}

function readValue(scanner: Scanner): string | undefined {
  scanner.skipSpace()
  return scanner.value()
}

function isInfoName(name: string): name is keyof AuthenticationInfo {
  return ['nextnonce', 'rspauth', 'qop', 'cnonce', 'nc'].includes(name)
}
