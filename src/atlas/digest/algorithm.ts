import { createHash } from 'node:crypto'

/** A digest algorithm of RFC 7616 section 3.3, which takes MD5 over from RFC 2617. */
export interface Algorithm {
  /** As the registry spells it, `-sess` included */
  readonly name: string
  /** node:crypto's name of the hash function */
  readonly hash: 'md5' | 'sha256' | 'sha512-256'
  /** Whether it is a `-sess` form, whose A1 is a session key (section 3.4.2) */
  readonly session: boolean
  /** The greater, the stronger; a `-sess` form is as strong as its base */
  readonly strength: number
}

export const md5: Algorithm = { name: 'MD5', hash: 'md5', session: false, strength: 1 }
const sha256: Algorithm = { name: 'SHA-256', hash: 'sha256', session: false, strength: 2 }
const sha512256: Algorithm = { name: 'SHA-512-256', hash: 'sha512-256', session: false, strength: 3 }

const algorithms: ReadonlyMap<string, Algorithm> = new Map(
  [md5, sha256, sha512256]
    .flatMap((base) => [base, { ...base, name: `${base.name}-sess`, session: true }])
    .map((algorithm) => [algorithm.name.toLowerCase(), algorithm]),
)

/** The algorithm of that name, in whatever case (RFC 7616 section 3.3); undefined if it is not supported */
export function algorithmNamed(name: string): Algorithm | undefined {
  return algorithms.get(name.toLowerCase())
}

/**
 * `text` as a string of its UTF-8 octets, one character each. Node's http module hands header values over and
 * sends them in this form; with everything in it, a realm is hashed as the very octets that the server sent.
 */
export function octets(text: string): string {
  return Buffer.from(text, 'utf8').toString('latin1')
}

/** H(data) of RFC 7616 section 3.3: the hash of a string of octets, in lower-case hexadecimal digits */
export function hash(algorithm: Algorithm, data: string): string {
  return createHash(algorithm.hash).update(data, 'latin1').digest('hex')
}
