/** The format of an input. */
export interface Format<T> {
  /** Completes the sentence "NAME must be …". */
  readonly expected: string
  /** Parses the trimmed text, `undefined` if it is invalid. */
  readonly parse: (text: string) => T | undefined
}

/**
 * The client secret of a service account, or a token of GitHub, which can contain a JWT. It is a secret in any text. A period
 * at its end belongs to the text.
 */
export const SECRET = /(?<![a-z0-9])(mdb_sa_sk_|gh[oprsu]_|github_pat_)[\w.-]*[\w-]/i
/** The private key of an API key, which is a UUID, in a text. */
export const PRIVATE_KEY = /[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/i
const OBJECT_ID = /^[0-9a-f]{24}$/i
const CLUSTER_NAME = /^[a-zA-Z0-9][a-zA-Z0-9-]{0,63}$/
const TOKEN = /^[\x21-\x7e]+$/
const INTEGER = /^\d+$/
const DECIMAL = /^(\d+(\.\d*)?|\.\d+)$/
const LOOPBACK_HOST = /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/
const ORIGIN = /^https?:\/\/[^/?#@\\\s]+\/?$/i

/** A MongoDB ObjectId, in lowercase like in API responses. */
export const objectId: Format<string> = {
  expected: '24 hexadecimal digits',
  parse: (text) => (OBJECT_ID.test(text) ? text.toLowerCase() : undefined),
}

export const clusterName: Format<string> = {
  expected: '1 to 64 letters, digits, or hyphens, starting with a letter or digit',
  parse: (text) => (CLUSTER_NAME.test(text) && text.replace(PRIVATE_KEY, '') !== '' ? text : undefined),
}

/** A secret for a header. */
export const token: Format<string> = {
  expected: 'one line of ASCII characters without spaces',
  parse: (text) => (TOKEN.test(text) ? text : undefined),
}

/** YAML 1.2 core schema, section 10.3.2. */
export const boolean: Format<boolean> = {
  expected: 'true or false',
  parse: (text) => {
    if (['true', 'True', 'TRUE'].includes(text)) return true
    return ['false', 'False', 'FALSE'].includes(text) ? false : undefined
  },
}

export const positiveInteger: Format<number> = {
  expected: 'a whole number, 1 or greater',
  parse: (text) => {
    const value = Number(text)
    return INTEGER.test(text) && value >= 1 && Number.isSafeInteger(value) ? value : undefined
  },
}

/** A decimal number of this unit, greater than 0, at least `min`, and at most `max`. Parsed to milliseconds. */
export function duration(unitMs: number, { min = 0, max = Number.MAX_SAFE_INTEGER } = {}): Format<number> {
  const limit = max === Number.MAX_SAFE_INTEGER ? '' : ` and at most ${max}`
  return {
    expected: min === 0 ? `a number greater than 0${limit}` : `a number from ${min} to ${max}`,
    parse: (text) => {
      const value = Number(text)
      const isValid = DECIMAL.test(text) && value > 0 && value >= min && value <= max
      return isValid ? value * unitMs : undefined
    },
  }
}

export function oneOf<T extends string>(...choices: readonly [T, ...T[]]): Format<T> {
  return {
    expected: choices.join(' or '),
    parse: (text) => choices.find((choice) => choice === text),
  }
}

/** An `https:` origin, or an `http:` origin on this machine. */
export const baseUrl: Format<string> = {
  expected: 'an origin such as https://cloud.mongodb.com (http: only for loopback addresses)',
  parse: (text) => {
    if (!ORIGIN.test(text) || !URL.canParse(text)) return undefined
    const { protocol, hostname, origin } = new URL(text)
    return protocol === 'https:' || LOOPBACK_HOST.test(hostname) ? origin : undefined
  },
}
