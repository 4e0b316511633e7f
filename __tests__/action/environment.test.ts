import { describe, expect, it } from '@jest/globals'
import { checkNetwork } from '../../src/action/environment.js'
import { type InputProblem, InputReader } from '../../src/action/input-reader.js'
import { problemWith } from '../support/assertions.js'
import { setEnvironment } from '../support/environment.js'

/** The problems with the network variables. */
function problems(
  variables: Readonly<Record<string, string | undefined>>,
  baseUrl = 'https://cloud.mongodb.com',
  gitHubToken = '',
): readonly InputProblem[] {
  const given: Readonly<Record<string, string>> = { 'base-url': baseUrl, 'github-token': gitHubToken }
  const reader = new InputReader(() => '')
  setEnvironment(variables)
  checkNetwork((name) => given[name] ?? '', reader)
  return reader.problems
}

describe('a proxy variable', () => {
  const invalid = 'proxy.example:3128'

  it.each([
    'http://proxy.example:3128',
    ' http://proxy.example:3128 ',
    'http://ci:p%40ss@proxy.example:3128',
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
    expect(problems({ ...upper, https_proxy: invalid })).toStrictEqual([problemWith('https_proxy')])
    expect(problems({ ...upper, https_proxy: 'http://proxy.example:3128' })).toStrictEqual([])
  })

  it('is also for GitHub', () => {
    const onlyForGitHub = { https_proxy: invalid, no_proxy: 'cloud.mongodb.com' }
    expect(problems(onlyForGitHub, undefined, 'ghs_x')).toStrictEqual([problemWith('https_proxy')])
  })

  it.each(['ALL_PROXY', 'all_proxy'])(
    'is named if it is %s, which the action does not read, and its value is not shown',
    (name) => {
      const found = problems({ [name]: 'http://ci:5ec2e7@proxy.example:3128' })
      expect(found).toStrictEqual([problemWith(name, 'https_proxy', 'no_proxy', 'cloud.mongodb.com')])
      expect(JSON.stringify(found)).not.toContain('5ec2e7')
    },
  )

  it.each<[string, Readonly<Record<string, string>>, string?]>([
    ['no_proxy contains the host', { https_proxy: invalid, no_proxy: 'other.example, cloud.mongodb.com' }],
    ['no_proxy contains its domain', { https_proxy: invalid, NO_PROXY: '.mongodb.com' }],
    ['base-url is a loopback address', { https_proxy: invalid }, 'https://127.0.0.1:8443'],
    ['base-url is an http: address', { https_proxy: invalid }, 'http://localhost:8080'],
    ['base-url is invalid', { https_proxy: invalid }, 'cloud'],
    ['it is for HTTP', { http_proxy: invalid }],
    ['ALL_PROXY is empty', { ALL_PROXY: '' }],
    ['https_proxy takes the place of ALL_PROXY', { ALL_PROXY: invalid, https_proxy: 'http://p.example:1' }],
  ])('is not checked if %s', (_, variables, ...baseUrl) => {
    expect(problems(variables, ...baseUrl)).toStrictEqual([])
  })
})

describe('NODE_TLS_REJECT_UNAUTHORIZED', () => {
  const off = { NODE_TLS_REJECT_UNAUTHORIZED: '0' }
  const isNamed = problemWith(
    'NODE_TLS_REJECT_UNAUTHORIZED',
    "NODE_TLS_REJECT_UNAUTHORIZED: '1'",
    'NODE_EXTRA_CA_CERTS',
  )

  it.each<[string, string, string, NodeJS.ProcessEnv]>([
    ['cannot', 'HTTPS://cloud.mongodb.com', '', off],
    ['cannot', 'http://127.0.0.1:8080', 'ghs_5ec2e7', off],
    ['cannot', '', 'ghs_5ec2e7', off],
    // No requests use TLS.
    ['can', 'http://127.0.0.1:8080', '', off],
    ['can', 'http://127.0.0.1:8080', 'ghs_5ec2e7', { ...off, GITHUB_API_URL: 'http://127.0.0.1:8081' }],
    // Node verifies certificates with these.
    ['can', 'https://cloud.mongodb.com', '', {}],
    ['can', 'https://cloud.mongodb.com', '', { NODE_TLS_REJECT_UNAUTHORIZED: '1' }],
    ['can', 'https://cloud.mongodb.com', '', { NODE_TLS_REJECT_UNAUTHORIZED: 'false' }],
  ])('%s be set with base-url %j, github-token %j, and %j', (can, baseUrl, token, variables) => {
    expect(problems(variables, baseUrl, token)).toStrictEqual(can === 'can' ? [] : [isNamed])
  })
})
