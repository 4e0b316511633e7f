import { createHash } from 'node:crypto'
import type { DigestAlgorithm } from './digest-config.js'

/** What a digest response is computed from (RFC 7616 section 3.4, RFC 2617 section 3.2.2). */
export interface DigestInput {
  readonly algorithm: DigestAlgorithm
  readonly username: string
  readonly realm: string
  readonly password: string
  /** How `username` and `password` become bytes. */
  readonly encoding: 'utf8' | 'latin1'
  readonly method: string
  readonly uri: string
  readonly nonce: string
  /** All of these, or none: RFC 2069's form. */
  readonly qop?: string
  readonly nc?: string
  readonly cnonce?: string
  /** The request's (for `rspauth` the answer's) body, which `auth-int` covers. */
  readonly body: string
}

/** The hash of an algorithm's name as lower-case hex. */
export function hashHex(algorithm: DigestAlgorithm, data: string | Uint8Array): string {
  const name = algorithm.startsWith('MD5') ? 'md5' : algorithm.startsWith('SHA-256') ? 'sha256' : 'sha512-256'
  return createHash(name).update(data).digest('hex')
}

/** The `response` (or, with an empty method, the `rspauth`) as lower-case hex. */
export function digestResponse(input: DigestInput): string {
  const { algorithm, nonce, qop, nc, cnonce } = input
  const hash = (data: string | Uint8Array) => hashHex(algorithm, data)
  const secret = Buffer.from(`${input.username}:${input.realm}:${input.password}`, input.encoding)
  const plain = hash(secret)
  const a1 = algorithm.endsWith('-sess') ? hash(`${plain}:${nonce}:${cnonce ?? ''}`) : plain
  const integrity = qop === 'auth-int' ? `:${hash(input.body)}` : ''
  const a2 = hash(`${input.method}:${input.uri}${integrity}`)
  if (qop === undefined) return hash(`${a1}:${nonce}:${a2}`)
  return hash(`${a1}:${nonce}:${nc ?? ''}:${cnonce ?? ''}:${qop}:${a2}`)
}

/**
 * Reads the parameters of an `Authorization: Digest` header, names in lower case.
 * Undefined: another scheme, a parameter given twice, or no list of parameters.
 */
export function parseDigestHeader(header: string): ReadonlyMap<string, string> | undefined {
  const scheme = /^\s*digest\s+/i.exec(header)
  if (scheme === null) return undefined
  const parameters = new Map<string, string>()
  const pattern = /\s*([\w!#$%&'*+.^`|~-]+)\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s",]+))\s*(?:,|$)/y
  pattern.lastIndex = scheme[0].length
  while (pattern.lastIndex < header.length) {
    const match = pattern.exec(header)
    if (match === null) return undefined
    const name = (match[1] ?? '').toLowerCase()
    if (parameters.has(name)) return undefined
    parameters.set(name, match[3] ?? (match[2] ?? '').replace(/\\(.)/g, '$1'))
  }
  return parameters
}
