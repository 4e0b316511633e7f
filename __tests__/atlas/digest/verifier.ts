import { createHash } from 'node:crypto'

/** What the server side of RFC 7616 does, written from its formulas and sharing nothing with the client. */

export interface Parsed {
  readonly values: ReadonlyMap<string, string>
  /** the names of the parameters that were quoted, in order */
  readonly quoted: readonly string[]
}

/** Reads a well-formed Authorization value; throws on any other. */
export function parseAuthorization(header: string): Parsed {
  const values = new Map<string, string>()
  const quoted: string[] = []
  let rest = header.replace(/^Digest /, '')
  while (rest !== '') {
    const match = /^([a-z]+\*?)=(?:"((?:[^"\\]|\\.)*)"|([^\s,"\\]+))(?:, |$)/s.exec(rest)
    if (match === null) throw new Error(`not a parameter: ${rest}`)
    const [whole, name = '', inQuotes, bare = ''] = match
    if (values.has(name)) throw new Error(`twice: ${name}`)
    if (inQuotes !== undefined) quoted.push(name)
    values.set(name, inQuotes === undefined ? bare : inQuotes.replace(/\\(.)/gs, '$1'))
    rest = rest.slice(whole.length)
  }
  return { values, quoted }
}

export interface Known {
  readonly username: string
  readonly password: string
  readonly method: string
  readonly body?: string
  /** the nonce and cnonce of the session key, where they are not those of the request */
  readonly session?: { readonly nonce: string; readonly cnonce: string }
}

/** The response that the header must have for the server to let it in. */
export function expectedResponse({ values }: Parsed, known: Known): string {
  const get = (name: string): string => values.get(name) ?? ''
  const [, base = '', sess] = /^(.*?)(-sess)?$/i.exec(values.get('algorithm') ?? 'MD5') ?? []
  const h = (...parts: (string | Buffer)[]): string => hashOf(base, parts)
  const realm = Buffer.from(get('realm'), 'latin1')
  let ha1 = h(known.username, ':', realm, ':', known.password)
  const { nonce, cnonce } = known.session ?? { nonce: get('nonce'), cnonce: get('cnonce') }
  if (sess) ha1 = h(ha1, ':', Buffer.from(nonce, 'latin1'), ':', cnonce)
  const integrity = get('qop') === 'auth-int' ? [':', h(known.body ?? '')] : []
  const ha2 = h(known.method, ':', get('uri'), ...integrity)
  const counts = values.has('qop') ? [get('nc'), ':', get('cnonce'), ':', get('qop'), ':'] : []
  return h(ha1, ':', Buffer.from(get('nonce'), 'latin1'), ':', ...counts, ha2)
}

export function hashOf(algorithm: string, parts: readonly (string | Buffer)[]): string {
  const names: Record<string, string> = { md5: 'md5', 'sha-256': 'sha256', 'sha-512-256': 'sha512-256' }
  const hash = createHash(names[algorithm.toLowerCase()] ?? 'none')
  for (const part of parts) hash.update(part)
  return hash.digest('hex')
}
