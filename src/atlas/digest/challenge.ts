import { Scanner } from './scanner.js'

/** One challenge of a WWW-Authenticate field, of whatever scheme (RFC 9110 section 11.3). */
export interface Challenge {
  /** lower-case */
  readonly scheme: string
  /** Names in lower case, values unquoted and unescaped */
  readonly params: ReadonlyMap<string, string>
  /** What schemes such as Negotiate send in place of parameters */
  readonly token68?: string
}

interface OpenChallenge {
  readonly scheme: string
  readonly params: Map<string, string>
  token68?: string
}

// The registered qop values and SASL's auth-conf (RFC 2831); no authentication scheme is called like that.
const qopValue = /^auth(-[a-z]+)?$/

/**
 * Every challenge of every WWW-Authenticate line, in order (RFC 9110 section 11.6.1). A line may hold several
 * challenges, as Node joins lines by commas; a line never continues the one before it.
 *
 * Nothing is thrown. What is malformed is skipped up to the next comma: a parameter without a value or without
 * a scheme before it, an element that is no parameter and no scheme, everything from a quote that is never
 * closed. A parameter that occurs twice, which section 11.2 forbids, keeps its first value. A missing comma
 * between two parameters is forgiven, and so is a list of qop values without its quotes. Linear time.
 */
export function parseChallenges(headerLines: readonly string[]): Challenge[] {
  return headerLines.flatMap(parseLine)
}

function parseLine(line: string): Challenge[] {
  const scanner = new Scanner(line)
  const challenges: OpenChallenge[] = []
  let current: OpenChallenge | undefined
  // A scheme can only stand at the start or after a comma: in `realm=My Realm` the second word is none.
  let schemeMayFollow = true
  let qopListOpen = false

  while (!scanner.done) {
    scanner.skipSpace()
    if (scanner.eat(',')) {
      schemeMayFollow = true
      continue
    }
    const word = scanner.token().toLowerCase()
    const spaced = scanner.skipSpace()
    if (word !== '' && scanner.eat('=')) {
      scanner.skipSpace()
      const bare = !scanner.sees('"')
      const value = scanner.value()
      if (value !== undefined && !current?.params.has(word)) current?.params.set(word, value)
      qopListOpen = bare && word === 'qop'
    } else if (qopListOpen && qopValue.test(word)) {
      // In `qop=auth,auth-int, nonce="…"` the second value would else pass for a scheme and take the nonce.
      const list = current?.params.get('qop')
      current?.params.set('qop', list === undefined ? word : `${list},${word}`)
    } else if (word !== '' && schemeMayFollow && (spaced || scanner.done || scanner.sees(','))) {
      current = { scheme: word, params: new Map() }
      challenges.push(current)
      const token68 = scanner.token68()
      if (token68 !== undefined) current.token68 = token68
      qopListOpen = false
    } else {
      scanner.skipElement()
    }
    schemeMayFollow = false
  }
  return challenges
}
