import { describe, expect, it } from '@jest/globals'
import { type InputProblem, InputReader } from '../../src/action/input-reader.js'
import { checkProxy, checkTlsVerification, proxySecrets } from '../../src/action/network-environment.js'
import { catchProblems, problemWith } from '../support/assertions.js'

/** The problems with the proxy variables, if there are no others. */
function problems(
  variables: Readonly<Record<string, string>>,
  baseUrl = 'https://cloud.mongodb.com',
): readonly InputProblem[] {
  const reader = new InputReader(() => '')
  const before = process.env
  // The toolkit reads the environment of its process.
  process.env = variables
  try {
    checkProxy(baseUrl, process.env, reader)
  } finally {
    process.env = before
  }
  return catchProblems(() => reader.accept({}))
}

describe('a proxy variable', () => {
  const invalid = 'proxy.example:3128'

  it.each([
    'http://proxy.example:3128',
    'HTTP://PROXY.EXAMPLE:3128',
    ' http://proxy.example:3128 ',
    'http://ci:p%40ss@proxy.example:3128',
    '10.0.0.7:3128',
    'ci@proxy.example:3128',
    '',
  ])('can be %j', (https_proxy) => {
    expect(problems({ https_proxy })).toStrictEqual([])
  })

  it.each([
    ['with a user but without a scheme', 'ci:5ec2e7@proxy.example:3128'],
    ['with another scheme', 'socks5://ci:5ec2e7@proxy.example:1080'],
    ['that requires TLS', 'https://ci:5ec2e7@proxy.example:3129'],
    ['with a password that is not percent-encoded', 'http://ci:5ec2e7%@proxy.example:3128'],
    ['without a host', 'http://'],
    ['with a literal IPv6 address', 'http://ci:5ec2e7@[::1]:3128'],
    ['that is blank', ' '],
    ['with two proxies', 'http://one.example:1 http://two.example:2'],
  ])('cannot be a URL %s, and its value is not shown', (_, https_proxy) => {
    const found = problems({ https_proxy })
    expect(found).toStrictEqual([problemWith('https_proxy')])
    expect(JSON.stringify(found)).not.toMatch(/5ec2e7|one\.example/)
  })

  it('is named as it is set, and the lower-case name takes precedence', () => {
    const upper = { HTTPS_PROXY: invalid }
    expect(problems(upper)).toStrictEqual([problemWith('HTTPS_PROXY')])
    expect(problems({ ...upper, https_proxy: '' })).toHaveLength(1)
    expect(problems({ ...upper, https_proxy: 'http://proxy.example:3128' })).toStrictEqual([])
  })

  it.each<[string, Readonly<Record<string, string>>, string?]>([
    ['no_proxy contains the host', { https_proxy: invalid, no_proxy: 'other.example, cloud.mongodb.com' }],
    ['no_proxy contains its domain', { https_proxy: invalid, NO_PROXY: '.mongodb.com' }],
    ['base-url is a loopback address', { https_proxy: invalid }, 'https://127.0.0.1:8443'],
    ['base-url is an http: address', { https_proxy: invalid }, 'http://localhost:8080'],
    ['base-url is invalid', { https_proxy: invalid }, 'cloud'],
    ['it is for HTTP', { http_proxy: invalid }],
    ['it is for all protocols', { all_proxy: invalid }],
  ])('is not checked if %s', (_, variables, ...baseUrl) => {
    expect(problems(variables, ...baseUrl)).toStrictEqual([])
  })
})

describe('the password of a proxy', () => {
  const basic = (text: string) => Buffer.from(text).toString('base64')

  it.each([
    ['http://ci:secret@proxy.example:3128', ['secret', basic('ci:secret')]],
    ['http://ci:p%40ss%20word@proxy.example:3128', ['p%40ss%20word', 'p@ss word', basic('ci:p@ss word')]],
    ['http://ci:p@s:s@proxy.example:3128', ['p@s:s', 'p%40s%3As', basic('ci:p@s:s')]],
    ['http://ci%40home:a%2fb@proxy.example:3128', ['a%2fb', 'a/b', 'a%2Fb', basic('ci@home:a/b')]],
    ['HTTP://ci:100%@proxy.example:3128', ['100%', '100%25', basic('ci:100%')]],
    ['ci:secret@proxy.example:3128', ['secret', basic('ci:secret')]],
    ['socks5://:secret@proxy.example:3128', ['secret', basic(':secret')]],
    ['http://ci:se/cr@et@proxy.example:3128', ['se/cr@et', 'se%2Fcr%40et']],
    ['http://ci@proxy.example:3128', [basic('ci:')]],
    ['http://proxy.example:3128', []],
    ['', []],
  ])('of %j is found in all its forms, including the header', (value, forms) => {
    expect(proxySecrets({ https_proxy: value })).toStrictEqual(forms)
  })

  it.each([
    'http:ci:5ec 2e7@p:1',
    'http:\\\\ci:5ec 2e7@p:1',
    'http://ci:5ec\t 2e7@p:1',
    '  http://ci:5ec 2e7@p:1 ',
  ])('is found in the form of the URL parser: %j', (value) => {
    const forms = ['5ec%202e7', '5ec 2e7', basic('ci:5ec 2e7')]
    expect(proxySecrets({ https_proxy: value })).toStrictEqual(expect.arrayContaining(forms))
  })

  it('is found in each variable', () => {
    const variables = ['https_proxy', 'HTTPS_PROXY', 'http_proxy', 'HTTP_PROXY']
    const env = Object.fromEntries(variables.map((name) => [name, `http://ci:${name}@p:1`]))
    expect(proxySecrets(env)).toStrictEqual(variables.flatMap((name) => [name, basic(`ci:${name}`)]))
  })
})

describe('NODE_TLS_REJECT_UNAUTHORIZED', () => {
  /** The problems with this value of the variable. */
  function problemsOf(
    value: string | undefined,
    given: Readonly<Record<string, string | undefined>> = { 'base-url': 'https://cloud.mongodb.com' },
  ): readonly InputProblem[] {
    const get = (name: string) => given[name] ?? ''
    const reader = new InputReader(get)
    checkTlsVerification(get, { NODE_TLS_REJECT_UNAUTHORIZED: value }, reader)
    return catchProblems(() => reader.accept({}))
  }

  const facts = ["NODE_TLS_REJECT_UNAUTHORIZED: '1'", 'NODE_EXTRA_CA_CERTS']

  it.each([
    { 'base-url': 'HTTPS://cloud.mongodb.com' },
    { 'base-url': 'https://cloud.mongodb.com/api' },
    { 'base-url': 'http://127.0.0.1:8080', 'github-token': 'ghs_5ec2e7' },
  ])('cannot turn off verification for requests over TLS: %j', (given) => {
    expect(problemsOf('0', given)).toStrictEqual([problemWith('NODE_TLS_REJECT_UNAUTHORIZED', ...facts)])
  })

  it('can turn off verification if no requests use TLS', () => {
    expect(problemsOf('0', { 'base-url': 'http://127.0.0.1:8080' })).toStrictEqual([])
  })

  it.each([undefined, '1', 'false'])('can be %j, because Node verifies certificates with it', (value) => {
    expect(problemsOf(value)).toStrictEqual([])
  })
})
