import type { AtlasConfig } from './config.js'
import type { KeyPair } from './credentials.js'
import { type DigestInput, digestResponse, hashHex, parseDigestHeader } from './digest.js'
import type { DigestAlgorithm } from './digest-config.js'
import { challengeBody } from './error-answer.js'
import { type EmulatorAnswer, type EmulatorRequest, jsonAnswer } from './http.js'
import { NonceBook } from './nonces.js'
import { refused, type Verdict } from './verdict.js'

/** Gives out digest challenges and checks the answers to them. */
export class DigestAuthenticator {
  readonly #config: AtlasConfig
  readonly #nonces: NonceBook

  constructor(config: AtlasConfig, randomHex: (bytes: number) => string) {
    this.#config = config
    this.#nonces = new NonceBook(config.digest, () => randomHex(24))
  }

  /** The 401 with a fresh nonce; by default the very header Atlas sends. */
  challenge(stale: boolean, now: number): EmulatorAnswer {
    const { digest } = this.#config
    const nonce = this.#nonces.issue(now)
    const challenges = digest.algorithms.map((algorithm) => {
      const parameters = [
        `realm="${digest.realm}"`,
        'domain=""',
        `nonce="${nonce}"`,
        `algorithm=${algorithm}`,
        ...(digest.qop.length > 0 ? [`qop="${digest.qop.join(',')}"`] : []),
        `stale=${stale}`,
        ...(digest.opaque === undefined ? [] : [`opaque="${digest.opaque}"`]),
        ...(digest.userhash ? ['userhash=true'] : []),
        ...(digest.charset ? ['charset=UTF-8'] : []),
      ]
      return `Digest ${parameters.join(', ')}`
    })
    const [first = ''] = challenges
    const header = digest.joined ? challenges.join(', ') : challenges.length === 1 ? first : challenges
    return jsonAnswer(401, challengeBody, now, { 'WWW-Authenticate': header })
  }

  /** Checks a request's credentials. The nonce is looked at, and its `nc` used up, before the key, as in Jetty. */
  check(request: EmulatorRequest, now: number): Verdict {
    const { authorization = '' } = request.headers
    const parameters = parseDigestHeader(authorization)
    if (parameters === undefined) return refused('digest')
    const nc = parameters.get('nc')
    const count = nc !== undefined && /^[0-9a-f]{1,8}$/i.test(nc) ? Number.parseInt(nc, 16) : undefined
    const algorithm = this.#wellFormed(parameters, request.target)
    if (algorithm === undefined) return refused('digest', count)
    const nonce = this.#nonces.use(parameters.get('nonce') ?? '', nc, now)
    if (nonce === 'stale') return refused('digest', count, true)
    if (nonce === 'refused') return refused('digest', count)
    const key = this.#key(parameters, algorithm)
    if (key === undefined) return refused('digest', count)
    const input = this.#input(parameters, algorithm, key, request)
    if (digestResponse(input) !== parameters.get('response')?.toLowerCase()) return refused('digest', count)
    const info = (body: string) => this.#info({ ...input, method: '', body }, now)
    return { kind: 'accepted', scheme: 'digest', holder: key, nc: count, nonceUses: nonce.uses, info }
  }

  /** The algorithm, if everything that must be there is there and as challenged. */
  #wellFormed(parameters: ReadonlyMap<string, string>, target: string): DigestAlgorithm | undefined {
    const { digest } = this.#config
    if (parameters.get('realm') !== digest.realm || parameters.get('uri') !== target) return undefined
    if (digest.opaque !== undefined && parameters.get('opaque') !== digest.opaque) return undefined
    const qop = parameters.get('qop')?.toLowerCase()
    if (digest.qop.length > 0) {
      if (!digest.qop.some((offered) => offered === qop)) return undefined
      if (!parameters.has('nc') || !parameters.has('cnonce')) return undefined
    } else if (qop !== undefined) return undefined
    const name = (parameters.get('algorithm') ?? 'MD5').toLowerCase()
    return digest.algorithms.find((offered) => offered.toLowerCase() === name)
  }

  #key(parameters: ReadonlyMap<string, string>, algorithm: DigestAlgorithm): KeyPair | undefined {
    const { realm } = this.#config.digest
    const hashed = parameters.get('userhash')?.toLowerCase() === 'true'
    if (hashed && !this.#config.digest.userhash) return undefined
    const extended = parameters.get('username*')
    const username = parameters.get('username')
    // Exactly one of the two forms may be there, and a hashed name has no need of the extended one.
    if ((extended === undefined) === (username === undefined)) return undefined
    const name = extended === undefined ? bytesToText(username ?? '') : decodeExtended(extended)
    return this.#config.keys.find(({ publicKey }) =>
      hashed ? hashHex(algorithm, `${publicKey}:${realm}`) === name : publicKey === name,
    )
  }

  #input(
    parameters: ReadonlyMap<string, string>,
    algorithm: DigestAlgorithm,
    key: KeyPair,
    request: EmulatorRequest,
  ): DigestInput {
    const qop = parameters.get('qop')?.toLowerCase()
    return {
      algorithm,
      username: key.publicKey,
      realm: this.#config.digest.realm,
      password: key.privateKey,
      encoding: this.#config.digest.charset ? 'utf8' : 'latin1',
      method: request.method,
      uri: request.target,
      nonce: parameters.get('nonce') ?? '',
      ...(qop === undefined ? {} : { qop }),
      nc: parameters.get('nc') ?? '',
      cnonce: parameters.get('cnonce') ?? '',
      body: request.body,
    }
  }

  #info(input: DigestInput, now: number): Readonly<Record<string, string>> {
    const { authenticationInfo, nextNonce } = this.#config.digest
    if (!authenticationInfo) return {}
    const parts = [
      ...(nextNonce ? [`nextnonce="${this.#nonces.issue(now)}"`] : []),
      ...(input.qop === undefined ? [] : [`qop=${input.qop}`]),
      `rspauth="${digestResponse(input)}"`,
      ...(input.qop === undefined ? [] : [`cnonce="${input.cnonce}"`, `nc=${input.nc}`]),
    ]
    return { 'Authentication-Info': parts.join(', ') }
  }
}

/** Header bytes arrive as ISO 8859-1; a name in UTF-8 shows only after decoding them again. */
function bytesToText(value: string): string {
  const text = Buffer.from(value, 'latin1').toString('utf8')
  return text.includes('\ufffd') ? value : text
}

/** RFC 8187: `UTF-8''` and percent-encoded bytes. */
function decodeExtended(value: string): string | undefined {
  const encoded = /^utf-8'[^']*'(.*)$/i.exec(value)?.[1]
  if (encoded === undefined) return undefined
  try {
    return decodeURIComponent(encoded)
  } catch {
    return undefined
  }
}
