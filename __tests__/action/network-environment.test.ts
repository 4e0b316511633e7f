import { afterEach, beforeEach, describe, expect, it } from '@jest/globals'
import { type InputName, InputReader } from '../../src/action/input-reader.js'
import { checkProxy, checkTlsVerification, proxyPasswords } from '../../src/action/network-environment.js'
import { catchProblems } from '../support/assertions.js'

const names = ['https_proxy', 'HTTPS_PROXY', 'http_proxy', 'HTTP_PROXY', 'no_proxy', 'NO_PROXY']
let before: readonly (readonly [string, string | undefined])[]

beforeEach(() => {
  before = names.map((name) => [name, process.env[name]])
  for (const name of names) delete process.env[name]
})

afterEach(() => {
  for (const [name, value] of before) {
    if (value === undefined) delete process.env[name]
    else process.env[name] = value
  }
})

/** What is wrong with the proxy variables, as `inputs: message`. */
function problems(
  variables: Readonly<Record<string, string>>,
  baseUrl = 'https://cloud.mongodb.com',
): string[] {
  Object.assign(process.env, variables)
  const reader = new InputReader(() => '')
  checkProxy(baseUrl, process.env, reader)
  return catchProblems(() => reader.assertNoProblems())
}

describe('a proxy variable', () => {
  it.each([
    'http://proxy.example:3128',
    'http://proxy.example',
    'http://proxy.example:3128/',
    'HTTP://PROXY.EXAMPLE:3128',
    ' http://proxy.example:3128 ',
    'http://ci:p%40ss@proxy.example:3128',
    'http://ci:p@ss@proxy.example:3128',
    'http://10.0.0.7:3128',
    '10.0.0.7:3128',
    'ci@proxy.example:3128',
    '',
  ])('is good: %j', (https_proxy) => {
    expect(problems({ https_proxy })).toEqual([])
  })

  it.each([
    ['without a scheme, which is read as the scheme', 'proxy.example:3128'],
    ['without a scheme before a user', 'ci:5ec2e7@proxy.example:3128'],
    ['of another scheme', 'socks5://ci:5ec2e7@proxy.example:1080'],
    ['of TLS', 'https://ci:5ec2e7@proxy.example:3129'],
    ['with a password that is not percent-encoded', 'http://ci:5ec2e7%@proxy.example:3128'],
    ['with a port that is none', 'http://ci:5ec2e7@proxy.example:port'],
    ['without a host', 'http://'],
    ['at a literal IPv6 address', 'http://ci:5ec2e7@[::1]:3128'],
    ['of blanks', ' '],
    ['of two proxies', 'http://one.example:1 http://two.example:2'],
  ])('is bad %s, which is said without its value', (_, https_proxy) => {
    expect(problems({ https_proxy })).toEqual([
      'https_proxy: https_proxy has to be the URL of an HTTP proxy, such as http://proxy.example:3128, with user and password percent-encoded; a proxy that is itself reached by TLS, or at a literal IPv6 address, is not supported. Its value is not shown, since it may hold a password.',
    ])
  })

  it('is named as it is written, and the one in small letters wins', () => {
    expect(problems({ HTTPS_PROXY: 'proxy.example:3128' }).join()).toMatch(/^HTTPS_PROXY: HTTPS_PROXY has/)
    expect(problems({ https_proxy: '', HTTPS_PROXY: 'proxy.example:3128' })).toHaveLength(1)
    expect(problems({ https_proxy: 'http://proxy.example:3128' })).toEqual([])
  })

  it.each([
    ['no_proxy names the host', { no_proxy: 'other.example, cloud.mongodb.com' }, undefined],
    ['no_proxy names host and port', { no_proxy: 'cloud.mongodb.com:443' }, undefined],
    ['no_proxy names its domain', { NO_PROXY: '.mongodb.com' }, undefined],
    ['no_proxy names everything', { no_proxy: '*' }, undefined],
    ['base-url is a loopback address', {}, 'https://127.0.0.1:8443'],
    ['base-url is for the other variable', {}, 'http://localhost:8080'],
    ['base-url is bad itself', {}, 'cloud'],
  ])('is not looked at where %s', (_, variables, baseUrl) => {
    expect(problems({ https_proxy: 'proxy.example:3128', ...variables }, baseUrl)).toEqual([])
  })

  it('is looked at where no_proxy names something else', () => {
    const no_proxy = 'mongodb.example, cloud.mongodb.com:8443'
    expect(problems({ https_proxy: 'proxy.example:3128', no_proxy })).toHaveLength(1)
  })

  it.each(['http_proxy', 'HTTP_PROXY', 'all_proxy'])('of another name is not looked at: %s', (name) => {
    expect(problems({ [name]: 'proxy.example:3128' })).toEqual([])
  })
})

