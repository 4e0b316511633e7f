import { createHash } from 'node:crypto'
import type { AtlasConfig, DigestAlgorithm, DigestConfig, KeyPair, Principal } from './config.js'
import { unauthorizedBody } from './errors.js'
import { type EmulatorRequest, type EmulatorResponse, jsonResponse, type Scheme } from './http.js'

/** Result of authentication. */
export type AuthResult =
  | {
      readonly kind: 'accepted'
      readonly scheme: Scheme
      readonly principal: Principal
      /** Uses of the nonce, including this one. 0 without digest. */
      readonly nonceUses: number
    }
  | {
      readonly kind: 'refused'
      readonly scheme: Scheme
      /** Digest only: the nonce is the reason for the rejection. */
      readonly stale: boolean
    }

/** The result for credentials, which are valid if they have an owner. */
export function toAuthResult(scheme: Scheme, principal: Principal | undefined, nonceUses = 0): AuthResult {
  return principal === undefined
    ? { kind: 'refused', scheme, stale: false }
    : { kind: 'accepted', scheme, principal, nonceUses }
}

/** Sends digest challenges and checks the responses (RFC 7616, with `qop=auth` or none). */
export class DigestAuthenticator {
  readonly #config: AtlasConfig
  readonly #nonces: NonceStore

  constructor(config: AtlasConfig, randomHex: (bytes: number) => string) {
    this.#config = config
    this.#nonces = new NonceStore(config.digest, () => randomHex(24))
  }

  /** The 401 with a new nonce. With the default settings, the header is the one that Atlas sends. */
  refuse({ connection }: EmulatorRequest, stale: boolean, now: number): EmulatorResponse {
    return this.#challenge(this.#nonces.issue(connection, now), stale)
  }

  /** The 401 that repeats the nonce of the request. */
  repeatChallenge(request: EmulatorRequest): EmulatorResponse {
    return this.#challenge(parseDigestHeader(request)?.get('nonce') ?? '', false)
  }

  #challenge(nonce: string, stale: boolean): EmulatorResponse {
    const { digest } = this.#config
    const challenges = digest.algorithms.map((algorithm) => {
      const parameters = [
        `realm="${digest.realm}"`,
        'domain=""',
        `nonce="${nonce}"`,
        `algorithm=${algorithm}`,
        ...(digest.qop.length > 0 ? [`qop="${digest.qop.join(',')}"`] : []),
        `stale=${stale}`,
        ...(digest.opaque === undefined ? [] : [`opaque="${digest.opaque}"`]),
      ]
      return `Digest ${parameters.join(', ')}`
    })
    const header = { 'WWW-Authenticate': digest.joined ? challenges.join(', ') : challenges }
    if (digest.refusal === 'empty') return { status: 401, headers: header, body: '' }
    const code = digest.refusal === 'code' ? { errorCode: 'UNEXPECTED_ERROR' } : {}
    return jsonResponse(401, { ...unauthorizedBody, ...code }, header)
  }

  /** Checks the credentials of a request. As in Jetty, the nonce is checked, and its `nc` is used up, before the key. */
  check(request: EmulatorRequest, now: number): AuthResult {
    const parameters = parseDigestHeader(request)
    const algorithm = parameters && this.#wellFormed(parameters, request.target)
    if (parameters === undefined || algorithm === undefined) return toAuthResult('digest', undefined)
    const nonce = this.#nonces.use(parameters, request.connection, now)
    if (typeof nonce === 'string') return { kind: 'refused', scheme: 'digest', stale: nonce === 'stale' }
    const key = this.#config.keys.find(({ publicKey }) => publicKey === toText(parameters.get('username')))
    const isRight = key !== undefined && this.#isRight(parameters, algorithm, key, request)
    return toAuthResult('digest', isRight ? key : undefined, nonce.uses)
  }

  /** The algorithm, if all required parameters are present and match the challenge. */
  #wellFormed(parameters: ReadonlyMap<string, string>, target: string): DigestAlgorithm | undefined {
    const { digest } = this.#config
    if (parameters.get('realm') !== digest.realm || parameters.get('uri') !== target) return undefined
    if (digest.opaque !== undefined && parameters.get('opaque') !== digest.opaque) return undefined
    const qop = parameters.get('qop')?.toLowerCase()
    if (digest.qop.length > 0) {
      if (qop !== 'auth' || !parameters.has('nc') || !parameters.has('cnonce')) return undefined
    } else if (qop !== undefined) return undefined
    const name = (parameters.get('algorithm') ?? 'MD5').toLowerCase()
    return digest.algorithms.find((offered) => offered.toLowerCase() === name)
  }

  #isRight(
    parameters: ReadonlyMap<string, string>,
    algorithm: DigestAlgorithm,
    { publicKey, privateKey }: KeyPair,
    { method, target }: EmulatorRequest,
  ): boolean {
    const get = (name: string) => parameters.get(name) ?? ''
    // A character of a header is one byte, but names and passwords are UTF-8.
    const hash = (data: string) =>
      createHash(algorithm === 'MD5' ? 'md5' : 'sha256')
        .update(data, 'latin1')
        .digest('hex')
    const a1 = hash(`${toBytes(publicKey)}:${this.#config.digest.realm}:${toBytes(privateKey)}`)
    const a2 = hash(`${method}:${target}`)
    const qop = parameters.has('qop') ? [get('nc'), get('cnonce'), get('qop')] : []
    return hash([a1, get('nonce'), ...qop, a2].join(':')) === get('response').toLowerCase()
  }
}

