import { createHash } from 'node:crypto'

// HTTP digest authentication (RFC 7616) as Atlas uses it: MD5 or SHA-256, `qop=auth` or the older form without `qop`
// (RFC 2069). Everything here is pure: a challenge in, a header out.

/** A Digest challenge that can be answered (RFC 7616 section 3.3). */
export interface DigestChallenge {
  readonly realm: string
  readonly nonce: string
  /** Sent back as it is, even if it is empty. */
  readonly opaque: string | undefined
  readonly algorithm: Algorithm
  /** The server's spelling, `undefined` if it named no algorithm, which means MD5. */
  readonly algorithmAsSent: string | undefined
  /** `undefined` is the form of RFC 2069, without `nc` and `cnonce`. */
  readonly qop: 'auth' | undefined
  /** Whether only the nonce of the rejected request was too old. */
  readonly stale: boolean
}

type Algorithm = 'md5' | 'sha256'

/** By the name in a challenge, which is case-insensitive. */
const ALGORITHMS: ReadonlyMap<string, Algorithm> = new Map([
  ['md5', 'md5'],
  ['sha-256', 'sha256'],
])

/**
 * A parameter, with the scheme before it if it is the first of its challenge: at the start of the line or after a comma.
 * The look-behind keeps a match from starting in the middle of a name, so that the time is linear.
 */
const PARAMETER = /(?:(?:^|,)\s*([\w-]+)\s+)?(?<![\w*-])([\w*-]+)\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s,"]+))/g

/**
 * The challenge to answer: the one with the strongest algorithm (RFC 7616 section 3.7), of equals the first.
 *
 * @param lines the values of all `WWW-Authenticate` headers, each of which can hold several challenges
 * @returns `undefined` if none can be answered: another scheme, algorithm or qop, no realm or nonce
 */
export function parseChallenge(lines: readonly string[]): DigestChallenge | undefined {
  const challenges = lines.flatMap(splitChallenges).flatMap((parameters) => toChallenge(parameters) ?? [])
  return challenges.find(({ algorithm }) => algorithm === 'sha256') ?? challenges[0]
}

/** The parameters of each Digest challenge in a line. Names in lower case, values unquoted; the first of a name counts. */
function splitChallenges(line: string): ReadonlyMap<string, string>[] {
  const challenges: Map<string, string>[] = []
  let current = new Map<string, string>()
  for (const [, scheme, name = '', quoted, bare = ''] of line.matchAll(PARAMETER)) {
    if (scheme !== undefined) current = new Map()
    if (scheme?.toLowerCase() === 'digest') challenges.push(current)
    const key = name.toLowerCase()
    if (!current.has(key)) current.set(key, quoted?.replace(/\\(.)/g, '$1') ?? bare)
  }
  return challenges
}

function toChallenge(parameters: ReadonlyMap<string, string>): DigestChallenge | undefined {
  const [realm, nonce, opaque] = [parameters.get('realm'), parameters.get('nonce'), parameters.get('opaque')]
  const algorithmAsSent = parameters.get('algorithm')
  const algorithm = ALGORITHMS.get((algorithmAsSent ?? 'MD5').toLowerCase())
  const offered = (parameters.get('qop') ?? '').toLowerCase().split(/[\s,]+/)
  const qop = offered.includes('auth') ? 'auth' : undefined
  if (realm === undefined || nonce === undefined || algorithm === undefined) return undefined
  if (qop === undefined && offered.some((value) => value !== '')) return undefined
  if (![realm, nonce, opaque ?? ''].every(isSendable)) return undefined
  const stale = parameters.get('stale')?.toLowerCase() === 'true'
  return { realm, nonce, opaque, algorithm, algorithmAsSent, qop, stale }
}

/** Whether a value can be sent back: a control character could end the header and begin another. */
function isSendable(value: string): boolean {
  return !/[^\x20-\x7e\x80-\xff]/.test(value)
}

/**
 * The value of the `Authorization` header (RFC 7616 section 3.4).
 *
 * @param use `nc`: how many requests used this nonce, this one included; `cnonce`: random
 */
export function digestAuthorization(
  challenge: DigestChallenge,
  { username, password }: { readonly username: string; readonly password: string },
  { method, uri }: { readonly method: string; readonly uri: string },
  use: { readonly nc: number; readonly cnonce: string },
): string {
  const { realm, nonce, opaque, algorithm, algorithmAsSent, qop } = challenge
  const hash = (data: string) => createHash(algorithm).update(data, 'latin1').digest('hex')
  const nc = use.nc.toString(16).padStart(8, '0')
  const a1 = hash(`${octets(username)}:${realm}:${octets(password)}`)
  const a2 = hash(`${method}:${uri}`)
  const counted = qop === undefined ? '' : `:${nc}:${use.cnonce}:${qop}`
  const parameters = [
    `username=${quote(octets(username))}`,
    `realm=${quote(realm)}`,
    `nonce=${quote(nonce)}`,
    `uri=${quote(uri)}`,
    `response="${hash(`${a1}:${nonce}${counted}:${a2}`)}"`,
    ...(algorithmAsSent === undefined ? [] : [`algorithm=${algorithmAsSent}`]),
    ...(opaque === undefined ? [] : [`opaque=${quote(opaque)}`]),
    ...(qop === undefined ? [] : [`qop=${qop}`, `nc=${nc}`, `cnonce="${use.cnonce}"`]),
  ]
  return `Digest ${parameters.join(', ')}`
}

/** A text as its UTF-8 octets, one character each, as Node sends and receives header values. */
function octets(text: string): string {
  return Buffer.from(text, 'utf8').toString('latin1')
}

/** A quoted-string (RFC 9110 section 5.6.4). */
function quote(value: string): string {
  return `"${value.replace(/["\\]/g, '\\$&')}"`
}
