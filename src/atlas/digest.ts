import { createHash, getHashes } from 'node:crypto'

// HTTP digest authentication (RFC 7616): MD5, as Atlas uses it, or SHA-256, and `qop=auth`, as Atlas uses it, or the older
// form without `qop` (RFC 2069). All functions are pure.

/** A supported Digest challenge (RFC 7616 section 3.3). */
export interface DigestChallenge {
  readonly realm: string
  readonly nonce: string
  /** Returned to the server unchanged, even if it is empty. */
  readonly opaque: string | undefined
  readonly algorithm: Algorithm
  /** As the server spells it. `undefined` means MD5. */
  readonly algorithmAsSent: string | undefined
  /** `undefined` means the form of RFC 2069, without `nc` and `cnonce`. */
  readonly qop: 'auth' | undefined
  /** Whether the server rejected only the nonce, and not the credentials. */
  readonly stale: boolean
}

type Algorithm = 'md5' | 'sha256'

/** By their names in a challenge, which are case-insensitive, in lowercase. */
const ALGORITHMS: ReadonlyMap<string, Algorithm> = new Map([
  ['md5', 'md5'],
  ['sha-256', 'sha256'],
])

/** Whether this Node has MD5, the only algorithm that Atlas offers. A Node for FIPS 140 does not. */
export function hasMd5(): boolean {
  return getHashes().includes('md5')
}

/**
 * A parameter. The first parameter of a challenge follows the scheme, at the start of the line or after a comma. The
 * look-behind prevents matches that start inside a name, so the time is linear.
 */
const PARAMETER = /(?:(?:^|,)\s*([\w-]+)\s+)?(?<![\w*-])([\w*-]+)\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s,"]+))/g

/**
 * The first challenge with the strongest algorithm (RFC 7616 section 3.7).
 *
 * @param lines the values of all `WWW-Authenticate` headers, each with one or more challenges
 * @returns `undefined` if none is supported: another scheme, algorithm, or qop, or no realm or nonce
 */
export function parseChallenge(lines: readonly string[]): DigestChallenge | undefined {
  const challenges = lines.flatMap(splitChallenges).flatMap((parameters) => toChallenge(parameters) ?? [])
  return challenges.find(({ algorithm }) => algorithm === 'sha256') ?? challenges[0]
}

/** The parameters of each Digest challenge in a line, with lowercase names and unquoted values. The first value of a name is used. */
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

/** Whether a value is safe in a header. A control character could end it and start another header. */
function isSendable(value: string): boolean {
  return !/[^\x20-\x7e\x80-\xff]/.test(value)
}

/**
 * The value of the `Authorization` header (RFC 7616 section 3.4).
 *
 * @param use `nc` is the number of requests with this nonce, including this one. `cnonce` is random.
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

/** The UTF-8 bytes of a text as one character each, the encoding of header values in Node. */
function octets(text: string): string {
  return Buffer.from(text, 'utf8').toString('latin1')
}

/** A quoted-string (RFC 9110 section 5.6.4). */
function quote(value: string): string {
  return `"${value.replace(/["\\]/g, '\\$&')}"`
}
