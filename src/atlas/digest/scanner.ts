const alphanumeric = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz'
const tokenChars = new Set(`!#$%&'*+-.^_\`|~${alphanumeric}`)
const token68Chars = new Set(`-._~+/${alphanumeric}`)
const spaceChars = new Set(' \t')
const bareValueEnds = new Set(' \t,"')

/**
 * Reads a header value made of the pieces of RFC 9110 sections 5.6 and 11.2 (token, quoted-string, token68,
 * commas) from left to right. Nothing throws; what is not there is read as '' or undefined. Every method only
 * moves forward, `token68` alone looks ahead and may step back once, so a whole value is read in linear time.
 */
export class Scanner {
  readonly #text: string
  #at = 0

  constructor(text: string) {
    this.#text = text
  }

  get done(): boolean {
    return this.#at >= this.#text.length
  }

  /** Whether `char` comes next; it is not consumed */
  sees(char: string): boolean {
    return this.#text.charAt(this.#at) === char
  }

  /** Consumes `char` if it comes next, and says whether it did */
  eat(char: string): boolean {
    const seen = this.sees(char)
    if (seen) this.#at += char.length
    return seen
  }

  /** Consumes spaces, and says whether there were any */
  skipSpace(): boolean {
    return this.#run((char) => spaceChars.has(char)) !== ''
  }

  /** A token (RFC 9110 section 5.6.2), '' if none comes next */
  token(): string {
    return this.#run((char) => tokenChars.has(char))
  }

  /** A token68 (RFC 9110 section 11.2) that fills its list element; otherwise undefined and nothing consumed */
  token68(): string | undefined {
    const start = this.#at
    const text = this.#run((char) => token68Chars.has(char))
    const padding = this.#run((char) => char === '=')
    this.skipSpace()
    if (text !== '' && (this.done || this.sees(','))) return text + padding
    this.#at = start
    return undefined
  }

  /**
   * A parameter's value, unescaped: a quoted-string (RFC 9110 section 5.6.4), or everything up to a space, a
   * comma or a quote, since servers send nonces with `/` and `=` unquoted. Undefined if there is none, or if the
   * quoted-string never ends; then the rest of the text is consumed, for no one can tell where it should have.
   */
  value(): string | undefined {
    if (this.sees('"')) return this.#quotedString()
    const bare = this.#run((char) => !bareValueEnds.has(char))
    return bare === '' ? undefined : bare
  }

  /** Consumes everything before the next comma that is not inside a quoted-string */
  skipElement(): void {
    while (!this.done && !this.sees(',')) {
      if (this.sees('"')) this.#quotedString()
      else this.#at += 1
    }
  }

  #run(accepts: (char: string) => boolean): string {
    const start = this.#at
    while (!this.done && accepts(this.#text.charAt(this.#at))) this.#at += 1
    return this.#text.slice(start, this.#at)
  }

  #quotedString(): string | undefined {
    let value = ''
    this.#at += 1
    while (!this.done) {
      if (this.eat('"')) return value
      if (this.eat('\\')) {
        value += this.#text.charAt(this.#at)
        this.#at += 1
      } else {
        value += this.#run((char) => char !== '"' && char !== '\\')
      }
    }
    return undefined
  }
}