describe('the password of a proxy', () => {
  it.each([
    ['http://ci:secret@proxy.example:3128', ['secret']],
    ['http://ci:p%40ss%20word@proxy.example:3128', ['p%40ss%20word', 'p@ss word']],
    ['http://ci:p@s:s@proxy.example:3128', ['p@s:s', 'p%40s%3As']],
    ['http://ci%40home:a%2fb@proxy.example:3128', ['a%2fb', 'a/b', 'a%2Fb']],
    ['HTTP://ci:100%@proxy.example:3128', ['100%', '100%25']],
    ['ci:secret@proxy.example:3128', ['secret']],
    ['socks5://:secret@proxy.example:3128', ['secret']],
    ['http://ci:se/cr@et@proxy.example:3128', ['se/cr@et', 'se%2Fcr%40et']],
    ['http://ci@proxy.example:3128', []],
    ['http://ci:@proxy.example:3128', []],
    ['http://proxy.example:3128', []],
    ['', []],
  ])('of %j is known in all its forms', (value, forms) => {
    expect(proxyPasswords({ https_proxy: value })).toEqual(forms)
  })

  it('is looked for in every variable, whichever matters', () => {
    const env = Object.fromEntries(
      ['https_proxy', 'HTTPS_PROXY', 'http_proxy', 'HTTP_PROXY'].map((name) => [
        name,
        `http://ci:${name}@p:1`,
      ]),
    )
    expect(proxyPasswords(env)).toEqual(['https_proxy', 'HTTPS_PROXY', 'http_proxy', 'HTTP_PROXY'])
  })
})

describe('TLS verification', () => {
  /** What is wrong with the variable, as `inputs: message`. */
  function problems(
    env: NodeJS.ProcessEnv,
    given: Partial<Readonly<Record<InputName, string>>> = { 'base-url': 'https://cloud.mongodb.com' },
  ): string[] {
    const get = (name: InputName) => given[name] ?? ''
    const reader = new InputReader(get)
    checkTlsVerification(get, env, reader)
    return catchProblems(() => reader.assertNoProblems())
  }

  const off = { NODE_TLS_REJECT_UNAUTHORIZED: '0' }

  describe('the verification of certificates', () => {
    it('may not be turned off, which is told with what it would allow and what to do', () => {
      expect(problems(off)).toEqual([
        "NODE_TLS_REJECT_UNAUTHORIZED: NODE_TLS_REJECT_UNAUTHORIZED is 0, by which anybody between the runner and Atlas could answer with a certificate of their own and get the credentials. Set it to 1 for this step (env: NODE_TLS_REJECT_UNAUTHORIZED: '1'), and behind a proxy that opens TLS name the PEM file of its certificate authority in NODE_EXTRA_CA_CERTS.",
      ])
    })

    it.each([undefined, '', '1', '00', ' 0', 'false'])('is on for Node where the variable is %j', (value) => {
      expect(problems({ NODE_TLS_REJECT_UNAUTHORIZED: value })).toEqual([])
    })

    it('may be off where nothing is asked by TLS, which is on this machine alone', () => {
      expect(problems(off, { 'base-url': 'http://127.0.0.1:8080' })).toEqual([])
    })

    it.each([
      { 'base-url': 'HTTPS://cloud.mongodb.com' },
      { 'base-url': 'https://cloud.mongodb.com/api' },
      { 'base-url': 'http://127.0.0.1:8080', 'github-token': 'ghs_5ec2e7' },
    ])('may not be off for a request to GitHub either, nor where base-url is bad: %j', (given) => {
      expect(problems(off, given)).toHaveLength(1)
    })
  })
})
