import { describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import { parseChallenges } from '../../../src/atlas/digest/challenge.js'
import { assertProperty } from '../../support/property.js'

const parsed = (...lines: string[]) =>
  parseChallenges(lines).map(({ scheme, params, token68 }) => [
    scheme,
    token68 === undefined ? Object.fromEntries(params) : token68,
  ])

describe('parseChallenges', () => {
  it.each<[string, string[], unknown[]]>([
    [
      "reads Atlas's challenge",
      [
        'Digest realm="MMS Public API", domain="", nonce="SlgYP7Tv3FS/BuCj/x4WQRIV1bNKdpJg", algorithm=MD5, qop="auth", stale=false',
      ],
      [
        [
          'digest',
          {
            realm: 'MMS Public API',
            domain: '',
            nonce: 'SlgYP7Tv3FS/BuCj/x4WQRIV1bNKdpJg',
            algorithm: 'MD5',
            qop: 'auth',
            stale: 'false',
          },
        ],
      ],
    ],
    ['finds nothing in no header', [], []],
    ['finds nothing in an empty header', ['', ' \t', ', ,'], []],
    ['reads a scheme alone', ['Negotiate'], [['negotiate', {}]]],
    ['reads a scheme with nothing but space after it', ['Negotiate '], [['negotiate', {}]]],
    ['lower-cases schemes and names, not values', ['DIGEST ReaLM="MiXed"'], [['digest', { realm: 'MiXed' }]]],
    [
      'takes space around the equals sign, commas and the whole',
      ['\t Digest   nonce = abc ,\trealm\t=\t"x" '],
      [['digest', { nonce: 'abc', realm: 'x' }]],
    ],
    ['takes an empty list element', ['Digest ,, a=1,,b=2,'], [['digest', { a: '1', b: '2' }]]],
    ['reads bare values that are no tokens', ['Digest nonce=a/b+c=='], [['digest', { nonce: 'a/b+c==' }]]],
    ['reads an empty quoted value', ['Digest opaque=""'], [['digest', { opaque: '' }]]],
    [
      'unescapes quoted pairs',
      ['Digest realm="a \\"b\\" \\\\ \\c", x=1'],
      [['digest', { realm: 'a "b" \\ c', x: '1' }]],
    ],
    ['keeps the backslash of a bare value', ['Digest a=b\\c'], [['digest', { a: 'b\\c' }]]],
    [
      'is not misled by commas, equals signs and schemes in a quoted value',
      ['Digest realm="a, Basic realm=x, Digest b=c", nonce=n'],
      [['digest', { realm: 'a, Basic realm=x, Digest b=c', nonce: 'n' }]],
    ],
    [
      'reads several challenges in one line',
      ['Basic realm="x", Digest realm="y", nonce=n, Digest realm="z"'],
      [
        ['basic', { realm: 'x' }],
        ['digest', { realm: 'y', nonce: 'n' }],
        ['digest', { realm: 'z' }],
      ],
    ],
    [
      'reads several challenges in several lines',
      ['Digest realm="y"', 'Basic realm="x"'],
      [
        ['digest', { realm: 'y' }],
        ['basic', { realm: 'x' }],
      ],
    ],
    [
      'tells a token68 from parameters',
      ['Negotiate abc==, Digest a=1, NTLM TlR/+ , Basic realm = "x"'],
      [
        ['negotiate', 'abc=='],
        ['digest', { a: '1' }],
        ['ntlm', 'TlR/+'],
        ['basic', { realm: 'x' }],
      ],
    ],
    [
      'reads a scheme without parameters before another',
      ['Negotiate, NTLM ,Digest a=1'],
      [
        ['negotiate', {}],
        ['ntlm', {}],
        ['digest', { a: '1' }],
      ],
    ],
    ['keeps the first of two values', ['Digest a=1, A="2"'], [['digest', { a: '1' }]]],
    ['forgives a missing comma', ['Digest a="1" b=2 c=3'], [['digest', { a: '1', b: '2', c: '3' }]]],
    [
      'drops a parameter whose quote is never closed, and all after it',
      ['Digest a=1, b="2, c=3', 'Basic realm=x'],
      [
        ['digest', { a: '1' }],
        ['basic', { realm: 'x' }],
      ],
    ],
    ['drops a value that ends in an escape', ['Digest a=1, b="2\\'], [['digest', { a: '1' }]]],
    ['drops a value whose last quote is escaped', ['Digest a=1, b="2\\"'], [['digest', { a: '1' }]]],
    ['skips a parameter without a value', ['Digest x=1, a=, b=2'], [['digest', { x: '1', b: '2' }]]],
    ['skips a value without a name', ['Digest x=1, ="a, b", b=2'], [['digest', { x: '1', b: '2' }]]],
    ['skips a stray quoted string', ['Digest x=1, "a, c=3", b=2'], [['digest', { x: '1', b: '2' }]]],
    [
      'skips what follows a value',
      ['Digest a=My Realm, b="1"x y, c=1"q, z=1", d=4'],
      [['digest', { a: 'My', b: '1', c: '1', d: '4' }]],
    ],
    ['skips a scheme that is no token', ['Dig@est x, Basic a=1'], [['basic', { a: '1' }]]],
    ['skips parameters without a scheme', ['a=1, b="x, y", Basic a=2'], [['basic', { a: '2' }]]],
    [
      'never continues a challenge on the next line',
      ['Digest a=1', 'b=2, Basic c=3'],
      [
        ['digest', { a: '1' }],
        ['basic', { c: '3' }],
      ],
    ],
    [
      'takes a list of qop values without its quotes',
      ['Digest qop=Auth , auth-int, nonce=n, Negotiate'],
      [
        ['digest', { qop: 'Auth,auth-int', nonce: 'n' }],
        ['negotiate', {}],
      ],
    ],
    [
      'takes such a list without commas, too',
      ['Digest qop=auth-conf auth nonce=n'],
      [['digest', { qop: 'auth-conf,auth', nonce: 'n' }]],
    ],
    [
      'takes such a list that begins with nothing',
      ['Digest a=1, qop=, auth-int, nonce=n'],
      [['digest', { a: '1', qop: 'auth-int', nonce: 'n' }]],
    ],
    [
      'takes such a list for no scheme where it comes a second time, or without a scheme',
      ['Digest qop="x", qop=auth, auth-int, nonce=n', 'qop=auth, auth-int, nonce=n'],
      [['digest', { qop: 'x,auth-int', nonce: 'n' }]],
    ],
    [
      'sees a scheme after a single bare qop value',
      ['Digest qop=auth, Negotiate, auth'],
      [
        ['digest', { qop: 'auth' }],
        ['negotiate', {}],
        ['auth', {}],
      ],
    ],
    [
      'takes nothing after a quoted qop list for a part of it',
      ['Digest qop="auth", auth-int'],
      [
        ['digest', { qop: 'auth' }],
        ['auth-int', {}],
      ],
    ],
    [
      'holds names such as __proto__',
      ['Digest __proto__=1, a=2'],
      [['digest', { ['__proto__']: '1', a: '2' }]],
    ],
  ])('%s', (_, lines, challenges) => {
    expect(parsed(...lines)).toEqual(challenges)
  })

  it('never throws, whatever the header', () => {
    const pieces = fc.constantFrom(
      'Digest',
      ' ',
      ',',
      '=',
      '"',
      '\\',
      'qop',
      'auth',
      'a',
      '\n',
      '\0',
      'ä',
      '😀',
    )
    const nasty = fc.array(pieces).map((parts) => parts.join(''))
    assertProperty(
      fc.property(fc.array(fc.oneof(nasty, fc.string({ unit: 'binary' }))), (lines) => {
        for (const { scheme, params } of parseChallenges(lines)) {
          expect(scheme).toMatch(/^[^A-Z\s,="]+$/)
          for (const name of params.keys()) expect(name).toMatch(/^[^A-Z\s,="]+$/)
        }
      }),
      { numRuns: 2000 },
    )
  })

  // A parser that looked at every character again for every other would take minutes on these.
  it.each([
    '"',
    '\\',
    'a ',
    'a=',
    'a,',
    '=,',
    'a b,',
    'a=b ',
    '"\\"',
    'qop=auth,auth ',
    ' ',
    'a',
    'a==',
    ',"',
  ])('reads 250 kB of %j in linear time', (piece) => {
    // In more than linear time this would go far beyond the test's time limit.
    const text = piece.repeat(250_000 / piece.length)
    const lines = [text, `Digest ${text}`, `Digest a="${text}`, `Digest qop=auth,${text}`]
    expect(parseChallenges(lines)).toBeInstanceOf(Array)
  })

  it('reads back what was rendered, in any quoting, case and spacing', () => {
    const letters = 'abcdefghijklmnopqrstuvwxyz-_*!'
    const name = fc
      .string({ unit: fc.constantFrom(...letters), minLength: 1, maxLength: 8 })
      .filter((text) => !text.startsWith('auth'))
    const space = fc.constantFrom('', ' ', '\t', '  ')
    const value = fc.oneof(
      fc
        .string({ unit: fc.constantFrom(...'abcXYZ019/+=._-\\'), minLength: 1 })
        // What follows a name as nothing but "=" is the padding of a token68 (RFC 9110 section 11.2).
        .filter((text) => /[^=]/.test(text))
        .map((v) => ({ v, bare: true })),
      fc.string({ unit: 'binary' }).map((v) => ({ v, bare: false })),
    )
    const upper = (text: string, on: boolean): string => (on ? text.toUpperCase() : text)
    const param = fc.record({ value, upper: fc.boolean(), spaces: fc.tuple(space, space, space, space) })
    const challenge = fc.record({
      scheme: name,
      upper: fc.boolean(),
      params: fc.dictionary(name, param, { minKeys: 1, maxKeys: 5 }),
    })
    assertProperty(
      fc.property(fc.array(challenge, { maxLength: 4 }), (challenges) => {
        const rendered = challenges.map((one) => {
          const params = Object.entries(one.params).map(
            ([
              key,
              {
                value: { v, bare },
                upper: up,
                spaces,
              },
            ]) => {
              const text = bare ? v : `"${v.replace(/["\\]/g, '\\$&')}"`
              return `${spaces[0]}${upper(key, up)}${spaces[1]}=${spaces[2]}${text}${spaces[3]}`
            },
          )
          return `${upper(one.scheme, one.upper)} ${params.join(',')}`
        })
        const wanted = challenges.map((one) => [
          one.scheme,
          Object.fromEntries(Object.entries(one.params).map(([key, p]) => [key, p.value.v])),
        ])
        expect(parsed(rendered.join(', '))).toEqual(wanted)
        expect(parsed(...rendered)).toEqual(wanted)
      }),
      { numRuns: 500 },
    )
  })
})
