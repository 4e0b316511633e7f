import { hash, octets } from './algorithm.js'
import type { DigestChallenge } from './digest-challenge.js'
import { extValue, quoted } from './quote.js'
import { type Counts, type DigestRequest, ncValue, prepare, responseDigest, type User } from './response.js'

/**
 * The value of the Authorization header, `Digest …`, that answers `challenge` for one request (RFC 7616 section
 * 3.4, which also says what is quoted and what is not). What the challenge left out is left out here too: no
 * algorithm, no opaque, and without qop no nc and no cnonce, as servers of RFC 2617 and RFC 2069 know it.
 */
export function authorization(
  challenge: DigestChallenge,
  user: User,
  request: DigestRequest,
  counts: Counts,
): string {
  const { realm, nonce, opaque, algorithm, algorithmAsSent, qop, userhash } = challenge
  const params = [
    usernameParam(challenge, user),
    `realm=${quoted(realm)}`,
    `nonce=${quoted(nonce)}`,
    `uri=${quoted(request.uri)}`,
    `response=${quoted(responseDigest(challenge, user, request, counts))}`,
  ]
  if (algorithmAsSent !== undefined) params.push(`algorithm=${algorithmAsSent}`)
  // A session key is made with the cnonce, so the server has to learn it even where qop does not ask for it.
  if (qop !== undefined || algorithm.session) params.push(`cnonce=${quoted(counts.cnonce)}`)
  if (opaque !== undefined) params.push(`opaque=${quoted(opaque)}`)
  if (qop !== undefined) params.push(`qop=${qop}`, `nc=${ncValue(counts.nc)}`)
  if (userhash) params.push('userhash=true')
  return `Digest ${params.join(', ')}`
}

function usernameParam(challenge: DigestChallenge, user: User): string {
  const { username } = prepare(user, challenge)
  if (challenge.userhash) {
    // Section 3.4.4.
    return `username=${quoted(hash(challenge.algorithm, `${octets(username)}:${challenge.realm}`))}`
  }
  // Section 3.4: a name that does not fit into a quoted-string goes into username*.
  if (/[^\x20-\x7e]/.test(username)) return `username*=${extValue(username)}`
  return `username=${quoted(username)}`
}
