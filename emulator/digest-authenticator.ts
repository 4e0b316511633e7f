import { createHash } from 'node:crypto'
import type { AtlasConfig, KeyPair, Principal } from './config.js'
import { unauthorizedBody } from './errors.js'
import { type EmulatorRequest, type EmulatorResponse, jsonResponse, type Scheme } from './http.js'

/** Result of authentication. */
export interface Verdict {
  readonly scheme: Scheme
  /** The owner of the credentials. Undefined if they are missing or wrong. */
  readonly principal: Principal | undefined
  /** Digest only: the nonce is the reason for the rejection. */
  readonly stale?: boolean
}

const REFUSED: Verdict = { scheme: 'digest', principal: undefined }

/** The realm of Atlas. */
const REALM = 'MMS Public API'

interface Nonce {
  readonly issuedAt: number
  readonly counts: Set<number>
}

/**
 * Sends digest challenges and checks the responses (RFC 7616 with MD5 and `qop=auth`), with the rules of Jetty's
 * DigestAuthenticator. An unknown or expired nonce is stale. An `nc` that was used before, or is not a number, is rejected
 * without `stale=true`. Any order of `nc` is accepted. Unlike Jetty, this rejects an `nc` of zero and has no upper limit.
 */
export class DigestAuthenticator {
  readonly #config: AtlasConfig
  readonly #randomHex: (bytes: number) => string
  readonly #nonces = new Map<string, Nonce>()

  constructor(config: AtlasConfig, randomHex: (bytes: number) => string) {
    this.#config = config
    this.#randomHex = randomHex
  }

  /** The 401 with a new nonce of 32 base64 characters. */
  refuse(stale: boolean, now: number): EmulatorResponse {
    this.#forgetOld(now)
    const nonce = Buffer.from(this.#randomHex(24), 'hex').toString('base64')
    this.#nonces.set(nonce, { issuedAt: now, counts: new Set() })
    const challenge = `Digest realm="${REALM}", domain="", nonce="${nonce}", algorithm=MD5, qop="auth", stale=${stale}`
    const body = { ...unauthorizedBody, errorCode: 'UNEXPECTED_ERROR' }
    return jsonResponse(401, body, { 'WWW-Authenticate': challenge })
  }

  /** Checks the credentials of a request. As in Jetty, the nonce is checked, and its `nc` is used up, before the key. */
  check(request: EmulatorRequest, now: number): Verdict {
    const parameters = parseDigestHeader(request)
    if (parameters === undefined || !this.#isWellFormed(parameters, request)) return REFUSED
    const nonce = this.#use(parameters, now)
    if (nonce !== 'accepted') return { ...REFUSED, stale: nonce === 'stale' }
    const key = this.#config.keys.find(({ publicKey }) => publicKey === parameters.get('username'))
    const isRight = key !== undefined && this.#isRight(parameters, key, request)
    return { scheme: 'digest', principal: isRight ? key : undefined }
  }

  /** True if all required parameters are present and match the challenge. */
  #isWellFormed(parameters: ReadonlyMap<string, string>, { target }: EmulatorRequest): boolean {
    const { algorithm = 'MD5', realm, uri, qop } = Object.fromEntries(parameters)
    const isForChallenge = realm === REALM && qop === 'auth' && algorithm === 'MD5'
    return isForChallenge && uri === target && parameters.has('cnonce')
  }

  #isRight(
    parameters: ReadonlyMap<string, string>,
    { publicKey, privateKey }: KeyPair,
    { method, target }: EmulatorRequest,
  ): boolean {
    const { nonce, nc, cnonce, response } = Object.fromEntries(parameters)
    const hash = (...parts: readonly unknown[]) => createHash('md5').update(parts.join(':')).digest('hex')
    const a1 = hash(publicKey, REALM, privateKey)
    return hash(a1, nonce, nc, cnonce, 'auth', hash(method, target)) === response
  }

  /** Records a use of a nonce. `stale` leads to `stale=true`. */
  #use(parameters: ReadonlyMap<string, string>, now: number): 'accepted' | 'stale' | 'refused' {
    this.#forgetOld(now)
    const nonce = this.#nonces.get(parameters.get('nonce') ?? '')
    if (nonce === undefined) return 'stale'
    const nc = parameters.get('nc') ?? ''
    const count = /^[0-9a-f]{1,8}$/i.test(nc) ? Number.parseInt(nc, 16) : 0
    if (count === 0 || nonce.counts.has(count)) return 'refused'
    nonce.counts.add(count)
    return 'accepted'
  }

  #forgetOld(now: number): void {
    const oldest = now - this.#config.nonceMaxAgeSeconds * 1000
    for (const [value, nonce] of this.#nonces) {
      if (nonce.issuedAt >= oldest) return
      this.#nonces.delete(value)
    }
  }
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
