/** The message completes the sentence "NAME must be …". */
export class InvalidValue extends Error {
  override readonly name = 'InvalidValue'
}

/** Parses an input's trimmed text. @throws InvalidValue */
export type Parser<T> = (text: string) => T

const OBJECT_ID = /^[0-9a-f]{24}$/i
const CLUSTER_NAME = /^[a-zA-Z0-9][a-zA-Z0-9-]{0,63}$/
const INTEGER = /^\d+$/
const DECIMAL = /^(\d+(\.\d*)?|\.\d+)$/
const LOOPBACK_HOST = /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/
const TOKEN = /^[\x21-\x7e]+$/
const ORIGIN = /^https?:\/\/[^/?#@\\\s]+\/?$/i

/** A MongoDB ObjectId, in lowercase like in API responses. */
export const objectId: Parser<string> = (text) => {
  if (!OBJECT_ID.test(text)) throw new InvalidValue('24 hexadecimal digits')
  return text.toLowerCase()
}

export const clusterName: Parser<string> = (text) => {
  if (!CLUSTER_NAME.test(text)) {
    throw new InvalidValue('1 to 64 letters, digits, or hyphens, starting with a letter or digit')
  }
  return text
}

export const anyText: Parser<string> = (text) => text

/** A secret for a header. `fetch` would quote an invalid one in its error message. */
export const token: Parser<string> = (text) => {
  if (!TOKEN.test(text)) throw new InvalidValue('one line of ASCII characters without spaces')
  return text
}

/** YAML 1.2 core schema, section 10.3.2. */
export const boolean: Parser<boolean> = (text) => {
  if (['true', 'True', 'TRUE'].includes(text)) return true
  if (['false', 'False', 'FALSE'].includes(text)) return false
  throw new InvalidValue('true or false')
}

/** A whole number, 1 or greater. */
export const positiveInteger: Parser<number> = (text) => {
  const value = Number(text)
  if (!INTEGER.test(text) || value < 1 || !Number.isSafeInteger(value)) {
    throw new InvalidValue('a whole number, 1 or greater')
  }
  return value
}

/** A decimal number greater than 0, at least `min`, and at most `max`. */
export function positiveNumber({ min = 0, max = Number.MAX_SAFE_INTEGER } = {}): Parser<number> {
  return (text) => {
    const value = Number(text)
    if (!DECIMAL.test(text) || value <= 0 || value < min || value > max) {
      const limit = max === Number.MAX_SAFE_INTEGER ? '' : ` and at most ${max}`
      throw new InvalidValue(min === 0 ? `a number greater than 0${limit}` : `a number from ${min} to ${max}`)
    }
    return value
  }
}

export function oneOf<T extends string>(...choices: readonly [T, ...T[]]): Parser<T> {
  return (text) => {
    const choice = choices.find((candidate) => candidate === text)
    if (choice === undefined)
      throw new InvalidValue(new Intl.ListFormat('en', { type: 'disjunction' }).format(choices))
    return choice
  }
}

/** An `https:` origin, or an `http:` origin on this machine. */
export const baseUrl: Parser<string> = (text) => {
  const expected = 'an origin such as https://cloud.mongodb.com (http: only for loopback addresses)'
  if (!ORIGIN.test(text) || !URL.canParse(text)) throw new InvalidValue(expected)
  const { protocol, hostname, origin } = new URL(text)
  if (protocol !== 'https:' && !LOOPBACK_HOST.test(hostname)) throw new InvalidValue(expected)
  return origin
}