interface Nonce {
  readonly issuedAt: number
  readonly connection: object | undefined
  readonly counts: Set<number>
  uses: number
}

/** `stale` leads to a challenge with `stale=true`, `refused` to one without it. */
type NonceResult = 'stale' | 'refused' | { readonly uses: number }

/**
 * The issued nonces, with the rules of Jetty's DigestAuthenticator. An unknown or expired nonce, or an `nc` at the
 * limit, is stale. An `nc` that was used before, or is not a number, is rejected without `stale=true`. Any order of
 * `nc` is accepted. Unlike Jetty, this rejects an `nc` of zero.
 */
class NonceStore {
  readonly #config: DigestConfig
  readonly #random: () => string
  readonly #nonces = new Map<string, Nonce>()

  constructor(config: DigestConfig, random: () => string) {
    this.#config = config
    this.#random = random
  }

  /** A new nonce of 32 base64 characters. */
  issue(connection: object | undefined, now: number): string {
    this.#forgetOld(now)
    const nonce = Buffer.from(this.#random(), 'hex').toString('base64')
    this.#nonces.set(nonce, { issuedAt: now, connection, counts: new Set(), uses: 0 })
    return nonce
  }

  /** Checks and records a use of a nonce. Without `nc` (RFC 2069), only the age is checked. */
  use(parameters: ReadonlyMap<string, string>, connection: object | undefined, now: number): NonceResult {
    this.#forgetOld(now)
    const nonce = this.#nonces.get(parameters.get('nonce') ?? '')
    if (nonce === undefined) return 'stale'
    if (this.#config.perConnection && nonce.connection !== connection) return 'stale'
    const nc = parameters.get('nc')
    if (nc !== undefined) {
      if (!/^[0-9a-f]{1,8}$/i.test(nc)) return 'refused'
      const count = Number.parseInt(nc, 16)
      if (count >= this.#config.maxNonceCount) return 'stale'
      if (count === 0 || nonce.counts.has(count)) return 'refused'
      nonce.counts.add(count)
    }
    nonce.uses += 1
    const { nonceReuse } = this.#config
    if (nonce.uses > 1 && nonceReuse !== 'counted') return nonceReuse
    return { uses: nonce.uses }
  }

  #forgetOld(now: number): void {
    const oldest = now - this.#config.nonceMaxAgeSeconds * 1000
    for (const [value, nonce] of this.#nonces) {
      if (nonce.issuedAt >= oldest) return
      this.#nonces.delete(value)
    }
  }
}

/** The UTF-8 bytes of a text as one character each. */
function toBytes(text: string): string {
  return Buffer.from(text, 'utf8').toString('latin1')
}

/** Decodes a UTF-8 name. Node returns header bytes as ISO 8859-1. */
function toText(value = ''): string {
  const text = Buffer.from(value, 'latin1').toString('utf8')
  return text.includes('\ufffd') ? value : text
}

/**
 * Parses the parameters of an `Authorization: Digest` header, with names in lowercase. Undefined for another scheme, a
 * repeated parameter, or a malformed list.
 */
function parseDigestHeader({ headers }: EmulatorRequest): ReadonlyMap<string, string> | undefined {
  const { authorization: header = '' } = headers
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
